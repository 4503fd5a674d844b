"""The numpy machine: the code of a program over rows, in 64-bit integers or (wide) in Python integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tieuchi.columnar import numpy_exact, numpy_results, numpy_sums, numpy_values
from tieuchi.columnar.block import Rows
from tieuchi.columnar.code import Code, Op
from tieuchi.columnar.numpy_base import Frame
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, empty_points

Factors = Sequence[tuple[Sequence[int], Sequence[int], Sequence[int]]]
"""For each group-relative value, by group: what multiplies its numerator, what its denominator, what to say."""

CHUNK = 1 << 15
"""Rows at a time: what a sub-criterion works on stays in the cache."""
_STEPS: dict[int, Callable[[Frame, int, int, int, Sequence[int]], None]] = {
    Op.LINEAR: numpy_values.linear, Op.CUT: numpy_values.cut, Op.EQUAL: numpy_values.equal,
    Op.KIND: numpy_values.kind, Op.COMPARE: numpy_values.compare, Op.AND: numpy_values.both,
    Op.FINDING: numpy_values.finding, Op.RELATIVE: numpy_values.relative, Op.CONSTANT: numpy_results.constant,
    Op.BANDS: numpy_results.bands, Op.SLOPE: numpy_results.slope, Op.STAIR: numpy_results.stair,
    Op.LACK: numpy_results.lack, Op.PUT: numpy_results.put, Op.MERGE: numpy_results.merge,
    Op.TALLY: numpy_results.tally, Op.ITEM_EQUAL: numpy_results.item_equal, Op.ITEM: numpy_results.item,
    Op.TALLIED: numpy_results.tallied, Op.DECLARED: numpy_results.declared, Op.APPLIES: numpy_results.applies,
    Op.BEGIN: numpy_exact.begin, Op.FINDINGS: numpy_exact.findings, Op.LIMIT: numpy_exact.limit,
    Op.DEDUCT: numpy_exact.deduct, Op.SETTLE: numpy_exact.settle, Op.QUANTA: numpy_exact.quanta,
    Op.KEEP: numpy_sums.keep, Op.CLOSE: numpy_sums.close,
}  # fmt: skip


def score_narrow(program: Program, code: Code, rows: Rows, factors: Factors, out: Points) -> list[int]:
    """Score all rows in 64-bit integers; return the bits each column needs.

    Rows that 64 bits can't hold come out wrong and are for ``wide`` to mend.
    """
    tables = _tables(factors, np.int64)
    peaks = np.zeros(len(program.layout.slots), np.int64)
    for start in range(0, rows.count, CHUNK):
        part = slice(start, min(start + CHUNK, rows.count))
        frame = Frame(program, code, part.stop - start, False, *_columns(program, code, rows, part), tables, out, part)
        run(frame)
        for place in range(len(peaks)):
            least, most = int(frame.least_of(place)), int(frame.registers[place].max())
            peaks[place] |= max(~least if least < 0 else least, most)
    return [int(peak).bit_length() for peak in peaks]


def score_wide(program: Program, code: Code, rows: Rows, places: Any, factors: Factors) -> Points:
    """Return the scores of the rows at some places, reckoned in Python integers, ends included."""
    out = empty_points(program, len(places), ranges=True, kind=object)
    columns = _columns(program, code, rows, places, wide=True)
    run(Frame(program, code, len(places), True, *columns, _tables(factors, object), out, slice(None)))
    return out


def _tables(factors: Factors, kind: type) -> list[tuple[Any, Any, Any]]:
    return [(np.array(above, kind), np.array(below, kind), np.array(says, np.uint8)) for above, below, says in factors]


def run(frame: Frame) -> None:
    """Take all steps of the code."""
    numpy_sums.start(frame)
    steps, numbers, place = frame.code.steps.tolist(), frame.code.exact, 0
    while place < len(steps):
        op, out, a, b, first, last = steps[place]
        place += 1
        if op == Op.JUMP:
            place += 0 if frame.registers[a].any() else numbers[first]
        elif op == Op.POSITIVE:
            place += numbers[first] if frame.cells[a] is None and frame.least_of(a) > 0 else 0
        elif op != Op.USE:
            _STEPS[op](frame, out, a, b, numbers[first:last])


def _columns(
    program: Program, code: Code, rows: Rows, taken: Any, *, wide: bool = False
) -> tuple[list[Any], list[Any]]:
    """Return registers with the columns of some rows in place, and the states of columns that lack some cells."""
    registers: list[Any] = [None] * code.registers.count
    cells: list[Any] = [None] * code.registers.columns
    for place, slot in enumerate(program.layout.slots):
        registers[place] = rows.wide(slot, taken) if wide else rows.narrow(slot, taken)
        cells[place] = rows.states(slot, taken)
    count = taken.stop - taken.start if isinstance(taken, slice) else len(taken)
    where = code.registers
    registers[where.kinds] = np.full(count, -1, np.int64) if rows.kinds is None else rows.kinds[taken]
    registers[where.groups] = np.zeros(count, np.int64) if rows.groups is None else rows.groups[taken]
    return registers, cells
