"""One unit on the desk: a change of a figure scores again only the sub-criteria that it touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import FindingState, Scorecard
from tieuchi.scoring.aggregate import grades_of, narrowing, shares_of
from tieuchi.scoring.findings import answer_findings, finding_states
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.rescore import Desk


class Bench:
    """One unit by one rulebook."""

    def __init__(self, scorer: Scorer, readings: Readings, group: Sequence[Readings]) -> None:
        self._scorer = scorer
        self._readings = readings
        self._group = group
        self.card = scorer.score(readings, group)

    @cached_property
    def _desk(self) -> Desk:
        return Desk(self._scorer.plan, self._readings, self._group)

    def score(self, readings: Readings, changed: Collection[str]) -> Scorecard:
        """Return the scorecard of the unit with some figures changed, the same as if all were scored anew."""
        if not changed:
            return self.card
        values = inputs_of(readings).values
        if not all(name in values for name in changed):
            # Why a figure is not there (missing, refused, does not apply) is no figure: all is looked at again.
            return self._scorer.score(readings, self._group)
        desk, book = self._desk, self._scorer.plan.book
        effect = desk.attempt({name: values[name] for name in changed})
        traces = list(desk.traces)
        for _, new in effect.touched:
            traces[new.plan.index] = new
        grades = grades_of(book.grades, effect.total)
        return replace(
            self.card,
            readings=readings,
            total=effect.total,
            findings=self._findings(readings, changed),
            shares=shares_of(book, traces),
            grade=grades[0] if len(grades) == 1 else None,
            grades_possible=grades,
            narrowed_by=narrowing(traces),
        )

    def _findings(self, readings: Readings, changed: Collection[str]) -> tuple[FindingState, ...]:
        if not any(name in self._desk.touch.findings for name in changed):
            return self.card.findings
        return finding_states(answer_findings(self._scorer.plan, inputs_of(readings)))
