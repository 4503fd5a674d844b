"""A rulebook: criteria in a tree, what findings take, how sums are rounded and graded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Literal, LiteralString, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.condition import Condition, Conditions
from tieuchi.model.fields import (
    Clause,
    CriterionId,
    Day,
    Exact,
    Flag,
    Identifier,
    OfficeId,
    Phrase,
    Strict,
    Title,
    Whole,
)
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import RoundingMode
from tieuchi.model.provenance import Basis, CriterionBasis, Document, Reference
from tieuchi.model.scale import Scale
from tieuchi.model.value import Value

Places = Annotated[Whole, Field(ge=0, le=9)]


class Rounding(Strict):
    """Round to this many decimals, by this mode."""

    places: Places
    mode: RoundingMode = "half_up"


class RoundingRules(Strict):
    """Where points are rounded in the reckoning itself. Where nothing is said nothing is rounded."""

    points: Rounding | None = None
    """Points of each sub-criterion."""
    sums: Rounding | None = None
    """Each sum below the total."""
    total: Rounding | None = None


class Shown(Strict):
    """How many decimals are shown. Showing never changes a number."""

    points: Places = 3
    total: Places = 2
    rate: Places = 2
    """Decimals of a rate in per cent."""
    mode: RoundingMode = "half_up"


class Assessor(Strict):
    """Who gives the points: the unit itself, a survey, an appraiser. Sums are shown for each."""

    title: Title
    places: Places | None = None


class Grade(Strict):
    """A class by total: from a cut-point up, or whatever is left."""

    grade: Annotated[str, Field(min_length=1, max_length=40)]
    title: Title | None = None
    at_least: Exact | None = None
    otherwise: Flag | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        given = [name for name in ("at_least", "otherwise") if getattr(self, name) is not None]
        if len(given) != 1 or self.otherwise is False:
            raise PydanticCustomError("one_of", "ends", {"given": given, "known": ["at_least", "otherwise"]})
        return self


class Grades(Strict):
    """Cut-points from high to low, on the exact total or on the rate."""

    by: Literal["points", "rate"] = "points"
    classes: Annotated[tuple[Grade, ...], Field(min_length=1)]
    reference: Reference
    basis: Basis


class Ranking(Strict):
    """How units with equal totals share ranks: 1, 2, 2, 4 (``competition``) or 1, 2, 2, 3 (``dense``)."""

    ties: Literal["competition", "dense"] = "competition"


class NothingAssigned(Strict):
    """What holds when there was nothing to do: the value's denominator, or the tasks assigned, are 0."""

    clause: Clause
    points: Exact | None = None
    not_applicable: Flag | None = None
    reference: Reference | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("points", "not_applicable") if getattr(self, name) is not None]
        if len(given) != 1 or self.not_applicable is False:
            raise PydanticCustomError("one_of", "ends", {"given": given, "known": ["points", "not_applicable"]})
        return self


class Consequence(Strict):
    """What a finding does to one sub-criterion: limits its points, or takes some off.

    ``for_each`` multiplies a deduction by a count. Deductions of all findings come first, then the lowest limit.
    """

    criterion: CriterionId
    clause: Clause
    at_most: Exact | None = None
    deduct: Annotated[Exact, Field(gt=0)] | None = None
    for_each: Identifier | None = None
    reference: Reference | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("at_most", "deduct") if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_of", "ends", {"given": given, "known": ["at_most", "deduct"]})
        if self.for_each is not None and self.deduct is None:
            raise PydanticCustomError("together", "needs", {"missing": "deduct"})
        return self


class Finding(Strict):
    """A fact established by a document, and what follows from it in one or several sub-criteria."""

    id: Identifier
    title: Title
    when: Conditions
    consequences: tuple[Consequence, ...] = ()
    reference: Reference
    basis: Basis


class Block(Strict):
    """A block beside the maximum: its points are added to the total, or taken off, up to a limit."""

    kind: Literal["bonus", "penalty"]
    at_most: Exact | None = None


