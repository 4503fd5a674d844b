"""Compiled: what plain loops can't say: memory by address, whole lines at once, many units by one mask of bits."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LINE = 64
"""Bytes that memory hands over at once."""
LANES = 64
"""Units whose lacks are looked for at once."""


@intrinsic
def pointer(_context: Any, address: Any, like: Any) -> Any:
    """Return an address as a pointer to integers as wide as ``like``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = context.get_value_type(signature.return_type)
        return builder.inttoptr(arguments[0], target if isinstance(target, ir.PointerType) else target.as_pointer())

    return types.CPointer(like)(address, like), generate


@intrinsic
def fetch_line(_context: Any, address: Any) -> Any:
    """Ask for the memory at an address, which will be read soon: into the second cache, for the first is full."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        byte, word, name = ir.IntType(8).as_pointer(), ir.IntType(32), "llvm.prefetch.p0"
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        to_read, kept_near, is_data = word(0), word(2), word(1)
        builder.call(function, [builder.inttoptr(arguments[0], byte), to_read, kept_near, is_data])
        return context.get_dummy_value()

    return types.none(address), generate


def _store_past(builder: Any, numbers: Any, address: Any) -> None:
    written = builder.store(numbers, builder.inttoptr(address, numbers.type.as_pointer()), align=LINE)
    written.set_metadata("nontemporal", builder.module.add_metadata([ir.IntType(32)(1)]))


def _numbers(builder: Any, address: Any, count: int) -> Any:
    """Return 64-bit numbers that lie at an address."""
    kind = ir.VectorType(ir.IntType(64), count)
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=8)


def _same(builder: Any, number: Any, count: int) -> Any:
    """Return a number as many times over."""
    numbers = ir.Constant(ir.VectorType(number.type, count), ir.Undefined)
    for place in range(count):
        numbers = builder.insert_element(numbers, number, ir.IntType(32)(place))
    return numbers


@intrinsic
def past_line(_context: Any, address: Any, source: Any, like: Any) -> Any:
    """Write one line of numbers as wide as ``like``, from 64-bit ones; ``address`` is a multiple of ``LINE``."""
    count = LINE * 8 // like.bitwidth

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        narrow, numbers = ir.VectorType(ir.IntType(like.bitwidth), count), _numbers(builder, arguments[1], count)
        _store_past(builder, numbers if like.bitwidth == 64 else builder.trunc(numbers, narrow), arguments[0])
        return context.get_dummy_value()

    return types.none(address, source, like), generate


@intrinsic
def past_bytes(_context: Any, address: Any, source: Any) -> Any:
    """Write one line of bytes; ``address`` is a multiple of ``LINE``."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        line = ir.VectorType(ir.IntType(8), LINE).as_pointer()
        _store_past(builder, builder.load(builder.inttoptr(arguments[1], line), align=1), arguments[0])
        return context.get_dummy_value()

    return types.none(address, source), generate


@intrinsic
def add_line(_context: Any, into: Any, source: Any, like: Any) -> Any:
    """Add 64-bit numbers to others, as many as a line has that are as wide as ``like``."""
    count = LINE * 8 // like.bitwidth

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        there, more = _numbers(builder, arguments[0], count), _numbers(builder, arguments[1], count)
        builder.store(builder.add(there, more), builder.inttoptr(arguments[0], there.type.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.none(into, source, like), generate


@intrinsic
def same_line(_context: Any, address: Any, number: Any, like: Any) -> Any:
    """Write one line of the same number; ``address`` is a multiple of ``LINE``."""
    count = LINE * 8 // like.bitwidth

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        narrow = arguments[1] if like.bitwidth == 64 else builder.trunc(arguments[1], ir.IntType(like.bitwidth))
        _store_past(builder, _same(builder, narrow, count), arguments[0])
        return context.get_dummy_value()

    return types.none(address, number, like), generate


@intrinsic
def lacking_lanes(_context: Any, address: Any) -> Any:
    """Return a bit for each of 64 numbers: whether it is above 1."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        numbers = _numbers(builder, arguments[0], LANES)
        found = builder.icmp_signed(">", numbers, ir.Constant(numbers.type, [1] * LANES))
        return builder.bitcast(found, ir.IntType(LANES))

    return types.uint64(address), generate


@intrinsic
def marked_lanes(_context: Any, address: Any, _most: Any) -> Any:
    """Return a bit for each of 64 bytes: whether it is above a number."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        line = ir.VectorType(ir.IntType(8), LANES)
        marks = builder.load(builder.inttoptr(arguments[0], line.as_pointer()), align=1)
        most = _same(builder, builder.trunc(arguments[1], ir.IntType(8)), LANES)
        return builder.bitcast(builder.icmp_unsigned(">", marks, most), ir.IntType(LANES))

    return types.uint64(address, types.int64), generate


@intrinsic
def lowest(_context: Any, _bits: Any) -> Any:
    """Return the place of the lowest bit that is set; there is one."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.uint64), generate


@intrinsic
def fence(_context: Any) -> Any:
    """Let what was written past the caches be there before anything that comes after."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.none(), generate
