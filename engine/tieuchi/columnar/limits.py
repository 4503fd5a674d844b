"""Proof that 64 bits are enough: up to which magnitude of its readings no step to a sub-criterion's points overflows.

If every column a sub-criterion reads stays below M = 2^bits, each number on the way to its points is at most
``c * M`` (or ``c * M^2`` where a count multiplies a deduction from a sloping scale), with ``c`` made of the
sub-criterion's own figures. ``bits`` is the greatest for which that is below 2^63. The roads look once at the
magnitude of every column. What passes its limit is counted, and scored by ``numpy_far`` if ``any_word`` says so, else
in Python integers. Sums have no such limit: where the largest points there can be are too much on the way to one
(``sum_peak``), the whole rulebook is scored in Python integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tieuchi.columnar.program import FormOp, LeafOp, NodeOp, PieceOp, RouteOp, Term, TestOp, Tests

TOTAL_BITS = 63
HALF = 11
"""Bits of the lower half of a rate, where a slope is divided in two halves."""


SURE = 1 << 49
"""Quanta up to which a quotient of floats is less than one from the true one."""

Limit = tuple[frozenset[int], int]
"""Columns that matter, and how many bits they may have."""


def finding_limits(findings: Sequence[Tests]) -> list[Limit]:
    """Return the limit of each finding, also through those it tests."""
    known: list[Limit] = []
    for tests in findings:
        peak = max(_test_peaks(tests), default=1)
        known.append(_joined(_slots(_test_forms(tests)), TOTAL_BITS - peak.bit_length(), _used(tests), known))
    return known


def leaf_limit(leaf: LeafOp, findings: Sequence[Limit]) -> Limit:
    """Return the limit of a sub-criterion: its columns and those of its findings; 0 bits if small values need more.

    It is -1 where its points alone need more, whatever the values are.
    """
    groups = _test_groups(leaf)
    used = {c.finding for c in leaf.consequences}.union(*[_used(tests) for tests in groups])
    forms = [form for tests in groups for form in _test_forms(tests)]
    forms += [route.form for route in leaf.routes if route.form is not None]
    slots = _slots(forms) | {c.slot for c in leaf.consequences if c.slot >= 0}
    slots |= {leaf.declared} if leaf.declared >= 0 else set()
    limit = _joined(slots, _own_bits(leaf, groups), used, findings)
    return (limit[0], -1) if _in_shares(leaf) and _shares_peak(leaf) >= 1 << TOTAL_BITS else limit


def _joined(slots: set[int], bits: int, used: Iterable[int], findings: Sequence[Limit]) -> Limit:
    for place in used:
        slots |= findings[place][0]
        bits = min(bits, findings[place][1])
    return frozenset(slots), max(min(bits, TOTAL_BITS - 1), 0)


def _test_groups(leaf: LeafOp) -> list[Tests]:
    """Return all the conditions of a sub-criterion, by what they decide."""
    items = [item.tests for route in leaf.routes for item in route.items]
    return [tests for tests in (leaf.applies, *(route.tests for route in leaf.routes), *items) if tests]


def _used(tests: Tests) -> set[int]:
    return {test.finding for test in tests if test.finding >= 0}


def _test_forms(tests: Tests) -> list[FormOp]:
    return [test.form for test in tests if test.form is not None]


def _slots(forms: Iterable[FormOp]) -> set[int]:
    return {place for form in forms for place, _ in (*form.above, *form.below)}


def _own_bits(leaf: LeafOp, groups: Sequence[Tests]) -> int:
    bits = TOTAL_BITS - max(_linear_peaks(leaf, groups), default=1).bit_length()
    if leaf.declared >= 0:
        return min(bits, TOTAL_BITS - 2 - (max(leaf.declared_scale) * leaf.share).bit_length())
    counted = max((c.deduct for c in leaf.consequences if c.slot >= 0), default=0)
    if counted:
        slope = _denominator_peak(leaf)
        square = 4 * (counted + leaf.share) * slope * (leaf.rounding.down if leaf.rounding else 1)
        free = TOTAL_BITS - square.bit_length()
        bits = min(bits, free // 2 if slope > 1 else free)
    return bits


def _linear_peaks(leaf: LeafOp, groups: Sequence[Tests]) -> list[int]:
    """Return what the largest column is multiplied with, at most, in each step."""
    peaks = [peak for group in groups for peak in _test_peaks(group)]
    points = max(abs(leaf.whole.low_exact), abs(leaf.whole.high_exact), leaf.share)
    for route in leaf.routes:
        if route.form is not None:
            peaks += _value_peaks(leaf, route, route.form, points)
    return peaks


def _in_shares(leaf: LeafOp) -> bool:
    """Say whether points are counted in shares of a quantum before they are quanta, other than by a slope."""
    stairs = any(piece.kind == "stair" for route in leaf.routes for piece in route.pieces)
    return stairs or not leaf.plain or any(route.items for route in leaf.routes)


def _shares_peak(leaf: LeafOp) -> int:
    """Return how large fixed points get on their way from shares to quanta, what findings take off included."""
    points = max(abs(leaf.whole.low_exact), abs(leaf.whole.high_exact), leaf.share)
    taken = sum([c.deduct for c in leaf.consequences if c.slot < 0])
    rounding = max(leaf.rounding.up, leaf.rounding.down) if leaf.rounding else 1
    return 2 * (2 * (points + taken) + leaf.share) * rounding


def _test_peaks(tests: Tests) -> list[int]:
    peaks: list[int] = []
    for test in tests:
        if test.form is not None:
            above, below, steps = form_peaks(test.form)
            peaks += (steps, above * test.threshold[1], below * abs(test.threshold[0]) + 1)
    return peaks


def form_peaks(form: FormOp) -> tuple[int, int, int]:
    """Return what a value's numerator, its denominator and the steps to them are at most, in multiples of M."""
    above, below = abs(form.above_constant), abs(form.below_constant)
    for _, factor in form.above:
        above += abs(factor)
    for _, factor in form.below:
        below += abs(factor)
    if form.step is None:
        return above, below, max(above, below)
    step, parts = form.step
    return above * parts + step, parts, max(above * parts + step, below * step)


