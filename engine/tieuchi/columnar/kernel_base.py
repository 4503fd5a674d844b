"""Compiled: registers and how every loop of the kernel is compiled.

Loops run over plain arrays from 0, with nothing in them that can stop, and write two arrays at most: with more the
compiler can't tell that they don't overlap, and makes no vectors. Memory takes as long as arithmetic, so that columns
are asked for before they are read (``fetch``) and results are written past the caches (``past``).
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
ONCE: Any = COMPILED | {"inline": "always"}
"""For the large ones that are called in one place: part of their caller, else what they call is compiled twice."""
LINE, PAGE = 64, 4096
"""Bytes that memory hands over at once, and that the processor reads ahead in."""
AHEAD = 4
"""Lines of each page asked for: enough for the processor to go on by itself."""


@intrinsic
def pointer(_context: Any, address: Any, like: Any) -> Any:
    """Return an address as a pointer to integers as wide as ``like``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = context.get_value_type(signature.return_type)
        return builder.inttoptr(arguments[0], target if isinstance(target, ir.PointerType) else target.as_pointer())

    return types.CPointer(like)(address, like), generate


@intrinsic
def _fetch_line(_context: Any, address: Any) -> Any:
    """Ask for the memory at an address, which will be read soon."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        byte, word, name = ir.IntType(8).as_pointer(), ir.IntType(32), "llvm.prefetch.p0"
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        to_read, kept_near, is_data = word(0), word(3), word(1)
        builder.call(function, [builder.inttoptr(arguments[0], byte), to_read, kept_near, is_data])
        return context.get_dummy_value()

    return types.none(address), generate


@intrinsic
def _past_line(_context: Any, address: Any, source: Any, like: Any) -> Any:
    """Write one line of numbers as wide as ``like``, from 64-bit ones; ``address`` is a multiple of ``LINE``."""
    count = LINE * 8 // like.bitwidth

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide, narrow = ir.VectorType(ir.IntType(64), count), ir.VectorType(ir.IntType(like.bitwidth), count)
        numbers = builder.load(builder.inttoptr(arguments[1], wide.as_pointer()), align=8)
        numbers = numbers if like.bitwidth == 64 else builder.trunc(numbers, narrow)
        written = builder.store(numbers, builder.inttoptr(arguments[0], narrow.as_pointer()), align=LINE)
        written.set_metadata("nontemporal", builder.module.add_metadata([ir.IntType(32)(1)]))
        return context.get_dummy_value()

    return types.none(address, source, like), generate


@intrinsic
def fence(_context: Any) -> Any:
    """Let what was written past the caches be there before anything that comes after."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.none(), generate


@njit(**COMPILED)
def fetch(start: int, stop: int) -> None:
    """Ask for the first lines of every page from one address to another."""
    page = start
    while page < stop:
        for line in range(AHEAD):
            _fetch_line(page + LINE * line)
        page = (page | (PAGE - 1)) + 1


@njit(**COMPILED)
def past(at: int, source: Any, like: Any, width: int) -> None:
    """Write a register to an address, in numbers as wide as ``like``, of ``width`` bytes: whole lines past the caches.

    Nothing of a result is read again before all is written, and a line written whole need not be read before.
    """
    n, count = len(source), LINE // width
    head = min((-at % LINE) // width, n)
    tail = head + (n - head) // count * count
    out = carray(pointer(at, like), n)
    for j in range(head):
        out[j] = source[j]
    for j in range(head, tail, count):
        _past_line(at + j * width, source.ctypes.data + j * 8, like)
    for j in range(tail, n):
        out[j] = source[j]


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
