"""Compiled: the code of a program over blocks of units. It holds no lock, so threads share the blocks.

One machine for all rulebooks: what it reads are tables of whole numbers and addresses, so that it is compiled once, for
one signature, and kept on disk. Columns of 64-bit integers are read where they lie, narrower ones are copied block by
block into room that stays in the cache; the table as a whole is never copied.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any
from zlib import crc32

from numba import int64, njit

from tieuchi.columnar import (
    kernel_base,
    kernel_exact,
    kernel_lines,
    kernel_results,
    kernel_sums,
    kernel_tally,
    kernel_values,
)
from tieuchi.columnar.code import WIDTH, Op, Part, Step
from tieuchi.columnar.kept import compiled
from tieuchi.columnar.kernel_base import KERNEL, ONCE, bare, either, fill, reg, state_reg
from tieuchi.columnar.kernel_exact import exact
from tieuchi.columnar.kernel_lines import LINE, fence
from tieuchi.columnar.kernel_results import choose, lack, measure, spread, zero
from tieuchi.columnar.kernel_sums import close, keep
from tieuchi.columnar.kernel_tally import tally
from tieuchi.columnar.kernel_values import answer, relative, use

_OP, _OUT, _A, _B, _FIRST = int(Step.OP), int(Step.OUT), int(Step.A), int(Step.B), int(Step.FIRST)
_STATE, _CLAUSE, _BOTTOM = int(Part.STATE), int(Part.CLAUSE), int(Part.BOTTOM)
_USE, _RELATIVE, _CONSTANT, _BANDS, _LACK = int(Op.USE), int(Op.RELATIVE), int(Op.CONSTANT), int(Op.BANDS), int(Op.LACK)
_TALLY, _TALLIED, _DECLARED, _BEGIN = int(Op.TALLY), int(Op.TALLIED), int(Op.DECLARED), int(Op.BEGIN)
_STAIR, _APPLIES, _JUMP, _KEEP = int(Op.STAIR), int(Op.APPLIES), int(Op.JUMP), int(Op.KEEP)
_PUT, _MERGE, _ZERO = int(Op.PUT), int(Op.MERGE), int(Op.ZERO)
STEP = len(Step)


@njit(**ONCE)
def _begin(op: int, step: Any, k: Any, where: Any, opened: Any, flag: int, marks: Any) -> None:
    """Take ``CONSTANT`` or ``BEGIN``."""
    n, out, at = len(marks[0]), step[_OUT], step[_FIRST]
    if op == _BEGIN:
        fill(reg(where, out + _BOTTOM, n), 1)
        if not flag:
            fill(marks[0], 0)
        return
    fill(reg(where, out, n), k[at])
    fill(reg(where, out + _CLAUSE, n), k[at + 1])
    if k[at + 2]:
        spread(where, out, n, opened, flag)
        fill(state_reg(where, out, n), k[at + 2])


@njit(**ONCE)
def _result(
    op: int, step: Any, k: Any, where: Any, cells: Any, seen: Any, opened: Any, flag: int, marks: Any, spare: Any
) -> None:
    """Take a step that makes or changes the result of a sub-criterion."""
    n, out = len(spare), step[_OUT]
    if op == _CONSTANT or op == _DECLARED or op == _TALLY or (op == _BANDS and k[step[_FIRST]]):
        opened[flag] = 0
    if op == _CONSTANT or op == _BEGIN:
        _begin(op, step, k, where, opened, flag, marks)
    elif op <= _STAIR:
        measure(op, step, k, where, reg(where, out, n), spare, marks[1])
    elif op == _LACK:
        lack(step, k, where, cells, seen, opened, flag, n)
    elif _TALLY <= op <= _TALLIED:
        tally(op, step, k, where, cells, opened, flag, n)
    elif op == _ZERO:
        zero(step, k, where, cells, seen, opened, marks[0], spare)
    elif op == _PUT or op == _MERGE or op == _APPLIES:
        choose(op, step, k, where, opened, marks[0], spare)
    else:
        spread(where, out, n, opened, flag)
        exact(op, step, k, where, cells, marks, n)


@njit(**ONCE)
def _relative(step: Any, k: Any, at: Any, groups: int, best: Any, value: int, n: int) -> None:
    """Take ``RELATIVE``."""
    above, below = reg(at, step[_A], n), reg(at, step[_B] if step[_B] >= 0 else step[_A], n)
    made = reg(at, value, n), reg(at, value + 1, n), reg(at, value + 2, n)
    relative(k, step[_FIRST], above, below, reg(at, groups, n), best, made)


@njit(**ONCE)
def _passed(op: int, step: Any, k: Any, at: Any, states: Any, seen: Any, n: int) -> int:
    """Take ``JUMP`` or ``POSITIVE``: return how many steps to pass over."""
    if op == _JUMP:
        return 0 if either(reg(at, step[_A], n)) else k[step[_FIRST]]
    given = states[step[_A]] == 0 and seen[2 * step[_A] + 1] > 0
    return k[step[_FIRST]] if given else 0


@njit(**ONCE)
def _block(code: Any, k: Any, tables: Any, layout: Any, opened: Any, start: int, n: int) -> None:
    """Take all steps for the units of one block."""
    sources, results, best, at, states, known, seen = tables
    result, answers, marked, sums = layout[1], layout[2], layout[3], layout[4]
    spare, marks = reg(at, answers + 3, n), (reg(at, marked, n), reg(at, marked + 1, n), reg(at, marked + 2, n))
    pc = 0
    while pc < len(code):
        step = code[pc : pc + STEP]
        op = step[_OP]
        pc += STEP
        if op == _USE:
            use(step[_A], step[_B], start, sources, at, states, seen, n)
        elif op == _RELATIVE:
            _relative(step, k, at, layout[5], best, layout[0], n)
        elif op < _CONSTANT:
            answer(op, step, k, at, states, seen, spare)
        elif op < _JUMP:
            flag = 0 if step[_OUT] == result else 1
            _result(op, step, k, at, states, seen, opened, flag, marks, spare)
        elif op < _KEEP:
            pc += STEP * _passed(op, step, k, at, states, seen, n)
        elif op == _KEEP:
            keep(step, k, at, results, known, start, opened, sums + WIDTH * step[_B], n)
        else:
            close(step, k, at, results, known, start, sums, spare)


def _stamp() -> int:
    """Return a number that changes with any line of the kernel.

    numba caches by the file of the outermost function only; as a closed-over number this one is part of the key.
    """
    parts = kernel_lines, kernel_base, kernel_values, kernel_results, kernel_tally, kernel_exact, kernel_sums
    modules = (*parts, sys.modules[__name__])
    return crc32("".join(inspect.getsource(module) for module in modules).encode())


def _compiled(stamp: int) -> Any:
    def score_blocks(
        steps: Any, numbers: Any, columns: Any, outs: Any, factors: Any, layout: Any, span: Any, room: Any, where: Any,
        cells: Any, tops: Any, looked: Any,
    ) -> int:  # fmt: skip
        """Score units ``span[0]`` to ``span[1]`` in blocks of ``span[2]``.

        ``layout`` names registers: value, result, answers, marks, sums, groups; ``tops`` has three numbers for each
        sum. The first register lies a line into ``room``, behind the flags of results, and there is a line between
        registers, so that they don't crowd the same places of the cache. Of a column that is read where it lies the
        room is not touched.
        """
        code, k, at, known, opened = bare(steps), bare(numbers), bare(where), bare(tops), bare(room)[:2]
        tables = bare(columns), bare(outs), bare(factors), at, bare(cells), known, bare(looked)
        size, sums = span[2], layout[4]
        for start in range(span[0], span[1], size):
            n = min(span[1], start + size) - start
            for place in range(len(at)):
                at[place] = room.ctypes.data + LINE + place * (8 * size + LINE)
            fill(known, 0)
            for base in range(sums, len(at), WIDTH):
                fill(reg(at, base, n), 0)
            _block(code, k, tables, bare(layout), opened, start, n)
        fence()
        return stamp

    numbers_ = int64[::1]
    return compiled(score_blocks, int64(*[numbers_] * 12), **KERNEL)


score_blocks: Any = _compiled(_stamp())
