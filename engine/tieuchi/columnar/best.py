"""What group-relative scales compare with: the best exact value of each group, found in a pass of its own."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Rows, Taken
from tieuchi.columnar.layout import MISSING
from tieuchi.columnar.limits import TOTAL_BITS, form_peaks
from tieuchi.columnar.program import Program, RelativeOp
from tieuchi.model.canonical import Relative
from tieuchi.model.plan import Plan

Best = tuple[dict[int, Fraction], ...]
"""For each group-relative value of a program, the best by group; a group without any value is not there."""

_CHUNK = 1 << 15
CROSSWISE = float(1 << 100)
"""Below it one part in 10^12 of a product is sure to be less than 2^63."""


def compared_indicators(plan: Plan) -> set[str]:
    """Return the indicators from which group-relative values are reckoned."""
    measured = [route.measured for leaf in plan.leaves for route in leaf.routes]
    quotients = [one.quotient for one in measured if isinstance(one, Relative)]
    return {n for q in quotients for n in (*q.named, *q.numerator.indicators, *q.denominator.indicators)}


def best_values(program: Program, rows: Rows, before: Best | None = None) -> Best:
    """Return the best value of each group, also among those found ``before`` in other parts of a table."""
    found: Best = before or tuple({} for _ in program.relatives)
    for op, best in zip(program.relatives, found, strict=True):
        unsafe = _unsafe_rows(op, program, rows)
        for start in range(0, rows.count, _CHUNK):
            taken = slice(start, min(start + _CHUNK, rows.count))
            there = None if unsafe is None else ~unsafe[taken]
            _keep_some(op, program, rows, taken, there, best)
        if unsafe is not None:
            _keep_some(op, program, rows, np.flatnonzero(unsafe), None, best)
    return found


def _keep_some(
    op: RelativeOp, program: Program, rows: Rows, taken: Taken, there: Any, best: dict[int, Fraction]
) -> None:
    """Compare the values of some rows with the best ones; rows by place are reckoned in Python integers."""
    column: Any = rows.narrow if isinstance(taken, slice) else rows.wide
    slots = program.layout.slots
    top, bottom = (
        _linear(constant, [(column(slots[place], taken), factor) for place, factor in terms])
        for constant, terms in ((op.form.above_constant, op.form.above), (op.form.below_constant, op.form.below))
    )
    count = taken.stop - taken.start if isinstance(taken, slice) else len(taken)
    top, bottom = (np.broadcast_to(np.asarray(part), count) for part in (top, bottom))
    given = np.asarray(bottom > 0, bool) if there is None else there & (bottom > 0)
    for place in op.form.names:
        states = rows.states(slots[place], taken)
        given = given if states is None else given & (states == 0)
    if op.form.step is not None:
        step, parts = op.form.step
        whole = np.where(bottom > 0, bottom, 1)  # what no decimal writes is a fraction, perhaps below 1
        top, bottom = top * parts // (whole * step) * step, np.full_like(bottom, parts)
    _keep_best(op, top, bottom, given, None if rows.groups is None else rows.groups[taken], best)


def _linear(constant: int, terms: Iterable[tuple[Any, int]]) -> Any:
    """Return a linear form, without a pass over numbers that changes nothing."""
    total: Any = constant
    for numbers, factor in terms:
        part = numbers if factor == 1 else numbers * factor
        total = part if isinstance(total, int) and not total else total + part
    return total


def _unsafe_rows(op: RelativeOp, program: Program, rows: Rows) -> NDArray[np.bool_] | None:
    """Return the rows whose value 64 bits can't hold; None if there are none."""
    limit = 1 << max(TOTAL_BITS - 1 - max(form_peaks(op.form)).bit_length(), 0)
    unsafe: NDArray[np.bool_] | None = None
    for place in {place for place, _ in (*op.form.above, *op.form.below)}:
        slot = program.layout.slots[place]
        values, exact = rows.numbers(slot), rows.columns[slot.name].exact
        far = len(values) > 0 and (int(values.max()) >= limit or int(values.min()) < -limit)
        if far or exact:
            unsafe = np.zeros(rows.count, bool) if unsafe is None else unsafe
            unsafe |= (values >= limit) | (values < -limit)
            unsafe[list(exact)] = True
    return unsafe


def _keep_best(
    op: RelativeOp, above: Any, below: Any, given: NDArray[np.bool_], groups: Any, best: dict[int, Fraction]
) -> None:
    """Compare candidates exactly; a quotient of floats only sorts out what is far from the best."""
    if not given.any():
        return
    sign = 1 if op.best == "largest" else -1
    above_, below_ = (part.astype(float) if part.dtype == object else part for part in (above, below))
    with np.errstate(divide="ignore", invalid="ignore"):
        rough = above_ / below_
    rough = rough if sign > 0 else -rough
    if not given.all():
        np.copyto(rough, -np.inf, where=~given)
    tops: Any = rough.max() if groups is None else np.full(int(groups.max()) + 1, -np.inf)
    if groups is not None:
        np.maximum.at(tops, groups, rough)
    least = tops - np.abs(tops) * 1e-12 - 1e-300
    near = np.flatnonzero((rough >= (least if groups is None else least[groups])) & given)
    order = np.zeros(len(near), np.int64) if groups is None else groups[near]
    if object not in (above.dtype, below.dtype):
        near, order = _unequal(near, order, above, below, groups)
    for group, top, bottom in set(zip(order.tolist(), above[near].tolist(), below[near].tolist(), strict=True)):
        value = Fraction(top) / Fraction(bottom)
        known = best.get(group)
        if known is None or sign * value > sign * known:
            best[group] = value


def _unequal(near: Any, order: Any, above: Any, below: Any, groups: Any) -> tuple[Any, Any]:
    """Leave out those that equal another of their group: often a third of all units has the best value.

    Quotients so near each other (one part in 10^12) that their terms, multiplied crosswise, differ by less than 2^63
    are told apart exactly though the products wrap around.
    """
    tops, bottoms = above[near], below[near]
    if float(np.abs(tops).max()) * float(bottoms.max()) > CROSSWISE:
        return near, order
    one = np.zeros(1 if groups is None else int(order.max()) + 1, np.intp)
    one[order] = np.arange(len(near))
    one = one[order]
    other = (tops * bottoms[one] != tops[one] * bottoms) | (one == np.arange(len(near)))
    return near[other], order[other]


def factor_tables(program: Program, best: Best, groups: int) -> list[tuple[list[int], list[int], list[int]]]:
    """Return for each group-relative value, by group, what its numerator and denominator are multiplied with.

    And what to say where they can't be: 0 reckon, 1 the value is 0, else the state that the lack of a best leaves.
    """
    tables = []
    for op, found in zip(program.relatives, best, strict=True):
        rows = [_multiplier(op, found.get(group)) for group in range(groups)]
        tables.append(([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]))
    return tables


def _multiplier(op: RelativeOp, best: Fraction | None) -> tuple[int, int, int]:
    """Return what numerator and denominator are multiplied with; see ``factor_tables``."""
    if best is None:
        return 0, 1, MISSING
    top, bottom = best.as_integer_ratio()
    if op.target is not None:
        excess = top * op.target[1] - op.target[0] * bottom
        shared = gcd(excess, bottom) or 1
        return (bottom // shared, excess // shared, 0) if excess > 0 else (0, 1, 1)
    if op.best == "smallest":
        return (top, bottom, 0) if top >= 0 else (0, 1, MISSING)
    return (bottom, top, 0) if top > 0 else (0, 1, MISSING)
