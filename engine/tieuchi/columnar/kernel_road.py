"""The numba road: addresses of the columns to the kernel, its magnitudes back. Nothing else imports numba."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.code import Code
from tieuchi.columnar.kernel import score_blocks
from tieuchi.columnar.kernel_lines import LINE
from tieuchi.columnar.numpy_machine import Factors
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points

BLOCK = 2048
"""Units at a time: what a sub-criterion works on stays in the cache near the core."""
TURN = 4
"""Blocks that a thread takes at a time, where there are enough of them for all."""
WORTH = 1 << 20
"""Steps times units that are worth a thread of their own."""


def score_compiled(
    program: Program, code: Code, rows: Rows, factors: Factors, out: Points, *, threads: int = 0
) -> list[int]:
    """Score all rows in 64-bit integers; return the bits each column needs.

    Rows that 64 bits can't hold come out wrong and are for ``wide`` to mend. Threads, as many as numba's setting says
    unless told otherwise, take turns as they get free: the kernel holds no lock, and turns share nothing.
    """
    columns, kept = _addresses(program, rows)
    blocks = -(-rows.count // BLOCK)
    workers = max(min(threads or numba.get_num_threads(), blocks, rows.count * len(code.steps) // WORTH), 1)
    size = BLOCK * min(max(blocks // (2 * workers), 1), TURN)
    turns = -(-rows.count // size)
    tables, layout = (code.steps.ravel(), code.numbers, columns, _outs(out), _factors(factors)), _layout(code)
    kept_rooms: list[Any] = program.made.setdefault("rooms", [])
    rooms = [_free_room(kept_rooms, code, len(program.layout.slots)) for _ in range(workers)]

    def score(turn: int, worker: int) -> None:
        span = np.array([turn * size, min((turn + 1) * size, rows.count), BLOCK], np.int64)
        score_blocks(*tables, layout, span, *rooms[worker])

    _share_out(score, turns, workers)
    needed = np.bitwise_or.reduce([room[-1][::2] for room in rooms], axis=0)
    assert len(kept) * 3 == len(columns)
    kept_rooms.extend(rooms)
    return [int(found).bit_length() for found in needed[: len(program.layout.slots)]]


def _outs(out: Points) -> Any:
    """Return where the results lie: address, bytes of a row, bytes of a number; zeros for what is not wanted."""
    sums = (out.sum_low, out.sum_high, out.sum_states, out.most)
    table = np.zeros((10, 3), np.int64)
    for place, array in enumerate((out.points, out.states, out.clauses, out.low, out.high, *sums, out.near)):
        if array is not None:
            assert array.flags.c_contiguous
            table[place] = _address(array), array.strides[0], array.itemsize
    return table.ravel()


def _layout(code: Code) -> Any:
    where = code.registers
    places = (where.above, where.result, where.answers, where.marks, where.sum, where.groups)
    return np.array(places, np.int64)


def _free_room(kept: list[Any], code: Code, slots: int) -> tuple[Any, ...]:
    """Return room that an earlier call left, or new: a table in parts would else touch new pages for each of them."""
    try:
        room: tuple[Any, ...] = kept.pop()
    except IndexError:
        return _room(code, slots)
    room[-1].fill(0)
    return room


def _room(code: Code, slots: int) -> tuple[Any, ...]:
    """Return what one thread works in: registers, their addresses, states, and what it notes of sums and columns.

    Registers begin with a line: numbers that lie across two take twice as long.
    """
    count = code.registers.count
    size = LINE + count * (8 * BLOCK + LINE)
    whole = np.empty(size + LINE, np.uint8)
    first = -_address(whole) % LINE
    room = whole[first : first + size].view(np.int64)
    tops = np.zeros(3 * (code.registers.sums + 1), np.int64)
    return room, np.zeros(count, np.int64), np.zeros(count, np.int64), tops, np.zeros(2 * (slots + 2), np.int64)


def _share_out(score: Callable[[int, int], None], turns: int, workers: int) -> None:
    """Let workers take turns until none is left; the first failure of any is raised."""
    left, failures = iter(range(turns)), list[BaseException]()
    gate = threading.Lock()

    def work(worker: int) -> None:
        try:
            while not failures:
                with gate:
                    turn = next(left, None)
                if turn is None:
                    return
                score(turn, worker)
        except BaseException as failure:  # noqa: BLE001  carried over to the caller's thread
            failures.append(failure)

    others = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in range(1, workers)]
    for thread in others:
        thread.start()
    work(0)
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def _addresses(program: Program, rows: Rows) -> tuple[Any, list[Any]]:
    """Return where the columns lie and how wide they are; the arrays are kept alive beside."""
    slots, kept, table = program.layout.slots, list[Any](), list[tuple[int, int, int]]()
    for slot in slots:
        column = rows.columns[slot.name]
        values, states = column.below if slot.below else column.values, column.states
        assert values is not None
        if values.dtype.kind != "i" or not values.flags.c_contiguous:
            values = np.ascontiguousarray(values, np.int8 if values.dtype == bool else np.int64)
        states = None if states is None else np.ascontiguousarray(states, np.uint8)
        kept.append((values, states))
        table.append((_address(values), values.itemsize, 0 if states is None else _address(states)))
    for given, nothing in ((rows.kinds, -1), (rows.groups, 0)):
        codes = np.full(rows.count, nothing, np.int8) if given is None else np.ascontiguousarray(given, np.int64)
        kept.append((codes, None))
        table.append((_address(codes), codes.itemsize, 0))
    return np.array(table, np.int64).ravel(), kept


def _address(array: Any) -> int:
    """Return where an array begins; ``ctypes`` takes longer to say so, and there are hundreds of columns."""
    found: int = array.__array_interface__["data"][0]
    return found


def _factors(tables: Factors) -> Any:
    """Return what each group multiplies a relative value with, flat, behind the count of groups."""
    if not tables:
        return np.zeros(1, np.int64)
    flat = [number for table in tables for part in table for number in part]
    return np.array([len(tables[0][0]), *flat], np.int64)
