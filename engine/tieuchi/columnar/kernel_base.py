"""Compiled: registers and how every loop of the kernel is compiled.

Loops run over plain arrays from 0, with nothing in them that can stop, and write two arrays at most: with more the
compiler can't tell that they don't overlap, and makes no vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic

KERNEL: Any = {"nogil": True, "error_model": "numpy"}
COMPILED: Any = KERNEL | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""For what only compiled code calls: without what lets Python call it, which takes long to compile."""


@intrinsic
def pointer(_context: Any, address: Any, like: Any) -> Any:
    """Return an address as a pointer to integers as wide as ``like``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = context.get_value_type(signature.return_type)
        return builder.inttoptr(arguments[0], target if isinstance(target, ir.PointerType) else target.as_pointer())

    return types.CPointer(like)(address, like), generate


@njit(**COMPILED)
def reg(where: Any, place: int, n: int) -> Any:
    """Return a register: an array that nobody counts references to, for counting costs more than the work."""
    return carray(pointer(where[place], np.int64(0)), n)


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
