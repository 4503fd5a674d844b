"""``bands``: steps on a value. The first band of the decree that holds gives its points.

A band with only a lower end reaches up to where the nearest of the bands before it begins, one with only an upper end
down to where the nearest of them stops, both without limit where there is none; ``otherwise`` takes what is left.
Bands may not overlap and may leave no value without points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import Bound, Piece, Route
from tieuchi.model.fields import Clause, Exact, Flag, Strict, Title
from tieuchi.model.number import exact_text
from tieuchi.model.provenance import Basis, Reference
from tieuchi.model.scale.case import Case, Span


class Band(Strict):
    """One step: where it holds and what it gives."""

    clause: Clause
    points: Exact
    at_least: Exact | None = None
    more_than: Exact | None = None
    at_most: Exact | None = None
    less_than: Exact | None = None
    exactly: Exact | None = None
    otherwise: Flag | None = None
    title: Title | None = None
    reference: Reference | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        lower, upper = self._given(("at_least", "more_than")), self._given(("at_most", "less_than"))
        alone = self._given(("exactly", "otherwise"))
        clash = len(lower) > 1 or len(upper) > 1 or len(alone) > 1 or (alone and (lower or upper))
        if clash or not (lower or upper or alone) or self.otherwise is False:
            known = ["at_least", "more_than", "at_most", "less_than", "exactly", "otherwise"]
            raise PydanticCustomError("one_of", "ends", {"given": lower + upper + alone, "known": known})
        return self

    def _given(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    @property
    def lower(self) -> Bound | None:
        """The lower end that the band itself names."""
        for at, closed in ((self.exactly, True), (self.at_least, True), (self.more_than, False)):
            if at is not None:
                return Bound(at, closed)
        return None

    @property
    def upper(self) -> Bound | None:
        """The upper end that the band itself names."""
        for at, closed in ((self.exactly, True), (self.at_most, True), (self.less_than, False)):
            if at is not None:
                return Bound(at, closed)
        return None


Bands = Annotated[tuple[Band, ...], Field(min_length=1)]


Side = Literal["lower", "upper"]


class _Interval(NamedTuple):
    """A band with both its ends, ready to be put in order."""

    lower: Bound
    upper: Bound
    place: int


def routes(bands: tuple[Band, ...], case: Case) -> tuple[Route, ...]:
    """Return the bands as pieces that cover the number line, and report what does not add up."""
    _check_names(bands, case)
    for index, band in enumerate(bands):
        case.check_points((index, "points"), band.points, band.clause)
    if not case.needs_value():
        return ()
    intervals = _intervals(bands, case)
    if intervals is None:
        return ()
    intervals.sort(key=lambda i: _lower_key(i.lower))
    if not _check_overlaps(intervals, bands, case):
        return ()
    pieces = [_piece(bands[i.place], i.lower, i.upper, i.place) for i in intervals]
    rest = next((index for index, band in enumerate(bands) if band.otherwise), None)
    holes = _holes([(i.lower, i.upper) for i in intervals])
    if rest is not None:
        pieces += [_piece(bands[rest], low, high, rest) for low, high in holes]
        _check_swallowed(holes, intervals, bands, rest, case)
    else:
        _check_holes(holes, intervals, bands, case)
    pieces.sort(key=lambda p: _lower_key(p.lower))
    return (Route(tuple(pieces), case.quotient),)


def _check_swallowed(
    holes: list[tuple[Bound, Bound]], intervals: list[_Interval], bands: tuple[Band, ...], rest: int, case: Case
) -> None:
    """Report a gap between bands that ``otherwise`` takes beside what lies outside them all.

    It may well take the middle (a normal value) or both outer sides (out of the normal range); a hole in the middle
    and one outside is a slip of the pen.
    """
    real = [(low, high, found) for low, high in holes if (found := witness(low, high, case.span)) is not None]
    single = {band.exactly for band in bands}
    for low, high, found in real:
        if low.at is None or high.at is None or {low.at, high.at} & single:
            continue
        if len(real) > 1:
            clause = bands[rest].clause
            beside = _beside(low, high, intervals)[0]
            case.report(
                (rest, "otherwise"),
                "R336",
                clauses=(clause, bands[beside].clause),
                other=(beside,),
                where=(low, high),
                clause=clause,
                hole=_interval_text(low, high),
                witness=found,
            )


def _piece(band: Band, low: Bound, high: Bound, index: int) -> Piece:
    return Piece(band.clause, low, high, band.points, source=(index,))


def _check_names(bands: tuple[Band, ...], case: Case) -> None:
    seen: dict[str, int] = {}
    for index, band in enumerate(bands):
        if band.clause in seen:
            case.clause_twice(index, seen[band.clause], band.clause)
        seen.setdefault(band.clause, index)
    rest = [index for index, band in enumerate(bands) if band.otherwise]
    for index in rest[1:]:
        case.report((index, "otherwise"), "R304", other=(rest[0], "otherwise"))
    if rest and rest[0] != len(bands) - 1 and len(rest) == 1:
        case.report((rest[0], "otherwise"), "R305", other=(len(bands) - 1,), clause=bands[rest[0]].clause)


class _Placed:
    """The ends that bands name themselves, in order, as far as the bands were read."""

    def __init__(self) -> None:
        self.alone: dict[Side, int] = {}
        """The last band that names this end alone."""
        self._lowers: list[tuple[Fraction, bool]] = []
        self._uppers: list[tuple[Fraction, bool]] = []

    def add(self, lower: Bound | None, upper: Bound | None) -> None:
        """Add the ends of a band. Of two ends at one value an open lower one is above, an open upper one below."""
        if lower is not None and lower.at is not None:
            insort(self._lowers, (lower.at, not lower.closed))
        if upper is not None and upper.at is not None:
            insort(self._uppers, (upper.at, upper.closed))

    def end_above(self, lower: Bound) -> Bound:
        """Return the upper end of a band that names only its lower one: where the next band above it begins."""
        assert lower.at is not None
        place = bisect_right(self._lowers, (lower.at, not lower.closed))
        return Bound(*self._lowers[place]) if place < len(self._lowers) else Bound()

    def end_below(self, upper: Bound) -> Bound:
        """Return the lower end of a band that names only its upper one: where the next band below it stops."""
        assert upper.at is not None
        place = bisect_left(self._uppers, (upper.at, upper.closed))
        if not place:
            return Bound()
        at, closed = self._uppers[place - 1]
        return Bound(at, not closed)


def _intervals(bands: tuple[Band, ...], case: Case) -> list[_Interval] | None:
    """Give each band both ends; report thresholds that are out of order, or ends that cross."""
    result: list[_Interval] = []
    sound = True
    placed = _Placed()
    for index, band in enumerate(bands):
        if band.otherwise:
            continue
        lower, upper = band.lower, band.upper
        low, high = lower or Bound(), upper or Bound()
        if lower is None or upper is None:
            side: Side = "lower" if upper is None else "upper"
            sound = _check_order(bands, index, placed.alone.get(side), side, case) and sound
            placed.alone[side] = index
            low, high = (low, placed.end_above(low)) if upper is None else (placed.end_below(high), high)
        placed.add(lower, upper)
        if sound and _empty(low, high):
            _report_crossing(case, band, index, low, high)
            sound = False
        result.append(_Interval(low, high, index))
    return result if sound else None


def _report_crossing(case: Case, band: Band, index: int, low: Bound, high: Bound) -> None:
    keys = [(index, _end_name(band, side)) for side in ("lower", "upper")]
    # A value that reaches the lower end is beyond the upper one.
    case.report(
        keys[0],
        "R308",
        clauses=(band.clause,) * 2,
        other=keys[1],
        where=(low, Bound()),
        clause=band.clause,
        low=low.at,
        high=high.at,
    )


def _check_order(bands: tuple[Band, ...], index: int, before: int | None, side: Side, case: Case) -> bool:
    """Check a band with one end against the last one before it with the same end alone; it would cover it."""
    if before is None:
        return True
    here, there = getattr(bands[index], side), getattr(bands[before], side)
    if side == "lower" and _lower_key(here) >= _lower_key(there):
        return _report_order(case, "R306", bands, index, before)
    if side == "upper" and _upper_key(here) <= _upper_key(there):
        return _report_order(case, "R307", bands, index, before)
    return True


def _report_order(case: Case, code: str, bands: tuple[Band, ...], index: int, before: int) -> Literal[False]:
    side = "lower" if code == "R306" else "upper"
    here, there = getattr(bands[index], side), getattr(bands[before], side)
    both = (max(here, there, key=_lower_key), Bound())
    if side == "upper":
        both = (Bound(), min(here, there, key=_upper_key))
    case.report(
        (index, _end_name(bands[index], side)),
        code,
        clauses=(bands[index].clause, bands[before].clause),
        other=(before, _end_name(bands[before], side)),
        where=both,
        threshold=here.at,
        limit=there.at,
        clause=bands[before].clause,
    )
    return False


def _end_name(band: Band, side: str) -> str:
    names = ("at_least", "more_than", "exactly") if side == "lower" else ("at_most", "less_than", "exactly")
    return next(name for name in names if getattr(band, name) is not None)


def _check_overlaps(intervals: list[_Interval], bands: tuple[Band, ...], case: Case) -> bool:
    sound = True
    for first, second in pairwise(intervals):
        if _meets_from_below(first.upper, second.lower) == "overlap":
            names = bands[second.place].clause, bands[first.place].clause
            at = second.lower.at if second.lower.at is not None else (second.upper.at or Fraction(0))
            case.report(
                (second.place,),
                "R309",
                clauses=names,
                other=(first.place,),
                where=(second.lower, min(first.upper, second.upper, key=_upper_key)),
                clause=names[0],
                earlier=names[1],
                witness=at,
            )
            sound = False
    return sound


def _holes(covered: list[tuple[Bound, Bound]]) -> list[tuple[Bound, Bound]]:
    """Return what sorted, disjoint intervals leave free."""
    holes = []
    edge: Bound | None = Bound()
    for low, high in covered:
        assert edge is not None
        free = (edge, Bound(low.at, not low.closed))
        if low.at is not None and not _empty(*free):
            holes.append(free)
        edge = Bound(high.at, not high.closed) if high.at is not None else None
    if edge is not None:
        holes.append((edge, Bound()))
    return holes


def _beside(low: Bound, high: Bound, intervals: list[_Interval]) -> list[int]:
    """Return the places of the bands on both sides of a hole, the one above it first."""
    above = [i.place for i in intervals if high.at is not None and i.lower.at == high.at]
    below = [i.place for i in intervals if low.at is not None and i.upper.at == low.at]
    return above[:1] + below[-1:]


def _check_holes(
    holes: list[tuple[Bound, Bound]], intervals: list[_Interval], bands: tuple[Band, ...], case: Case
) -> None:
    """Report what no band covers, as far as the value can go there."""
    for low, high in holes:
        found = witness(low, high, case.span)
        if found is None:
            continue
        beside = _beside(low, high, intervals)
        between = len(beside) > 1
        case.report(
            (beside[0],) if between else (),
            "R313" if between else "R312",
            clauses=tuple(bands[place].clause for place in beside),
            other=(beside[-1],) if beside else None,
            where=(low, high),
            witness=found,
            hole=_interval_text(low, high),
        )


def witness(low: Bound, high: Bound, span: Span) -> Fraction | None:
    """Return a value of ``span`` in the hole, or None if there is none."""
    start, start_closed = low.at, low.closed
    if span.low is not None and (start is None or span.low > start):
        start, start_closed = span.low, True
    end, end_closed = high.at, high.closed
    if span.high is not None and (end is None or span.high < end):
        end, end_closed = span.high, True
    if span.whole:
        return _whole_witness(start, start_closed, end, end_closed)
    if start is None:
        return (end - 1) if end is not None else Fraction(0)
    if end is None:
        return start if start_closed else start + 1
    if start > end or (start == end and not (start_closed and end_closed)):
        return None
    return start if start_closed else end if end_closed else (start + end) / 2


def _whole_witness(
    start: Fraction | None, start_closed: bool, end: Fraction | None, end_closed: bool
) -> Fraction | None:
    if start is None:
        return Fraction(-(-end.numerator // end.denominator) - 1) if end is not None else Fraction(0)
    first = -(-start.numerator // start.denominator)
    if first == start and not start_closed:
        first += 1
    inside = end is None or first < end or (first == end and end_closed)
    return Fraction(first) if inside else None


def _interval_text(low: Bound, high: Bound) -> str:
    left = "(-∞" if low.at is None else ("[" if low.closed else "(") + exact_text(low.at)
    right = "+∞)" if high.at is None else exact_text(high.at) + ("]" if high.closed else ")")
    return f"{left}; {right}"


def _lower_key(bound: Bound) -> tuple[int, Fraction, int]:
    return (0, Fraction(0), 0) if bound.at is None else (1, bound.at, 0 if bound.closed else 1)


def _upper_key(bound: Bound) -> tuple[int, Fraction, int]:
    return (1, Fraction(0), 0) if bound.at is None else (0, bound.at, 1 if bound.closed else 0)


def _empty(low: Bound, high: Bound) -> bool:
    if low.at is None or high.at is None:
        return False
    return low.at > high.at or (low.at == high.at and not (low.closed and high.closed))


def _meets_from_below(upper: Bound, lower: Bound) -> Literal["overlap", "apart"]:
    if upper.at is None or lower.at is None or upper.at > lower.at:
        return "overlap"
    return "overlap" if upper.at == lower.at and upper.closed and lower.closed else "apart"