def fast_limit(leaf: LeafOp) -> int:
    """Return up to which denominator the points on a slope, doubled for rounding, fit 63 bits."""
    points = max(abs(leaf.whole.low_exact), abs(leaf.whole.high_exact), leaf.share)
    return ((1 << TOTAL_BITS) - 1) // (2 * points + leaf.share)


def _relative_peaks(route: RouteOp, above: int, below: int) -> tuple[int, int]:
    return (above + below, above + below) if route.kind == "relative" else (above, below)


def _value_peaks(leaf: LeafOp, route: RouteOp, form: FormOp, points: int) -> list[int]:
    """Return the same of a route that measures a value."""
    above, below, steps = form_peaks(form)
    above, below = _relative_peaks(route, above, below)
    furthest = max([abs(piece.n) for piece in route.pieces])
    peaks = [steps, above * route.cuts, below * furthest + 1]
    for piece in route.pieces:
        if piece.kind != "constant":
            peaks += _piece_peaks(leaf, piece, points, above, below)
    return peaks


def _piece_peaks(leaf: LeafOp, piece: PieceOp, points: int, above: int, below: int) -> tuple[int, ...]:
    steep = piece.kind == "slope" and leaf.plain and points + 2 * abs(piece.base) >= SURE * leaf.share
    if steep or max(abs(piece.base), abs(piece.rate)) >= 1 << (TOTAL_BITS - 1):
        return (1 << TOTAL_BITS,)  # too steep for the floats of the machines, or for the numbers of the code
    if piece.kind == "slope" and leaf.plain:
        high, low = abs(piece.rate) >> HALF, (1 << HALF) - 1
        return (above * high, below * (1 << HALF) + above * low, 4 * leaf.share * below)
    if piece.kind == "slope":
        rounding = max(leaf.rounding.up, leaf.rounding.down) if leaf.rounding else 1
        return ((2 * points + leaf.share) * below * rounding * 2,)
    if points + abs(piece.base) >= SURE * abs(piece.rate):
        return (1 << TOTAL_BITS,)  # more steps than a float counts
    first, origin, step = piece.stair
    return (first * above + abs(origin) * below, step * below)


