"""Where a number comes from: the document that states it, and how surely."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from tieuchi.model.fields import Day, Phrase, Strict, Title

BasisName = Literal["stated", "derived", "assumed"]


class Reference(Strict):
    """The place in a decree that a rule was read from. ``document`` is the rulebook's own where none is named."""

    document: Phrase | None = None
    item: Phrase | None = None
    page: Phrase | None = None
    quote: Phrase | None = None


class Document(Strict):
    """The decree a rulebook follows."""

    id: Phrase
    title: Title | None = None
    date: Day | None = None
    issued_by: Title | None = None


def _both(raw: Any) -> Any:
    return {"max_points": raw, "scale": raw} if isinstance(raw, str) else raw


class BasisParts(Strict):
    """How surely the maximum and the scale are known: printed, following from what is printed, or chosen."""

    max_points: BasisName
    scale: BasisName

    @property
    def weakest(self) -> BasisName:
        """The less sure of the two: what a reader must know of the points."""
        order: tuple[BasisName, ...] = ("stated", "derived", "assumed")
        return max(self.max_points, self.scale, key=order.index)


Basis = BasisName
CriterionBasis = Annotated[BasisParts, BeforeValidator(_both)]
"""One word for both, or ``{max_points: …, scale: …}``."""
