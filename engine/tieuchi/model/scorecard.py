"""The scorecard: what one unit earned, and every step that led there. The contract of the whole program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from tieuchi.model.canonical import Measured, Quotient, Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings

State = Literal["scored", "missing", "not_applicable", "declared", "refused"]
Reason = Literal["", "readings", "zero_denominator", "group", "worthless_best", "finding", "declared"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one finding's consequence took from a sub-criterion."""

    finding: str
    clause: str
    amount: Fraction
    times: Fraction = Fraction(1)


@dataclass(slots=True)
class Trace:
    """How the points of one sub-criterion came about; enough to redo them by hand.

    ``route`` and ``piece`` are places in the plan's routes, ``numerator`` and ``denominator`` the value before it
    was cut to a step, ``held`` which parts of a checklist hold, ``group_best`` the best value of the group.
    ``base_points`` are the points before findings, ``low`` and ``high`` what the points can still be.
    ``lacking`` names the readings that would settle it.
    """

    plan: LeafPlan
    state: State = "scored"
    route: int = -1
    piece: int = -1
    numerator: int = 0
    denominator: int = 0
    held: tuple[bool | None, ...] = ()
    group_best: Fraction | None = None
    base_points: Fraction | None = None
    taken: tuple[Taken, ...] = ()
    points: Fraction | None = None
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    reason: Reason = ""
    lacking: tuple[str, ...] = ()
    declared: DeclaredPoints | None = None

    @property
    def raw(self) -> Fraction | None:
        """The unit's own value before it was cut to a step or set against the group."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def value(self) -> Fraction | None:
        """The value that the pieces of the scale were asked about."""
        raw = self.raw
        if raw is None or self.route < 0:
            return raw
        measured = self.plan.routes[self.route].measured
        if isinstance(measured, Relative) and (self.group_best is None or not comparable(measured, self.group_best)):
            return None
        return measured_value(measured, raw, self.group_best)

    @property
    def base_clause(self) -> str | None:
        """The clause of the scale that gave the points before findings."""
        if self.route < 0 or (self.piece < 0 and not self.held):
            return None
        route = self.plan.routes[self.route]
        if self.held:
            items = route.measured.items  # type: ignore[union-attr]
            names = [item.clause for item, held in zip(items, self.held, strict=True) if held]
            inner = "+".join(names) or "none"
        else:
            inner = route.pieces[self.piece].clause
        return inner if route.clause in (None, inner) else f"{route.clause}/{inner}"

    @property
    def clause(self) -> str | None:
        """The clause that decided: that of the last finding that took points, else that of the scale."""
        decisive = [taken.clause for taken in self.taken if taken.amount]
        return decisive[-1] if decisive else self.base_clause


def measured_value(measured: Measured, raw: Fraction, group_best: Fraction | None) -> Fraction:
    """Return what a scale is asked about: the value cut to its step, or set against the best of the group."""
    if isinstance(measured, Quotient):
        return measured.cut(raw)
    if isinstance(measured, Relative):
        assert group_best is not None
        own = measured.quotient.cut(raw)
        if measured.target is not None:
            excess = group_best - measured.target
            return (own - measured.target) / excess if excess > 0 else Fraction(0)
        if measured.best == "largest":
            return own / group_best
        # The smallest of the group can be 0, and then its own value is no divisor: it is the best all the same.
        return group_best / own if own > 0 else Fraction(1)
    return raw


def comparable(measured: Relative, group_best: Fraction) -> bool:
    """Say whether values can be set against the best of the group: 0 or less has no share, nor has a smallest below 0.

    Example:
        >>> from tieuchi.model.canonical import UNIT
        >>> [comparable(Relative(Quotient(UNIT), best), Fraction(0)) for best in ("largest", "smallest")]
        [False, True]
    """
    if measured.target is not None:
        return True
    return group_best > 0 if measured.best == "largest" else group_best >= 0


@dataclass(slots=True, eq=False)
class Score:
    """One node of the scorecard: the total, a field, a criterion or a sub-criterion.

    ``max_points`` counts only what applies to the unit. ``points`` is None while something is missing; then the
    points lie between ``low`` and ``high``. A bonus or penalty block has its points as they enter the total.

    What is in ``parts`` may be laid out only when it is first asked for: all that was found is kept, nothing is scored
    then, but who wants totals of many units is spared the making of nodes and traces that nobody reads.
    """

    id: str
    max_points: Fraction
    points: Fraction | None
    low: Fraction
    high: Fraction
    state: State
    kept: tuple[Score, ...] | Callable[[], tuple[Score, ...]] = field(default=(), repr=False)
    """The parts, or what lays them out."""
    trace: Trace | None = None
    block: Literal["", "bonus", "penalty"] = ""

    @property
    def parts(self) -> tuple[Score, ...]:
        """What it is the sum of; nothing for a sub-criterion."""
        if not isinstance(self.kept, tuple):
            self.kept = self.kept()
        return self.kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Score) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]

    def _told(self) -> tuple[object, ...]:
        ends = (self.points, self.low, self.high)
        return self.id, self.max_points, *ends, self.state, self.block, self.trace, self.parts

    @property
    def lost(self) -> Fraction | None:
        """Maximum less points; for a block what it took off the total, below zero where it added."""
        if self.points is None:
            return None
        return -self.points if self.block else self.max_points - self.points

    @property
    def rate(self) -> Fraction | None:
        """Points over maximum; None where there is no maximum."""
        return self.points / self.max_points if self.points is not None and self.max_points else None

    def walk(self) -> Iterator[Score]:
        """Yield this node and all below it, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class FindingState:
    """Whether one finding holds; None while a reading is missing."""

    id: str
    holds: bool | None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What one assessor's sub-criteria come to."""

    assessor: str
    max_points: Fraction
    points: Fraction | None
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How wide a part of the total one missing reading leaves open."""

    indicator: str
    width: Fraction


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result for one unit and period."""

    plan: Plan
    readings: Readings
    total: Score
    findings: tuple[FindingState, ...]
    shares: tuple[Share, ...]
    grade: str | None
    grades_possible: tuple[str, ...]
    narrowed_by: tuple[Narrowing, ...]
    road: str = "exact"
    alone: str = ""
    """Why the exact road went alone: ``unavailable``, ``beyond_limits`` or ``asked``."""
    firings: tuple[str, ...] = ()
    group_size: int = 0

    def __getitem__(self, criterion: str) -> Score:
        """Return the node of a criterion; ``KeyError`` if there is none."""
        for node in self.total.walk():
            if node.id == criterion:
                return node
        raise KeyError(criterion)

    def leaves(self) -> Iterator[Score]:
        """Yield the sub-criteria, in the order of the rulebook."""
        return (node for node in self.total.walk() if node.trace is not None)


@dataclass(slots=True)
class Inputs:
    """The readings of one unit as scoring needs them. Never changed: a change of figures makes another one."""

    unit_kind: str
    values: Mapping[str, Fraction | bool | str]
    readings: Mapping[str, Reading]
    declared: Mapping[str, DeclaredPoints] = field(default_factory=dict)
