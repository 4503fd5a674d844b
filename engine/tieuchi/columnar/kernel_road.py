"""The numba road: addresses of the columns to the kernel, its magnitudes back. Nothing else imports numba."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np

from tieuchi.columnar.block import Multipliers, Rows
from tieuchi.columnar.flat import Flat, Leaf, flatten
from tieuchi.columnar.kernel import Results, Room, Sources, score_blocks
from tieuchi.columnar.kernel_leaf import SCRATCH
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points
from tieuchi.columnar.wide import WORD

BLOCK = 1024
"""Units at a time: their columns, about a megabyte, stay in the second-level cache."""
TURN = 1 << 13
"""Units that a thread takes at a time."""


def score_compiled(
    program: Program, rows: Rows, relatives: Sequence[Multipliers], out: Points, *, tables: Flat | None = None,
    threads: int = 0,
) -> list[int]:  # fmt: skip
    """Score all rows in 64-bit integers; return the bits each column needs.

    Rows that 64 bits can't hold come out wrong and are for ``wide`` to mend. Threads, as many as numba's setting says
    unless told otherwise, take turns as they get free: the kernel holds no lock, and turns share nothing.
    """
    columns, kept = _addresses(program, rows)
    turns = -(-rows.count // TURN)
    kinds = np.full(rows.count, -1, np.int64) if rows.kinds is None else np.ascontiguousarray(rows.kinds, np.int64)
    factors, says = _factors(relatives, rows.count)
    unit = np.array((program.most_unit / program.quantum).as_integer_ratio(), np.int64)
    sources = Sources(columns, kinds, factors, says, unit)
    flat = flatten(program) if tables is None else tables
    results = _results(out)
    workers = min(threads or numba.get_num_threads(), max(turns, 1))
    rooms = [_room(flat, len(program.layout.slots)) for _ in range(workers)]

    def score(turn: int, worker: int) -> None:
        start = turn * TURN
        score_blocks(flat, start, min(start + TURN, rows.count), BLOCK, sources, results, rooms[worker])

    _share_out(score, turns, workers)
    needed = np.bitwise_or.reduce([room.bits for room in rooms], axis=0)
    assert len(kept) == len(columns)
    return [
        WORD if rows.columns[slot.name].exact else int(found).bit_length()
        for slot, found in zip(program.layout.slots, needed, strict=True)
    ]


def _results(out: Points) -> Results:
    none = np.empty((0, 0), out.points.dtype)
    low, high = (none if part is None else part for part in (out.low, out.high))
    most = np.empty((0, 0), np.int64) if out.most is None else out.most
    sums = (out.sum_low, out.sum_high, out.sum_states)
    return Results(out.points, out.states, out.clauses, low, high, *sums, most)


def _room(flat: Flat, slots: int) -> Room:
    """Return what one thread works in."""
    spans = flat.leaves[:, Leaf.GROUPS_END] - flat.leaves[:, Leaf.GROUPS]
    groups = max(int(spans.max()), 1)

    def numbers(rows: int) -> Any:
        return np.empty(rows * BLOCK, np.int64)

    findings = max(int(flat.leaves[0, Leaf.GROUPS]), 1)
    cells, lacking = np.empty(slots * BLOCK, np.uint8), np.zeros(slots, np.uint8)
    sums, every = numbers((len(flat.nodes) + 1) * 5), np.empty((len(flat.nodes) + 1) * 2, np.int64)
    bits = np.zeros(slots, np.int64)
    return Room(
        numbers(slots), cells, lacking, numbers(findings), numbers(groups), groups, numbers(SCRATCH), sums, every, bits
    )


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
    table = np.zeros((len(program.layout.slots), 3), np.int64)
    kept: list[Any] = []
    for place, slot in enumerate(program.layout.slots):
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        if values.dtype.kind != "i" or not values.flags.c_contiguous:
            values = np.ascontiguousarray(values, np.int8 if values.dtype == bool else np.int64)
        states = None if column.states is None else np.ascontiguousarray(column.states, np.uint8)
        kept.append((values, states))
        table[place] = values.ctypes.data, values.dtype.itemsize, 0 if states is None else states.ctypes.data
    return table, kept


def _factors(relatives: Sequence[Multipliers], count: int) -> tuple[Any, Any]:
    factors = np.empty((len(relatives), 2, count), np.int64)
    says = np.empty((len(relatives), count), np.uint8)
    for place, found in enumerate(relatives):
        factors[place, 0], factors[place, 1], says[place] = found.above, found.below, found.says
    return factors, says
