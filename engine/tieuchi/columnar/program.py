"""A rulebook in whole numbers over integer columns: what every many-unit road and the SQL generator read.

Points are counted in *quanta* (10^-6 of a point unless the rulebook says finer). Where exact points are still worked
on, by findings or a rounding, they are a quotient ``N / (share * D)`` of quanta, ``D`` being 1 or the value's own
denominator, so that nothing is rounded before the last step.

The parts of a program are named tuples: a rulebook has thousands, and they are made in a third of a dataclass's time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from tieuchi.columnar.layout import Layout
from tieuchi.model.canonical import Operator
from tieuchi.model.number import RoundingMode

Term = tuple[int, int]
"""Place of a column, and the whole number it is multiplied with."""


class FormOp(NamedTuple):
    """A value: ``above / below``, cut down to a multiple of ``step`` if there is one.

    Without ``names`` all present there is no value.
    """

    above: tuple[Term, ...]
    above_constant: int
    below: tuple[Term, ...]
    below_constant: int
    names: tuple[int, ...]
    step: tuple[int, int] | None = None


class TestOp(NamedTuple):
    """One condition, by its kind: a number, an equality, the kind of the unit, another finding."""

    kind: Literal["number", "equal", "unit_kind", "finding"]
    form: FormOp | None = None
    operator: Operator = "at_least"
    threshold: tuple[int, int] = (0, 1)
    slot: int = -1
    expected: int = -1
    kinds: tuple[int, ...] = ()
    finding: int = -1


Tests = tuple[TestOp, ...]


class PieceOp(NamedTuple):
    """Points on an interval. It begins where ``above * cuts >= n * below`` (``>`` if ``open``); the first, at once.

    ``constant``: ``points`` in quanta and ``exact`` in shares of a quantum. ``slope``: ``(base * below + rate *
    above) / below`` shares. ``stair``: ``base + rate * steps`` shares, with ``steps`` the whole part (``started``:
    begun part) of ``(stair[0] * above - stair[1] * below) / (stair[2] * below)``.
    """

    kind: Literal["constant", "slope", "stair"]
    n: int = 0
    open: bool = False
    points: int = 0
    exact: int = 0
    base: int = 0
    rate: int = 0
    stair: tuple[int, int, int] = (0, 0, 1)
    started: bool = False


class ItemOp(NamedTuple):
    """One part of a checklist."""

    tests: Tests
    points: int
    exact: int


class Ends(NamedTuple):
    """Least and most points while a reading lacks, in quanta and in shares."""

    low: int
    high: int
    low_exact: int
    high_exact: int


class RouteOp(NamedTuple):
    """Pieces behind tests; ``clause`` is the index of its first.

    ``relative``: the value ``above / below`` times what the best of the group makes of it (``Multipliers``), after it
    was ``swapped`` (less is better), or its excess over ``target`` taken. ``opens``: while its tests are not known it
    is not known if the sub-criterion applies at all, and findings narrow nothing. ``guards``: how many of the tests,
    the first ones, alone say which state that is, if one of them is not known.
    """

    kind: Literal["constant", "form", "tally", "relative", "not_applicable"]
    tests: Tests
    clause: int
    ends: Ends
    hull: Ends
    cuts: int = 1
    pieces: tuple[PieceOp, ...] = ()
    form: FormOp | None = None
    items: tuple[ItemOp, ...] = ()
    relative: int = -1
    swapped: bool = False
    target: tuple[int, int] | None = None
    opens: bool = False
    guards: int = 0


class RelativeOp(NamedTuple):
    """What a value is compared with: the largest or smallest of the group, or the excess over a target."""

    leaf: int
    route: int
    form: FormOp
    best: Literal["largest", "smallest"]
    target: tuple[int, int] | None


class ConsequenceOp(NamedTuple):
    """What a finding does, in shares: a limit, or points off for each unit of a count column."""

    finding: int
    clause: int
    at_most: int | None = None
    deduct: int = 0
    slot: int = -1


class RoundOp(NamedTuple):
    """Round ``N / (share * D)`` quanta to a step of ``up / down`` quanta, by a mode."""

    mode: RoundingMode
    up: int
    down: int


class LeafOp(NamedTuple):
    """One sub-criterion. ``share``: a quantum has this many shares. ``clauses`` are its labels by index.

    ``bits``: below 2^bits in every column it reads, no step of its reckoning passes 63 bits; -1 where its points
    alone do. ``fast``: up to there in a value's denominator the points on a slope take one division, beyond it two.
    ``inexact``: its points are no whole quanta for some readings, and then off by half a quantum at most.
    """

    id: str
    node: int
    share: int
    whole: Ends
    most: int
    floor: int
    routes: tuple[RouteOp, ...]
    applies: Tests = ()
    declared: int = -1
    declared_scale: tuple[int, int] = (1, 1)
    consequences: tuple[ConsequenceOp, ...] = ()
    rounding: RoundOp | None = None
    clause_count: int = 0
    slots: tuple[int, ...] = ()
    bits: int = 62
    fast: int = 0
    inexact: bool = False

    @property
    def plain(self) -> bool:
        """Whether points need no exact quotient: no finding touches them, nothing rounds them."""
        return not self.consequences and self.rounding is None

    @property
    def firm(self) -> bool:
        """Whether it applies unless a reading says that it does not; see ``LeafPlan.firm``."""
        return not self.applies and not any(route.kind == "not_applicable" for route in self.routes)


class NodeOp(NamedTuple):
    """One sum. ``most`` is its declared maximum, ``least`` the least that can be left of it where parts do not apply.

    Both count in units of ``Program.most_unit``. ``at_most`` is a block's limit in whole quanta, ``limit`` the same
    exactly, as a quotient of quanta.

    ``doubt`` is, for a sum that is rounded, how many quanta it may be from the exact one before that.
    """

    id: str
    parent: int
    most: int
    least: int
    rescale: bool = False
    rounding: RoundOp | None = None
    block: Literal["", "bonus", "penalty"] = ""
    at_most: int | None = None
    limit: tuple[int, int] = (0, 1)
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """A rulebook over columns. Nodes come after their parts; the last one is the total."""

    layout: Layout
    quantum: Fraction
    leaves: tuple[LeafOp, ...]
    findings: tuple[Tests, ...]
    nodes: tuple[NodeOp, ...]
    relatives: tuple[RelativeOp, ...]
    most_unit: Fraction
    most_points: int
    """No point or sum is further from zero than this, in quanta."""
    sum_peak: int = 0
    """No number on the way to a sum is larger."""
    made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was made of it once and is kept: its code."""

    @property
    def wide_sums(self) -> bool:
        """Whether 64 bits don't surely hold what sums are made from."""
        return self.sum_peak >= 1 << 62

    @property
    def doubtful(self) -> bool:
        """Whether quanta can leave it in doubt which way a sum is rounded."""
        return any(node.doubt for node in self.nodes)
