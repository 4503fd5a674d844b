"""The exact points of each unit as a function of one number of the rulebook, of whatever kind that number is.

Where the number passes what a unit is measured by, points jump or begin to move; in between they are one function
``(a t + b) / (c t + d)``. The places are solved for exactly, and each stretch between two of them is checked against
scoring again at more values than the function has degrees of freedom.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.model.canonical import NumberTest, Piece, Quotient, Relative, Route, Tally, Test
from tieuchi.model.plan import FindingPlan, LeafPlan
from tieuchi.model.rulebook import Rounding
from tieuchi.model.scorecard import State, measured_value
from tieuchi.scoring.compiled import CompiledRoute, compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.tests import Lack, quotient_value
from tieuchi.scoring.unit import Unit
from tieuchi.whatif.cohort import OPEN, Cohort
from tieuchi.whatif.dial import Dial, Rules
from tieuchi.whatif.moving import PROBES, Moving, Path, Subject, UnfitError, spread, subject_of
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.ratio import Ratio, constant, fitted, meetings

MOST_STEPS = 2_000
"""Steps of one stair that are told one by one."""
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of one unit in one sub-criterion from ``ends[0]`` to ``ends[-1]``.

    Between two neighbours of ``ends`` they follow one of ``parts``; ``at`` are the points at each end. Points that are
    not settled count as none.
    """

    ends: tuple[Fraction, ...]
    parts: tuple[Ratio, ...]
    at: tuple[Fraction, ...]

    def points(self, value: Fraction) -> Fraction:
        """Return the points at a value inside."""
        place = bisect_left(self.ends, value)
        return self.at[place] if value == self.ends[place] else self.parts[place - 1].at(value)

    def part(self, low: Fraction, high: Fraction) -> Ratio:
        """Return the function between two values that no inner end parts."""
        return self.parts[bisect_left(self.ends, (low + high) / 2, 1, len(self.ends) - 1) - 1]

    @property
    def bends(self) -> tuple[Fraction, ...]:
        """Where anything changes: a jump, or another function."""
        return self.ends[1:-1]


class Curves:
    """The curves of all units for one dial between two values that the rulebook takes.

    ``open`` are the units with points that are not settled somewhere on the way: what they would be is not known, and
    their curves say nothing. ``unmeasured`` are those to which a sub-criterion does not apply anywhere on it.
    """

    def __init__(
        self, rules: Rules, cohort: Cohort, dial: Dial, span: tuple[Fraction, Fraction], progress: Progress = silent
    ) -> None:
        self.cohort, self.dial, self.low, self.high = cohort, dial, *span
        self.found: dict[tuple[int, int], Curve] = {}
        self.open: set[int] = set()
        self.unmeasured: set[int] = set()
        for end in span:
            rules.turned({dial.path: end})
        count = len(dial.leaves) * len(cohort.units)
        try:
            for place in dial.leaves:
                tracer = _Tracer(cohort, _moving(rules, dial, place, span), rules.leaf_maker(place, dial.path), span)
                for unit in range(len(cohort.units)):
                    self.found[place, unit] = tracer.curve(unit)
                    if tracer.states & set(OPEN):
                        self.open.add(unit)
                    elif tracer.states == {"not_applicable"}:
                        self.unmeasured.add(unit)
                    progress(len(self.found), count)
        except UnfitError:
            raise ScenarioError([Issue("S718", Position(dial.path), facts={"name": dial.path})]) from None


def _moving(rules: Rules, dial: Dial, place: int, span: tuple[Fraction, Fraction]) -> Moving:
    """Return how a sub-criterion moves near where the dial stands, above it or else below."""
    low, high = span
    anchor = dial.base if low <= dial.base <= high else (low + high) / 2
    make = rules.leaf_maker(place, dial.path)
    for room in (high - anchor, low - anchor):
        small = room / 997
        values = [anchor + small * count for count in range(1, PROBES + 1)]
        try:
            if room and make is not None:
                return Moving(
                    {value: Subject(leaf := make(value), leaf.floor, rules.plan.findings) for value in values}
                )
            if room:
                return Moving({value: subject_of(rules.turned({dial.path: value}), place) for value in values})
        except (UnfitError, ScenarioError):
            continue
    raise UnfitError


