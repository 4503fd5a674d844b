"""Compiled: registers and how every loop of the kernel is compiled.

Loops run over plain arrays from 0, with nothing in them that can stop, and write two arrays at most: with more the
compiler can't tell that they don't overlap, and makes no vectors. Memory takes as long as arithmetic, so that columns
are asked for before they are read (``fetch``) and results are written past the caches (``past``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit

from tieuchi.columnar.code import Part
from tieuchi.columnar.kernel_lines import (
    LANES,
    LINE,
    add_line,
    fetch_line,
    lacking_lanes,
    marked_lanes,
    past_bytes,
    past_line,
    pointer,
    same_line,
)

_STATE = int(Part.STATE)
KERNEL: Any = {"nogil": True, "error_model": "numpy"}
COMPILED: Any = KERNEL | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""For what only compiled code calls: without what lets Python call it, which takes long to compile."""
ONCE: Any = COMPILED | {"inline": "always"}
"""For those that are called in one place: part of their caller, else they and what they call are compiled twice."""


@njit(**COMPILED)
def fetch(start: int, stop: int) -> None:
    """Ask for the memory from one address to another."""
    for line in range(start, stop, LINE):
        fetch_line(line)


@njit(inline="always", **COMPILED)
def _within(bits: Any, count: int) -> Any:
    """Return the bits of so many units only; there may be more of them than bits."""
    return bits if count >= LANES else bits & ((np.uint64(1) << np.uint64(count)) - np.uint64(1))


@njit(**COMPILED)
def lacking(x: Any, first: int) -> Any:
    """Return a bit for each of up to 64 numbers of a register: whether it is above 1, which is to say a lack."""
    return _within(lacking_lanes(x.ctypes.data + 8 * first), len(x) - first)


@njit(**COMPILED)
def marked(x: Any, first: int, most: int) -> Any:
    """Return a bit for each of up to 64 states of a register, which has room for whole lines: whether it is above."""
    return _within(marked_lanes(x.ctypes.data + first, most), len(x) - first)


@njit(**COMPILED)
def past(at: int, source: Any, into: int, like: Any, width: int) -> None:
    """Write a register to an address, in numbers as wide as ``like``, of ``width`` bytes: whole lines past the caches.

    Nothing of a result is read again before all is written, and a line written whole need not be read before. On the
    way the register is added to the one at the address ``into``, unless that is 0.
    """
    n, count = len(source), LINE // width
    head = min((-at % LINE) // width, n)
    tail = head + (n - head) // count * count
    out, total = carray(pointer(at, like), n), carray(pointer(into, np.int64(0)), n if into else 0)
    for j in range(head):
        out[j] = source[j]
    for j in range(head, tail, count):
        past_line(at + j * width, source.ctypes.data + j * 8, like)
        if into:
            add_line(into + j * 8, source.ctypes.data + j * 8, like)
    for j in range(tail, n):
        out[j] = source[j]
    if into:
        for j in range(head):
            total[j] += source[j]
        for j in range(tail, n):
            total[j] += source[j]


@njit(**COMPILED)
def past_states(at: int, source: Any) -> None:
    """Write states to an address, as ``past`` does."""
    n = len(source)
    head = min(-at % LINE, n)
    tail = head + (n - head) // LINE * LINE
    out = carray(pointer(at, np.uint8(0)), n)
    for j in range(head):
        out[j] = source[j]
    for j in range(head, tail, LINE):
        past_bytes(at + j, source.ctypes.data + j)
    for j in range(tail, n):
        out[j] = source[j]


@njit(**COMPILED)
def past_same(at: int, number: int, n: int, like: Any, width: int) -> None:
    """Write one number for every unit, as ``past`` does."""
    count = LINE // width
    head = min((-at % LINE) // width, n)
    tail = head + (n - head) // count * count
    out = carray(pointer(at, like), n)
    for j in range(head):
        out[j] = number
    for j in range(head, tail, count):
        same_line(at + j * width, number, like)
    for j in range(tail, n):
        out[j] = number


@njit(**COMPILED)
def reg(where: Any, place: int, n: int) -> Any:
    """Return a register: an array that nobody counts references to, for counting costs more than the work."""
    return carray(pointer(where[place], np.int64(0)), n)


@njit(**COMPILED)
def state_reg(where: Any, result: int, n: int) -> Any:
    """Return the states of a result, which are bytes."""
    return carray(pointer(where[result + _STATE], np.uint8(0)), n)


@njit(**COMPILED)
def bare(table: Any) -> Any:
    """Return the numbers of a flat table as an array that nobody counts references to."""
    return carray(pointer(table.ctypes.data, np.int64(0)), table.size)


@njit(**COMPILED)
def fill(out: Any, number: int) -> None:
    """Write one number for every unit."""
    for j in range(len(out)):
        out[j] = number


@njit(**COMPILED)
def copy(out: Any, source: Any) -> None:
    """Write the numbers of another array, which may be wider."""
    for j in range(len(out)):
        out[j] = source[j]


@njit(**COMPILED)
def add(into: Any, part: Any) -> None:
    """Add one register to another."""
    for j in range(len(into)):
        into[j] += part[j]


@njit(**COMPILED)
def either(x: Any) -> int:
    """Return a number with every bit that some number has: 0 where all are, above 1 where some answer lacks."""
    found = np.int64(0)
    for j in range(len(x)):
        found |= x[j]
    return found


@njit(**COMPILED)
def floor_one(top: int, bottom: int) -> int:
    """Return the whole part of ``top / bottom`` from below, guessed by a float and set right; it is less than 2^52."""
    guess = np.int64(np.float64(top) / np.float64(bottom))
    rest = top - guess * bottom
    return guess + np.int64(rest >= bottom) - np.int64(rest < 0)


@njit(**COMPILED)
def half_up_one(top: int, bottom: int) -> int:
    """Return ``top / bottom`` as a whole number, halves away from zero; ``bottom`` is positive, the result < 2^52.

    The quotient is guessed by a float, which is off by one at most, and set right in whole numbers.
    """
    whole = floor_one(2 * abs(top) + bottom, 2 * bottom)
    return -whole if top < 0 else whole


@njit(**COMPILED)
def steps_of(top: int, bottom: int, mode: int, up: int, down: int) -> int:
    """Round ``top / bottom`` quanta to steps of ``up / down`` quanta, by a mode (see ``code.MODES``)."""
    size, unit = abs(top) * down, bottom * up
    whole = size // unit
    rest = size - whole * unit
    twice = 2 * rest
    away = (mode == 0 and twice >= unit) or (mode == 1 and twice > unit) or mode == 4
    away = away or (mode == 2 and (twice > unit or (twice == unit and whole % 2 == 1)))
    away = away or (mode == 5 and top < 0) or (mode == 6 and top >= 0)
    whole += np.int64(away and rest > 0)
    return -whole if top < 0 else whole
