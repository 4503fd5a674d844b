"""Cut-offs of any number of a rulebook: for which of its values how many units have at least so many points.

Each unit's points are an exact curve over the number (see ``curves``), so the values at which it comes to the points or
loses them are found by turning the curve round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.whatif.curves import Curve, Curves
from tieuchi.whatif.cutoff import CutOff, Interval, NearMiss, Solution, simplest
from tieuchi.whatif.ratio import constant, meetings


def solve_points(curves: Curves, points: Fraction, share: Fraction) -> Solution:
    """Return the values of a dial that give a wanted share of units at least some points.

    Raises:
        ScenarioError: S715: the dial turns several sub-criteria; S716: it turns none.
    """
    measured = _own(curves)
    own, count = list(measured.values()), len(measured)
    cuts = [
        CutOff(reached, count, within, _value(within, curves.dial.base))
        for reached, within in _levels(curves, own, points)
    ]
    below = [cut for cut in cuts if cut.share <= share]
    above = [cut for cut in cuts if cut.share > share]
    best = [max(below, key=lambda cut: (cut.share, -_far(cut, curves)))] if below else []
    best += [min(above, key=lambda cut: (cut.share, _far(cut, curves)))] if above else []
    best.sort(key=lambda cut: (abs(cut.share - share), cut.share))
    left_out = tuple(unit for unit in range(len(curves.cohort.units)) if unit not in measured)
    return Solution(curves.dial, share, best[0], best[1] if len(best) > 1 else None, points, left_out)


def misses_of(curves: Curves, points: Fraction) -> tuple[list[NearMiss], bool]:
    """Return the value at which each unit comes to some points, of those with one such value, and whether it is theirs.

    ``beyond`` is how far the dial can go before the unit loses them, below zero how far before it gains them.
    """
    found, closed, base = [], True, curves.dial.base
    for unit, curve in _own(curves).items():
        edges = [e for e in _edges(curve, points) if _passes_beside(curve, e, points)]
        if len(edges) != 1:
            continue
        edge = edges[0]
        falling = curve.points(curve.ends[0]) >= points
        found.append(NearMiss(unit, edge, edge - base if falling else base - edge))
        closed = closed and curve.points(edge) >= points
    return found, closed


def _own(curves: Curves) -> dict[int, Curve]:
    """Return by unit the curve of the one sub-criterion that a dial turns; none of units that have no points in it."""
    places = curves.dial.leaves
    if len(places) != 1:
        code = "S715" if places else "S716"
        raise ScenarioError([Issue(code, Position(curves.dial.path), facts={"name": curves.dial.path})])
    apart = curves.open | curves.unmeasured
    own = {unit: curve for (_, unit), curve in curves.found.items() if unit not in apart}
    if not own:
        raise ScenarioError([Issue("S716", Position(curves.dial.path), facts={"name": curves.dial.path})])
    return own


def _edges(curve: Curve, points: Fraction) -> Iterator[Fraction]:
    """Yield the values at which a unit can come to some points or lose them."""
    yield from curve.bends
    for (low, high), part in zip(pairwise(curve.ends), curve.parts, strict=True):
        yield from (t for t in meetings(part, constant(points)) or () if low < t < high)


def _passes_beside(curve: Curve, edge: Fraction, points: Fraction) -> bool:
    """Say whether a unit has the points on one side of a value and not on the other."""
    ends = sorted({*curve.ends, *_edges(curve, points)})
    place = ends.index(edge)
    sides = [(ends[place - 1] + edge) / 2, (edge + ends[place + 1]) / 2]
    first, second = (curve.points(side) >= points for side in sides)
    return first != second


def _levels(curves: Curves, own: Sequence[Curve], points: Fraction) -> Iterator[tuple[int, Interval]]:
    """Yield how many units have the points, and where, from the least value of the dial to the greatest.

    Values are told in cells: 0 the first edge, which is the least value, 1 up to the next edge, 2 that edge, and so on.
    """
    every = [sorted({curves.low, curves.high, *_edges(curve, points)}) for curve in own]
    edges = sorted({edge for mine in every for edge in mine})
    places = {edge: place for place, edge in enumerate(edges)}
    steps = [0] * (2 * len(edges))
    for curve, mine in zip(own, every, strict=True):
        for low, high in pairwise(mine):
            if curve.points((low + high) / 2) >= points:
                steps[2 * places[low] + 1] += 1
                steps[2 * places[high]] -= 1
        for edge in mine:
            if curve.points(edge) >= points:
                steps[2 * places[edge]] += 1
                steps[2 * places[edge] + 1] -= 1
    counts = list(accumulate(steps[:-1]))
    start = 0
    for cell in range(1, len(counts) + 1):
        if cell == len(counts) or counts[cell] != counts[start]:
            yield counts[start], _interval(edges, start, cell - 1)
            start = cell


def _interval(edges: Sequence[Fraction], first: int, last: int) -> Interval:
    """Return the values of some cells; those of even number are edges."""
    return Interval(edges[first // 2], not first % 2, edges[(last + 1) // 2], not last % 2)


def _value(interval: Interval, base: Fraction) -> Fraction:
    """Return the value to name: as it is, if that will do."""
    return base if interval.holds(base) else simplest(interval)


def _far(cut: CutOff, curves: Curves) -> Fraction:
    return abs(cut.value - curves.dial.base)