class _Tracer:
    """Finds the curves of one sub-criterion. ``make`` reads it at any value of the dial; else it follows ``moving``."""

    def __init__(
        self,
        cohort: Cohort,
        moving: Moving,
        make: Callable[[Fraction], LeafPlan] | None,
        span: tuple[Fraction, Fraction],
    ) -> None:
        self.cohort, self.moving, self.make, self.span = cohort, moving, make, span
        self.states: set[State] = set()
        self._made: dict[Fraction, tuple[LeafPlan, tuple[CompiledRoute, ...], tuple[FindingPlan, ...]]] = {}

    def _at(self, value: Fraction) -> tuple[LeafPlan, tuple[CompiledRoute, ...], tuple[FindingPlan, ...]]:
        if value not in self._made:
            if self.make is None:
                subject = self.moving.at(value)
                leaf, findings = subject.leaf, subject.findings
            else:
                leaf, findings = self.make(value), self.moving.subject.findings
            self._made[value] = leaf, compile_leaf(leaf), findings
        return self._made[value]

    def _points(self, unit: Unit, value: Fraction, rounding: Rounding | None) -> Fraction:
        leaf, compiled, findings = self._at(value)
        if self.moving.findings_move:
            answers = answer_findings(replace(self.cohort.plan, findings=findings), unit.inputs)
            unit = replace(unit, findings=answers)
        trace = score_leaf(leaf, compiled, rounding, unit)
        self.states.add(trace.state)
        return ZERO if trace.points is None else trace.points

    def curve(self, place: int) -> Curve:
        """Return the curve of one unit; ``states`` are those it was found in."""
        self.states = set()
        unit = self.cohort.units[place]
        low, high = self.span
        curve = self._traced(unit, {value for value in self._candidates(unit) if low < value < high}, None)
        rounding = self.moving.subject.leaf.criterion.rounding or self.cohort.plan.book.rounding.points
        return curve if rounding is None else self._traced(unit, _roundings(curve, rounding), rounding)

    def _traced(self, unit: Unit, inner: set[Fraction], rounding: Rounding | None) -> Curve:
        """Return the curve that may bend at some values and nowhere else."""
        values = sorted(inner)
        ends = (self.span[0], *values, self.span[1])
        parts = []
        for left, right in pairwise(ends):
            part = fitted([(t, self._points(unit, t, rounding)) for t in spread(left, right)])
            if part is None or (part.c and part.pole_in(left, right)):
                raise UnfitError
            parts.append(part)
        return _simplified(ends, parts, [self._points(unit, value, rounding) for value in ends])

    def _candidates(self, unit: Unit) -> Iterator[Fraction]:
        """Yield every value of the dial at which the points of a unit can change their course."""
        for path, test in _tests(self.moving):
            threshold = self.moving.number((*path, "threshold"))
            own = quotient_value(test.quotient, unit.inputs)
            if threshold is not None and not isinstance(own, Lack):
                yield from _met(threshold, constant(own[1]))
        for index, route in enumerate(self.moving.subject.leaf.routes):
            measured = self._own_value(unit, index, route)
            if measured is not None:
                yield from self._of_route(unit, index, route, measured)

    def _own_value(self, unit: Unit, index: int, route: Route) -> Ratio | None:
        """Return what a unit is measured by, as the dial turns; None where it has no value."""
        if not isinstance(route.measured, (Quotient, Relative)):
            return None
        if any(path[:4] == ("routes", index, "measured", "quotient") for path in self.moving.numbers):
            raise UnfitError  # the best of the group would move as well
        best = unit.best.get((self.moving.subject.leaf.id, index))
        told = []
        for value, subject in self.moving.subjects.items():
            measured = subject.leaf.routes[index].measured
            assert isinstance(measured, (Quotient, Relative))
            own = quotient_value(measured if isinstance(measured, Quotient) else measured.quotient, unit.inputs)
            if isinstance(own, Lack) or (isinstance(measured, Relative) and best is None):
                return None
            told.append((value, measured_value(measured, own[0], best)))
        found = fitted(told)
        if found is None:
            raise UnfitError
        return found

    def _of_route(self, unit: Unit, index: int, route: Route, own: Ratio) -> Iterator[Fraction]:
        """Yield where a unit comes to another piece: at an end that moves, or where what two pieces give is equal."""
        formulas = []
        for place, piece in enumerate(route.pieces):
            path: Path = ("routes", index, "pieces", place)
            for side, bound in (("lower", piece.lower), ("upper", piece.upper)):
                if bound.at is not None:
                    yield from _met(self.moving.number((*path, side, "at")) or constant(bound.at), own)
            if piece.stair is not None and piece.rate and self._stair_moves((*path, "stair"), own):
                yield from self._of_stair((*path, "stair"), piece, own)
            else:
                formulas.append(self._formula(index, place, own))
        for first, second in combinations([*formulas, *self._limits(unit, formulas)], 2):
            yield from meetings(first, second) or ()

    def _formula(self, index: int, place: int, own: Ratio) -> Ratio:
        """Return the points of a piece as the dial turns, for what a unit is measured by."""
        subjects = self.moving.subjects.items()
        found = fitted([(t, s.leaf.routes[index].pieces[place].points(own.at(t))) for t, s in subjects])
        if found is None:
            raise UnfitError
        return found

    def _stair_moves(self, path: Path, own: Ratio) -> bool:
        """Say whether a unit can come to another step of a stair."""
        return not own.constant or any(moved[: len(path)] == path for moved in self.moving.numbers)

    def _of_stair(self, path: Path, piece: Piece, own: Ratio) -> Iterator[Fraction]:
        """Yield where a unit comes to another step of a stair."""
        assert piece.stair is not None
        origin = self.moving.number((*path, "origin")) or constant(piece.stair.origin)
        step = self.moving.number((*path, "step")) or constant(piece.stair.step)
        ends = [(own.at(t) - origin.at(t)) / step.at(t) for t in self.span if step.at(t)]
        if len(ends) < 2 or origin.c or step.c or own.c:
            raise UnfitError
        first, last = min(ends).__floor__(), max(ends).__ceil__()
        if last - first > MOST_STEPS:
            raise UnfitError
        for count in range(first, last + 1):
            line = Ratio(origin.a + count * step.a, origin.b + count * step.b)
            yield from _met(line, own)

    def _limits(self, unit: Unit, formulas: Sequence[Ratio]) -> Iterator[Ratio]:
        """Yield what findings make of the points: each formula less all deductions, the floor, and every limit."""
        leaf, names = self.moving.subject.leaf, unit.finding_list
        if not leaf.consequences:
            return
        yield constant(leaf.floor)
        for formula in formulas:
            less = fitted(
                [(t, formula.at(t) - _deducted(s.leaf, names, unit)) for t, s in self.moving.subjects.items()]
            )
            if less is None:
                raise UnfitError
            yield less
        for place, (_, consequence) in enumerate(leaf.consequences):
            if consequence.at_most is not None:
                moved = self.moving.number(("consequences", place, 1, "at_most"))
                yield moved or constant(consequence.at_most)


