"""One unit: readings to scorecard, by the exact road, with durable-rules as a second opinion where it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from tieuchi.chaining.opinion import Chainer
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer

Road = Literal["both", "exact"]


class Assessor:
    """Scores units by one rulebook. Compile once, assess often; ``close`` frees durable-rules' memory.

    With ``road="both"`` durable-rules decides which rules fire and chains findings, and every answer is compared
    with the exact road; a difference is an error. Where durable-rules is not installed the exact road goes alone,
    and the scorecard says so.
    """

    def __init__(self, book: Rulebook | Plan, road: Road = "both") -> None:
        self.plan = book if isinstance(book, Plan) else compile_plan(book)
        self._scorer = Scorer(self.plan)
        opened = Chainer.open(self.plan) if road == "both" else "asked"
        self._chainer = opened if isinstance(opened, Chainer) else None
        self._alone = "" if isinstance(opened, Chainer) else opened

    def assess(self, readings: Readings, group: Sequence[Readings] = ()) -> Scorecard:
        """Score one unit.

        Raises:
            DisagreementError: The two roads differ; it names the sub-criterion.
        """
        card = self._scorer.score(readings, group)
        if self._chainer is None:
            return replace(card, alone=self._alone)
        firings = self._chainer.fire(card, inputs_of(readings))
        return replace(card, road="durable-rules+exact", firings=firings)

    def close(self) -> None:
        """Free what durable-rules holds. Using the assessor afterwards scores by the exact road."""
        if self._chainer is not None:
            self._chainer.close()
            self._chainer, self._alone = None, "asked"

    def __enter__(self) -> Assessor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def assess(book: Rulebook | Plan, readings: Readings, group: Sequence[Readings] = (), road: Road = "both") -> Scorecard:
    """Score one unit by a rulebook."""
    with Assessor(book, road) as assessor:
        return assessor.assess(readings, group)
