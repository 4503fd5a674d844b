"""The numpy machine: the code of a program over rows, in 64-bit integers or (wide) in Python integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tieuchi.columnar import numpy_exact, numpy_results, numpy_sums, numpy_values
from tieuchi.columnar.block import Rows
from tieuchi.columnar.code import Code, Op
from tieuchi.columnar.encode import code_of
from tieuchi.columnar.numpy_base import Frame
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, empty_points

Factors = Sequence[tuple[Sequence[int], Sequence[int], Sequence[int]]]
"""For each group-relative value, by group: what multiplies its numerator, what its denominator, what to say."""

_Step = tuple[Any, int, int, int, int, Any]
"""What takes a step, its operation, its registers and its numbers."""
CHUNK = 1 << 15
"""Rows at a time: what a sub-criterion works on stays in the cache."""
_STEPS: dict[int, Callable[[Frame, int, int, int, Any], None]] = {
    Op.LINEAR: numpy_values.linear, Op.CUT: numpy_values.cut, Op.EQUAL: numpy_values.equal,
    Op.KIND: numpy_values.kind, Op.COMPARE: numpy_values.compare, Op.AND: numpy_values.both, Op.THEN: numpy_values.then,
    Op.FINDING: numpy_values.finding, Op.RELATIVE: numpy_values.relative, Op.CONSTANT: numpy_results.constant,
    Op.BANDS: numpy_results.bands, Op.SLOPE: numpy_results.slope, Op.STAIR: numpy_results.stair,
    Op.LACK: numpy_results.lack, Op.PUT: numpy_results.put, Op.ZERO: numpy_results.zero, Op.MERGE: numpy_results.merge,
    Op.TALLY: numpy_results.tally, Op.ITEM_EQUAL: numpy_results.item_equal, Op.ITEM: numpy_results.item,
    Op.TALLIED: numpy_results.tallied, Op.DECLARED: numpy_results.declared, Op.APPLIES: numpy_results.applies,
    Op.BEGIN: numpy_exact.begin, Op.FINDINGS: numpy_exact.findings, Op.LIMIT: numpy_exact.limit,
    Op.DEDUCT: numpy_exact.deduct, Op.SETTLE: numpy_exact.settle, Op.QUANTA: numpy_exact.quanta,
    Op.KEEP: numpy_sums.keep, Op.CLOSE: numpy_sums.close,
}  # fmt: skip


def score_narrow(program: Program, code: Code, rows: Rows, factors: Factors, out: Points) -> list[int]:
    """Score all rows in 64-bit integers; return the bits each column needs.

    Sub-criteria that 64 bits can't hold come out right where ``limits.any_word`` says so; else ``wide`` mends them.
    """
    frame = Frame(program, code, out, False, _tables(factors, np.int64))
    steps, slots = _prepared(program, code, frame), len(program.layout.slots)
    peaks = [0] * slots
    size = (
        -(-rows.count // -(-rows.count // CHUNK)) if rows.count else 1
    )  # chunks of one size: a small rest costs as much
    for start in range(0, rows.count, size):
        part = slice(start, min(start + size, rows.count))
        frame.begin(part)
        _bring(frame, rows, part)
        with np.errstate(divide="ignore"):  # a denominator that wraps around may come out as 0; its row is mended
            run(frame, steps)
        for place in range(slots):
            least, most = frame.least_of(place), frame.most_of(place)
            peaks[place] |= max(~least if least < 0 else least, most)
    return [peak.bit_length() for peak in peaks]


def score_places(
    program: Program, rows: Rows, places: Any, factors: Factors, *, wide: bool, ranges: bool = True
) -> Points:
    """Return the scores of the rows at some places, as ``score_narrow`` does or (wide) in Python integers."""
    code, out = code_of(program), empty_points(program, len(places), ranges=ranges, kind=object if wide else None)
    frame = Frame(program, code, out, wide, _tables(factors, object if wide else np.int64))
    frame.begin(slice(0, len(places)))
    _bring(frame, rows, places)
    run(frame, _prepared(program, code, frame))
    return out


def _tables(factors: Factors, kind: type) -> list[tuple[Any, Any, Any]]:
    return [(np.array(above, kind), np.array(below, kind), np.array(says, np.uint8)) for above, below, says in factors]


def _prepared(program: Program, code: Code, frame: Frame) -> list[_Step]:
    """Return the steps of the code with their numbers as the machine takes them, made once for a program."""
    kept = f"numpy, {frame.out.points.dtype}"
    if kept not in program.made:
        program.made[kept] = list(_steps(code, frame))
    found: list[_Step] = program.made[kept]
    return found


def _steps(code: Code, frame: Frame) -> Iterator[_Step]:
    numbers = code.exact if frame.wide else code.numbers.tolist()
    plain = kind = frame.numbers if frame.wide else frame.out.points.dtype.type
    for op, out, a, b, first, last in code.steps.tolist():
        k: Any = numbers[first:last]
        if op in (Op.BEGIN, Op.KEEP):
            kind = frame.numbers if op == Op.BEGIN else plain
        if op == Op.BANDS:
            k = numpy_results.bands_of(k, kind, moving=b >= 0)
        elif op == Op.CONSTANT:
            k = (*k, kind)
        yield _STEPS.get(op), op, out, a, b, k


def run(frame: Frame, steps: Sequence[_Step]) -> None:
    """Take all steps of the code."""
    numpy_sums.start(frame)
    place, count = 0, len(steps)
    while place < count:
        step, op, out, a, b, k = steps[place]
        place += 1
        if step is not None:
            step(frame, out, a, b, k)
        elif op == Op.JUMP:
            place += 0 if frame.registers[a].any() else k[0]
        elif op == Op.POSITIVE:
            place += k[0] if frame.cells[a] is None and frame.least_of(a) > 0 else 0


def _bring(frame: Frame, rows: Rows, taken: Any) -> None:
    """Put the columns of some rows in place, and the states of those that lack some cells."""
    registers, where = frame.registers, frame.code.registers
    frame.cells = [None] * where.columns
    for place, slot in enumerate(frame.program.layout.slots):
        registers[place] = rows.wide(slot, taken) if frame.wide else rows.narrow(slot, taken)
        frame.cells[place] = rows.states(slot, taken)
    registers[where.kinds] = np.full(frame.count, -1, np.int64) if rows.kinds is None else rows.kinds[taken]
    registers[where.groups] = np.zeros(frame.count, np.int64) if rows.groups is None else rows.groups[taken]