def _deducted(leaf: LeafPlan, names: Sequence[str], unit: Unit) -> Fraction:
    """Return what findings that hold take off together."""
    off = ZERO
    for index, consequence in leaf.consequences:
        times = unit.inputs.values.get(consequence.for_each or "", Fraction(1))
        if unit.findings[names[index]] is True and consequence.deduct and isinstance(times, Fraction):
            off += consequence.deduct * times
    return off


def _roundings(curve: Curve, rounding: Rounding) -> set[Fraction]:
    """Return where the rounded points of a curve can jump: where it bends, and where it meets a half or whole step."""
    step = Fraction(1, 2 * 10**rounding.places)
    found = set(curve.bends)
    for (low, high), part in zip(pairwise(curve.ends), curve.parts, strict=True):
        least, most = sorted((part.at(low), part.at(high)))
        first, last = (least / step).__floor__(), (most / step).__ceil__()
        if last - first > MOST_STEPS:
            raise UnfitError
        if not part.constant:
            edges = (t for count in range(first, last + 1) for t in _met(part, constant(count * step)))
            found |= {t for t in edges if low < t < high}
    return found


def _met(first: Ratio, second: Ratio) -> list[Fraction]:
    found = meetings(first, second)
    if found is None:
        raise UnfitError
    return found


def _tests(moving: Moving) -> Iterator[tuple[Path, NumberTest]]:
    """Yield every number that is tested, with where it stands."""

    def told(path: Path, tests: tuple[Test, ...]) -> Iterator[tuple[Path, NumberTest]]:
        for place, test in enumerate(tests):
            if isinstance(test, NumberTest):
                yield (*path, place), test

    leaf = moving.subject.leaf
    yield from told(("applies",), leaf.applies)
    for index, route in enumerate(leaf.routes):
        yield from told(("routes", index, "tests"), route.tests)
        if isinstance(route.measured, Tally):
            for part, item in enumerate(route.measured.items):
                yield from told(("routes", index, "measured", "items", part, "tests"), item.tests)
    for place, finding in enumerate(moving.subject.findings):
        yield from told(("findings", place), finding.tests)


def _simplified(ends: tuple[Fraction, ...], parts: list[Ratio], at: list[Fraction]) -> Curve:
    """Return a curve without the ends at which nothing changes."""
    kept_ends, kept_parts, kept_at = [ends[0]], [parts[0]], [at[0]]
    for end, part, points in zip(ends[1:-1], parts[1:], at[1:-1], strict=True):
        before = kept_parts[-1]
        if _same(before, part) and points == part.at(end):
            continue
        kept_ends.append(end)
        kept_parts.append(part)
        kept_at.append(points)
    return Curve((*kept_ends, ends[-1]), tuple(kept_parts), (*kept_at, at[-1]))


def _same(first: Ratio, second: Ratio) -> bool:
    """Say whether two functions are one, however they are written."""
    pairs = ((first.a, second.a), (first.b, second.b), (first.c, second.c), (first.d, second.d))
    return all(x0 * y1 == x1 * y0 for (x0, x1), (y0, y1) in combinations(pairs, 2))


def told_by_unit(curves: Curves) -> Mapping[int, list[tuple[int, Curve]]]:
    """Return the curves of each unit, with the sub-criterion each is of."""
    found: dict[int, list[tuple[int, Curve]]] = {unit: [] for unit in range(len(curves.cohort.units))}
    for (place, unit), curve in curves.found.items():
        found[unit].append((place, curve))
    return found