def _denominator_peak(leaf: LeafOp) -> int:
    """Return what the denominator of exact points is at most; 1 where no piece slopes."""
    peaks = [1]
    for route in leaf.routes:
        if route.form is not None and any(piece.kind == "slope" for piece in route.pieces):
            above, below, _ = form_peaks(route.form)
            peaks.append(max(2, _relative_peaks(route, above, below)[1]))
    return max(peaks)


def sum_peak(node: NodeOp, points: int, units: int) -> int:
    """Return how large the numbers get from which a sum is made.

    Args:
        node: The sum.
        points: How far from zero points and sums can be, in quanta.
        units: Denominator of the unit of maxima, in quanta.
    """
    times = node.most if node.rescale else 1
    if node.rounding is None:
        return 4 * points * times
    up, down = node.rounding.up, node.rounding.down
    # Where little applies, what is in doubt weighs as many times more.
    steps = (points + node.doubt * times) * down + up
    return 4 * max((points + node.doubt) * times * max(down, units), times * up, steps * units)


def any_word(leaf: LeafOp, findings: Sequence[Tests]) -> bool:
    """Say whether ``numpy_far`` holds all of a sub-criterion, whatever 64 bits its figures have.

    It compares linear forms of which the denominator is a column or constant, and divides one column by another. With
    fewer than 2^44 times 2^63 in each, its floats are off by far less than 2^62: each of the few roundings on the way
    by 2^-53 of that.
    """
    if not leaf.plain or leaf.declared >= 0:
        return False
    tests = [test for group in _test_groups(leaf) for test in group]
    for place in _reached_findings(tests, findings):
        tests += findings[place]
    forms = all(_any_word(test.form, test.threshold[1], test.threshold[0]) for test in tests if test.form is not None)
    return forms and all(map(_any_word_route, leaf.routes))


def _reached_findings(tests: Iterable[TestOp], findings: Sequence[Tests]) -> set[int]:
    """Return the findings that conditions name, themselves or through others."""
    found: set[int] = set()
    for place in _used(tuple(tests)):
        found |= {place} | _reached_findings(findings[place], findings)
    return found


def _any_word_route(route: RouteOp) -> bool:
    if route.form is None:
        return True
    kinds = {piece.kind for piece in route.pieces}
    if route.kind != "form" or "stair" in kinds or ("slope" in kinds and not _one_column(route.form)):
        return False
    numbers = [abs(number) for piece in route.pieces for number in (piece.base, piece.rate)]
    furthest = max(abs(piece.n) for piece in route.pieces)
    return max(numbers) < 1 << (TOTAL_BITS - 1) and _any_word(route.form, route.cuts, furthest)


def _any_word(form: FormOp, above: int, below: int) -> bool:
    """Say so of a value whose numerator and denominator are compared in multiples."""
    if form.step is not None or len(form.above) > 32:
        return False
    if form.below and not (_is_column(form.below) and not form.below_constant):
        return False
    tops, bottoms, _ = form_peaks(form)
    return tops * above + bottoms * abs(below) < 1 << 44


def _one_column(form: FormOp) -> bool:
    return _is_column(form.above) and not form.above_constant


def _is_column(terms: tuple[Term, ...]) -> bool:
    return len(terms) <= 1 and all(factor == 1 for _, factor in terms)
