"""The one form that every value and every scale comes down to.

A value is a quotient of two linear forms over readings, perhaps cut to a step. A scale is a list of *routes*; the
first route whose tests hold is taken, and its pieces say how many points a value gives. Pieces are a partition of
the number line, linear or a stair, so that every road (exact, durable-rules, columns, SQL, Excel) and every
analysis (gaps, next step, inverse, breakpoints) reads the same thing.

All are named tuples: a rulebook has thousands, and their classes are made in a fifth of a dataclass's time.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

Operator = Literal["at_least", "more_than", "at_most", "less_than", "exactly"]
Measure = Literal["number", "share", "days"]

ZERO = Fraction(0)
ONE = Fraction(1)


class Linear(NamedTuple):
    """``sum(coefficient * reading) + constant``. A date counts as its ordinal day."""

    terms: tuple[tuple[str, Fraction], ...]
    constant: Fraction = ZERO

    def plus(self, other: Linear, factor: Fraction = ONE) -> Linear:
        """Return ``self + factor * other``, each reading named once."""
        sums = dict(self.terms)
        for name, coefficient in other.terms:
            sums[name] = sums.get(name, ZERO) + factor * coefficient
        terms = tuple((name, c) for name, c in sums.items() if c)
        return Linear(terms, self.constant + factor * other.constant)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The readings it needs, in the order of the rulebook."""
        return tuple(name for name, _ in self.terms)


UNIT = Linear((), ONE)