class Criterion(Strict):
    """A field, criterion or sub-criterion; the level tells which. It has parts (``criteria``) or a ``scale``."""

    id: CriterionId
    title: Title
    max_points: Annotated[Exact, Field(gt=0)]
    min_points: Exact | None = None
    """Least points there can be: below 0 where points are taken off, above where everybody gets some."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)] | None = None
    value: Value | None = None
    scale: Scale | None = None
    nothing_assigned: NothingAssigned | None = None
    applies_when: Conditions | None = None
    direction: Literal["higher_is_better", "lower_is_better"] | None = None
    assessed_by: Identifier | None = None
    owner: OfficeId | None = None
    rescale: Flag = False
    """Points of the parts that apply are brought back to the whole maximum."""
    block: Block | None = None
    rounding: Rounding | None = None
    note: Title | None = None
    reference: Reference
    basis: CriterionBasis

    @model_validator(mode="after")
    def _group_or_leaf(self) -> Self:
        given = [name for name in ("criteria", "scale") if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_of", "one", {"given": given, "known": ["criteria", "scale"]})
        of_leaf = ("value", "nothing_assigned", "direction", "min_points")
        wrong = [n for n in of_leaf if self.criteria is not None and getattr(self, n) is not None]
        wrong += [n for n in ("rescale", "block") if self.scale is not None and getattr(self, n)]
        if wrong:
            place = "criteria" if self.criteria is not None else "scale"
            kind: LiteralString = "block_scale" if wrong[0] == "block" else "apart"
            raise PydanticCustomError(kind, "apart", {"key": wrong[0], "other": place})
        return self

    def walk(self) -> Iterator[Criterion]:
        """Yield this criterion and all below it, in the order of the rulebook."""
        yield self
        for part in self.criteria or ():
            yield from part.walk()

    def leaves(self) -> Iterator[Criterion]:
        """Yield the sub-criteria at the bottom, in the order of the rulebook."""
        if self.criteria is None:
            yield self
        for part in self.criteria or ():
            yield from part.leaves()


class Rulebook(Strict):
    """All rules in force for one index and period."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._/-]{0,99}$")]
    title: Title
    period: Phrase | None = None
    document: Document
    in_force_from: Day | None = None
    in_force_to: Day | None = None
    max_points: Annotated[Exact, Field(gt=0)]
    offices: dict[OfficeId, Title] = {}
    unit_kinds: dict[Identifier, Title] = {}
    assessors: dict[Identifier, Assessor] = {}
    indicators: tuple[Indicator, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    findings: tuple[Finding, ...] = ()
    rescale: Flag = False
    # Defaults are constructed, not validated: for that each of their models would first be made ready by itself.
    rounding: RoundingRules = RoundingRules.model_construct()
    shown: Shown = Shown.model_construct()
    quantum: Annotated[Exact, Field(gt=0)] = Fraction(1, 1_000_000)
    """Unit in which points are counted where many units are scored at once."""
    grades: Grades | None = None
    ranking: Ranking = Ranking.model_construct()
    reference: Reference
    basis: Basis

    def leaves(self) -> Iterator[Criterion]:
        """Yield every sub-criterion, in the order of the rulebook."""
        for criterion in self.criteria:
            yield from criterion.leaves()


def least_maximum(most: Fraction, parts: Iterable[Criterion]) -> Fraction:
    """Return the least maximum that can be left of a sum whose parts may turn out not to apply: blocks do not count."""
    found = [most]
    for part in parts:
        if part.block is None:
            whole = part.criteria is None or part.rescale
            found.append(part.max_points if whole else least_maximum(part.max_points, part.criteria or ()))
    return min(found)


__all__ = [
    "Assessor",
    "Block",
    "Condition",
    "Consequence",
    "Criterion",
    "Finding",
    "Grade",
    "Grades",
    "NothingAssigned",
    "Ranking",
    "Rounding",
    "RoundingRules",
    "Rulebook",
    "Shown",
    "least_maximum",
]
