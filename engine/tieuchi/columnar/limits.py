"""Proof that 64 bits are enough: up to which magnitude of its readings no step of a sub-criterion's reckoning overflows.

If every column a sub-criterion reads stays below M = 2^bits, each number on the way to its points is at most
``c * M`` (or ``c * M^2`` where a count multiplies a deduction from a sloping scale), with ``c`` made of the
sub-criterion's own figures. ``bits`` is the greatest for which that is below 2^63. The roads look once at the
magnitude of every column; what passes its limit is scored in Python integers and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tieuchi.columnar.layout import Layout
from tieuchi.columnar.program import FormOp, LeafOp, PieceOp, RouteOp, Tests
from tieuchi.model.indicator import Indicator

TOTAL_BITS = 63


def leaf_slots(leaf: LeafOp) -> tuple[int, ...]:
    """Return the columns whose magnitude matters to a sub-criterion."""
    places: dict[int, None] = {}
    for form in _forms(leaf):
        places.update(dict.fromkeys(place for place, _ in (*form.above, *form.below)))
    places.update(dict.fromkeys(c.slot for c in leaf.consequences if c.slot >= 0))
    if leaf.declared >= 0:
        places[leaf.declared] = None
    return tuple(places)


def _forms(leaf: LeafOp) -> Iterator[FormOp]:
    tests = [leaf.applies, *(route.tests for route in leaf.routes)]
    tests += [item.tests for route in leaf.routes for item in route.items]
    for group in tests:
        yield from (test.form for test in group if test.form is not None)
    for route in leaf.routes:
        if route.form is not None:
            yield route.form


def leaf_bits(leaf: LeafOp, slots: tuple[int, ...]) -> int:
    """Return up to how many bits the columns of a sub-criterion may have; 0 if even small values need more."""
    if not slots:
        return TOTAL_BITS - 1
    if leaf.declared >= 0:
        return max(TOTAL_BITS - 2 - max(leaf.declared_scale).bit_length(), 0)
    linear = max(_linear_peaks(leaf), default=1)
    bits = TOTAL_BITS - linear.bit_length()
    counted = max((c.deduct for c in leaf.consequences if c.slot >= 0), default=0)
    if counted:
        slope = _denominator_peak(leaf)
        square = 4 * (counted + leaf.share) * slope * (leaf.rounding.down if leaf.rounding else 1)
        free = TOTAL_BITS - square.bit_length()
        bits = min(bits, free // 2 if slope > 1 else free)
    return max(min(bits, TOTAL_BITS - 1), 0)


def _linear_peaks(leaf: LeafOp) -> Iterator[int]:
    """Yield what the largest column is multiplied with, at most, in each step."""
    groups = [leaf.applies, *(route.tests for route in leaf.routes)]
    groups += [item.tests for route in leaf.routes for item in route.items]
    for group in groups:
        yield from _test_peaks(group)
    points = max(abs(leaf.whole.low_exact), abs(leaf.whole.high_exact), leaf.share)
    for route in leaf.routes:
        yield from _route_peaks(leaf, route, points)


def _test_peaks(tests: Tests) -> Iterator[int]:
    for test in tests:
        if test.form is not None:
            above, below, steps = form_peaks(test.form)
            yield from (steps, above * test.threshold[1], below * abs(test.threshold[0]) + 1)


def form_peaks(form: FormOp) -> tuple[int, int, int]:
    """Return what a value's numerator, its denominator and the steps to them are at most, in multiples of M."""
    above = sum((abs(c) for _, c in form.above), abs(form.above_constant))
    below = sum((abs(c) for _, c in form.below), abs(form.below_constant))
    if form.step is None:
        return above, below, max(above, below)
    step, parts = form.step
    return above * parts + step, parts, max(above * parts + step, below * step)


def _relative_peaks(route: RouteOp, above: int, below: int) -> tuple[int, int]:
    return (above + below, above + below) if route.kind == "relative" else (above, below)


def _route_peaks(leaf: LeafOp, route: RouteOp, points: int) -> Iterator[int]:
    if route.form is None:
        return
    above, below, steps = form_peaks(route.form)
    above, below = _relative_peaks(route, above, below)
    yield from (steps, above * route.cuts, *(below * abs(piece.n) + 1 for piece in route.pieces))
    for piece in route.pieces:
        yield from _piece_peaks(leaf, piece, points, above, below)


def _piece_peaks(leaf: LeafOp, piece: PieceOp, points: int, above: int, below: int) -> Iterable[int]:
    if piece.kind == "slope":
        rounding = max(leaf.rounding.up, leaf.rounding.down) if leaf.rounding else 1
        return ((2 * points + leaf.share) * below * rounding * 2,)
    if piece.kind == "stair":
        first, origin, step = piece.stair
        return (first * above + abs(origin) * below, step * below)
    return ()


def _denominator_peak(leaf: LeafOp) -> int:
    """Return what the denominator of exact points is at most; 1 where no piece slopes."""
    peaks = [1]
    for route in leaf.routes:
        if route.form is not None and any(piece.kind == "slope" for piece in route.pieces):
            above, below, _ = form_peaks(route.form)
            peaks.append(max(2, _relative_peaks(route, above, below)[1]))
    return max(peaks)


def proven_leaves(leaves: Iterable[LeafOp], layout: Layout, indicators: dict[str, Indicator]) -> list[bool]:
    """Say for each sub-criterion whether the ranges of the catalogue alone exclude that it overflows."""
    bits = []
    for slot in layout.slots:
        indicator = indicators.get(slot.name)
        low, high = indicator.bounds if indicator is not None and not slot.below else (None, None)
        ends = [abs(end) * slot.scale for end in (low, high) if end is not None]
        bits.append(int(max(ends)).bit_length() if len(ends) == 2 else None)
    return [all((b := bits[place]) is not None and b <= leaf.bits for place in leaf.slots) for leaf in leaves]