class Quotient(NamedTuple):
    """``numerator / denominator``, cut down to a multiple of ``step`` if there is one.

    ``named`` keeps every indicator the rulebook names, also one whose coefficients cancel.
    """

    numerator: Linear
    denominator: Linear = UNIT
    step: Fraction | None = None
    measure: Measure = "number"
    kind: str = "amount"
    named: tuple[str, ...] = ()

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator it names, each once."""
        return self.named

    def cut(self, x: Fraction) -> Fraction:
        """Return a value cut down to a whole number of steps.

        Example:
            >>> Quotient(UNIT, step=Fraction(1, 100)).cut(Fraction("0.9996"))
            Fraction(99, 100)
        """
        return x if self.step is None else (x / self.step).__floor__() * self.step


def reading(name: str, kind: str = "amount") -> Quotient:
    """Return the quotient that is one reading as it stands.

    Example:
        >>> reading("staff", "count").numerator.terms
        (('staff', Fraction(1, 1)),)
    """
    return Quotient(Linear(((name, ONE),)), kind=kind, named=(name,))


class Bound(NamedTuple):
    """One end of an interval; ``at`` None is infinity."""

    at: Fraction | None = None
    closed: bool = False


class Stair(NamedTuple):
    """Count whole steps of size ``step`` from ``origin``; with ``started`` a begun step counts as one."""

    origin: Fraction
    step: Fraction
    started: bool = False


class Piece(NamedTuple):
    """Points on one interval of the value: ``base + rate * x``, or ``base + rate * steps(x)`` on a stair.

    ``source`` is the path inside the scale that this piece was read from, ``lower_path`` and ``upper_path``
    the names of its ends as a what-if would say them.
    """

    clause: str
    lower: Bound
    upper: Bound
    base: Fraction
    rate: Fraction = ZERO
    stair: Stair | None = None
    source: tuple[str | int, ...] = ()

    def holds(self, x: Fraction) -> bool:
        """Say whether ``x`` lies on this piece."""
        low, high = self.lower, self.upper
        above = low.at is None or x > low.at or (low.closed and x == low.at)
        below = high.at is None or x < high.at or (high.closed and x == high.at)
        return above and below

    def ends(self) -> tuple[Fraction, Fraction]:
        """Return the points as the value nears the lower and the upper end; ends at infinity as at the other end."""
        low, high = self.lower, self.upper
        if not self.rate or (low.at is None and high.at is None):
            return self.points(ZERO), self.points(ZERO)
        nears = [self.near(low, above=True) if low.at is not None else None]
        nears.append(self.near(high, above=False) if high.at is not None else None)
        first, last = nears
        known = first if first is not None else last
        assert known is not None
        return (first if first is not None else known), (last if last is not None else known)

    def near(self, bound: Bound, *, above: bool) -> Fraction:
        """Return the points at an end that belongs to the piece, or just inside one that does not."""
        assert bound.at is not None
        if self.stair is None or bound.closed:
            return self.points(bound.at)
        exact = (bound.at - self.stair.origin) / self.stair.step
        on_step = exact.denominator == 1
        steps = stair_steps(self.stair, bound.at)
        if on_step and above and self.stair.started:
            steps += 1
        if on_step and not above and not self.stair.started:
            steps -= 1
        return self.base + self.rate * steps

    def points(self, x: Fraction) -> Fraction:
        """Return the points that ``x`` gives on this piece."""
        if self.stair is None:
            return self.base + self.rate * x if self.rate else self.base
        return self.base + self.rate * stair_steps(self.stair, x)


def stair_steps(stair: Stair, x: Fraction) -> int:
    """Return how many steps of a stair ``x`` is above its origin.

    Example:
        >>> stair_steps(Stair(Fraction(3500), Fraction(100)), Fraction(3799))
        2
    """
    quotient = (x - stair.origin) / stair.step
    whole = quotient.numerator // quotient.denominator
    return whole + 1 if stair.started and quotient != whole else whole


class NumberTest(NamedTuple):
    """A value compared with a threshold."""

    quotient: Quotient
    operator: Operator
    threshold: Fraction
    source: tuple[str | int, ...] = ()


class EqualTest(NamedTuple):
    """A yes/no or choice reading compared with what it should be."""

    indicator: str
    expected: bool | str
    source: tuple[str | int, ...] = ()


class UnitKindTest(NamedTuple):
    """The kind of the unit is one of these."""

    kinds: tuple[str, ...]
    source: tuple[str | int, ...] = ()


class FindingTest(NamedTuple):
    """Another finding holds."""

    finding: str
    source: tuple[str | int, ...] = ()


Test = NumberTest | EqualTest | UnitKindTest | FindingTest


class TallyItem(NamedTuple):
    """One lettered part of a checklist: its points if all tests hold, else none."""

    clause: str
    tests: tuple[Test, ...]
    points: Fraction
    source: tuple[str | int, ...] = ()


class Tally(NamedTuple):
    """The points of all the parts that hold, added up."""

    items: tuple[TallyItem, ...]


class Relative(NamedTuple):
    """A value set against the group: its share of the best, or its share of the best's excess over a target."""

    quotient: Quotient
    best: Literal["largest", "smallest"] = "largest"
    target: Fraction | None = None


Measured = Quotient | Tally | Relative | None


class Route(NamedTuple):
    """Pieces that apply when all tests hold. The first such route of a scale is taken."""

    pieces: tuple[Piece, ...]
    measured: Measured = None
    tests: tuple[Test, ...] = ()
    clause: str | None = None
    not_applicable: bool = False
    """This route takes the criterion out of the count."""
    guards: int = 0
    """How many of the tests, the first ones, say whether what the route is part of is asked at all.

    While these can't be told, they alone say why: what the others lack may never matter. If one of the others fails,
    the route fails all the same.
    """

    def under(self, tests: tuple[Test, ...], clause: str | None = None) -> Route:
        """Return the same route behind further tests, its guards."""
        guards = len(tests) + self.guards
        return self._replace(tests=(*tests, *self.tests), clause=clause or self.clause, guards=guards)


EVERYWHERE = (Bound(), Bound())


def constant(clause: str, points: Fraction, source: tuple[str | int, ...] = ()) -> Piece:
    """Return a piece that gives the same points for every value."""
    return Piece(clause, *EVERYWHERE, points, source=source)
