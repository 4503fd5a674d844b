"""Compiled: a program over a block of units, interpreting flat tables. It holds no lock, so threads share the blocks.

A block's columns are copied from wherever they lie (any width of integer, no packing of the whole table) into rows
that stay in the cache, noting how many bits they need. Then each sub-criterion is scored over the whole block, its
points go straight into the results, and sums are added up beside it.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic

from tieuchi.columnar import kernel_direct, kernel_leaf, kernel_points, kernel_tests
from tieuchi.columnar.flat import FLAGS, GENERAL, QUOTIENT, Flat, Leaf, Node
from tieuchi.columnar.kernel_direct import flags, quotient
from tieuchi.columnar.kernel_leaf import SCRATCH, score_leaf
from tieuchi.columnar.kernel_points import half_up_one, steps_of
from tieuchi.columnar.kernel_tests import COMPILED, all_tests

_L_SHAPE = int(Leaf.SHAPE)
_L_NODE, _L_MOST, _L_GROUPS, _L_GROUPS_END = int(Leaf.NODE), int(Leaf.MOST), int(Leaf.GROUPS), int(Leaf.GROUPS_END)
_N_PARENT, _N_MOST, _N_RESCALE, _N_MODE, _N_UP, _N_DOWN, _N_BLOCK, _N_LIMITS, _N_LIMIT = (int(c) for c in Node)
APPLIES, LACKS, REFUSES, SCORED = 1, 2, 4, 8


class Sources(NamedTuple):
    """Where the columns lie (address, width, address of states), kinds of units, factors of relative values.

    ``unit`` is the unit of maxima in quanta, as a quotient.
    """

    columns: Any
    kinds: Any
    factors: Any
    says: Any
    unit: Any


class Results(NamedTuple):
    """The arrays of ``Points``; those that are not wanted have no rows."""

    points: Any
    states: Any
    clauses: Any
    low: Any
    high: Any
    sum_low: Any
    sum_high: Any
    sum_states: Any
    most: Any


class Room(NamedTuple):
    """What one thread works in, flat, and what it notes: which bits each column needs."""

    data: Any
    cells: Any
    lacking: Any
    findings: Any
    answers: Any
    groups: int
    scratch: Any
    sums: Any
    every: Any
    bits: Any


@intrinsic
def _pointer(_context: Any, address: Any, like: Any) -> Any:
    """Return an address as a pointer to integers as wide as ``like``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = context.get_value_type(signature.return_type)
        return builder.inttoptr(arguments[0], target if isinstance(target, ir.PointerType) else target.as_pointer())

    return types.CPointer(like)(address, like), generate


@njit(**COMPILED)
def _spread(x: Any, out: Any) -> int:
    """Copy a column into a block; return a number with every bit set that some figure needs."""
    bits = np.int64(0)
    for j in range(len(out)):
        number = np.int64(x[j])
        out[j] = number
        bits |= number ^ (number >> 63)
    return bits


@njit(**COMPILED)
def _load(address: int, width: int, start: int, out: Any) -> int:
    """Copy some rows of a column that lies at an address."""
    n = start + len(out)
    if width == 8:
        return _spread(carray(_pointer(address, np.int64(0)), n)[start:n], out)
    if width == 4:
        return _spread(carray(_pointer(address, np.int32(0)), n)[start:n], out)
    if width == 2:
        return _spread(carray(_pointer(address, np.int16(0)), n)[start:n], out)
    return _spread(carray(_pointer(address, np.int8(0)), n)[start:n], out)


@njit(**COMPILED)
def _load_states(address: int, start: int, out: Any) -> bool:
    """Copy the states of some cells; return whether any lacks."""
    x = carray(_pointer(address, np.uint8(0)), start + len(out))[start : start + len(out)]
    worst = np.uint8(0)
    for j in range(len(out)):
        out[j] = x[j]
        worst |= x[j]
    return worst != 0


@njit(**COMPILED)
def _put(out: Any, source: Any) -> None:
    for j in range(len(out)):
        out[j] = source[j]


@njit(**COMPILED)
def _add(into: Any, part: Any) -> None:
    for j in range(len(into)):
        into[j] += part[j]


@njit(**COMPILED)
def _add_states(most_there: Any, flags: Any, state: Any, most: int) -> None:
    """Add what a sum knows of its parts: its maximum over what applies, and the flags of their states."""
    for j in range(len(state)):
        most_there[j] += most if state[j] != 4 else 0
    for j in range(len(state)):
        code = state[j]
        found = APPLIES if code == 1 else APPLIES | LACKS if code == 2 else APPLIES | REFUSES
        flags[j] |= 0 if code == 4 else APPLIES | SCORED if code == 0 else found


@njit(**COMPILED)
def _rounded(node: Any, top: int, bottom: int, most: int, unit: Any) -> int:
    """Round a sum, but not past its maximum, of which each unit is ``unit[0] / unit[1]`` quanta; return quanta."""
    up, down = node[_N_UP], node[_N_DOWN]
    steps = steps_of(top, bottom, node[_N_MODE], up, down)
    most = most * unit[0]
    if top * unit[1] <= most * bottom and steps * up * unit[1] > most * down:
        return half_up_one(most, unit[1])
    return half_up_one(steps * up, down)


@njit(**COMPILED)
def _settle(
    node: Any, low: Any, high: Any, most_there: Any, states: Any, unit: Any, aside_low: Any, aside_high: Any, top: bool
) -> None:
    """Rescale to the whole maximum, add blocks set aside, round, and make of a block what it adds or takes."""
    most, scale = node[_N_MOST], node[_N_RESCALE] == 1
    for j in range(len(low)):
        least, greatest, bottom = low[j], high[j], np.int64(1)
        if scale and states[j] != 4 and most_there[j] != most:
            least, greatest, bottom = least * most, greatest * most, most_there[j]
        if scale:
            most_there[j] = most
        if top and states[j] != 4:
            least, greatest = least + aside_low[j] * bottom, greatest + aside_high[j] * bottom
        if node[_N_MODE] >= 0:
            least = _rounded(node, least, bottom, most_there[j], unit)
            greatest = _rounded(node, greatest, bottom, most_there[j], unit)
        elif bottom != 1:
            least, greatest = half_up_one(least, bottom), half_up_one(greatest, bottom)
        if node[_N_BLOCK]:
            states[j] = 0 if states[j] == 4 else states[j]
            if node[_N_LIMITS]:
                least, greatest = min(least, node[_N_LIMIT]), min(greatest, node[_N_LIMIT])
            if node[_N_BLOCK] == 2:
                least, greatest = -greatest, -least
        low[j], high[j] = least, greatest


@njit(**COMPILED)
def _close(t: Any, k: int, sums: Any, every_unit: Any, states: Any, unit: Any) -> None:
    """Settle one sum: its state, its maximum, rescaling, blocks aside, rounding; then tell the sum above it."""
    node = t.nodes[k]
    low, high, most_there, flags = sums[k, 0], sums[k, 1], sums[k, 2], sums[k, 3]
    n = len(low)
    total = len(t.nodes) - 1
    _add(high, sums[k, 4])
    _add(low, sums[k, 4])
    for j in range(n):
        most_there[j] += every_unit[k, 0]
    for j in range(n):
        flags[j] |= every_unit[k, 1]
    if k == total:
        aside = sums[total + 1, 3]
        for j in range(n):
            flags[j] |= aside[j] & (LACKS | REFUSES)
    every, some = np.int64(-1), np.int64(0)
    for j in range(n):
        every &= flags[j]
        some |= flags[j]
    plain = (every & APPLIES) != 0 and some == APPLIES | SCORED
    for j in range(n):
        code = flags[j]
        settled = 0 if code & SCORED else 1
        states[j] = 4 if code & APPLIES == 0 else 2 if code & LACKS else 3 if code & REFUSES else settled
    if not plain:
        for j in range(n):
            most_there[j] = node[_N_MOST] if states[j] == 4 else most_there[j]
    aside_low, aside_high = sums[total + 1, 0], sums[total + 1, 1]
    if node[_N_RESCALE] or node[_N_MODE] >= 0 or node[_N_BLOCK]:
        _settle(node, low, high, most_there, states, unit, aside_low, aside_high, k == total)
    elif k == total:
        for j in range(n):
            low[j] += aside_low[j] if states[j] != 4 else 0
        for j in range(n):
            high[j] += aside_high[j] if states[j] != 4 else 0
    if k == total:
        return
    into = sums[total + 1 if node[_N_BLOCK] and node[_N_PARENT] == total else node[_N_PARENT]]
    _add(into[0], low)
    _add(into[1], high)
    if plain and not node[_N_BLOCK]:
        _add(into[2], most_there)
        for j in range(n):
            into[3, j] |= flags[j]
        return
    for j in range(n):
        into[2, j] += most_there[j] if states[j] != 4 else 0
    _add_states(into[2], into[3], states, 0)


@njit(**COMPILED)
def bare(x: Any, shape: Any) -> Any:
    """Return the same numbers as an array that nobody counts references to: counting costs more than the work."""
    return carray(_pointer(x.ctypes.data, x.dtype.type(0)), shape)


@njit(**COMPILED)
def _bare_tables(t: Any) -> Any:
    return Flat(
        bare(t.terms, t.terms.shape),
        bare(t.names, t.names.shape),
        bare(t.kinds, t.kinds.shape),
        bare(t.forms, t.forms.shape),
        bare(t.tests, t.tests.shape),
        bare(t.groups, t.groups.shape),
        bare(t.items, t.items.shape),
        bare(t.pieces, t.pieces.shape),
        bare(t.routes, t.routes.shape),
        bare(t.consequences, t.consequences.shape),
        bare(t.leaves, t.leaves.shape),
        bare(t.nodes, t.nodes.shape),
    )


@njit(**COMPILED)
def _load_all(columns: Any, start: int, data: Any, cells: Any, lacking: Any, bits: Any) -> None:
    for c in range(len(columns)):
        bits[c] |= _load(columns[c, 0], columns[c, 1], start, data[c])
        if columns[c, 2] != 0:
            lacking[c] = _load_states(columns[c, 2], start, cells[c])


@njit(**COMPILED)
def _keep(out: Any, q: int, start: int, s: Any, into: Any, every: Any, most: int, stated: bool) -> None:
    """Put the points of one sub-criterion into the results and into the sum above it.

    What is the same for every unit of a block is only noted, and added when the sum is closed.
    """
    n = s.shape[1]
    own, own_states = out.points[q, start : start + n], out.states[q, start : start + n]
    _put(out.clauses[q, start : start + n], s[8])
    high = s[6] if stated else s[5]
    if stated:
        _put(own_states, s[7])
        state = s[7]
        for j in range(n):
            own[j] = high[j] if state[j] < 2 else 0
        _add_states(into[2], into[3], s[7], most)
        _add(into[0], s[5])
        _add(into[1], high)
    else:
        for j in range(n):
            own_states[j] = 0
        _put(own, s[5])
        every[0] += most
        every[1] |= APPLIES | SCORED
        _add(into[4], s[5])
    if len(out.low):
        _put(out.low[q, start : start + n], s[5])
        _put(out.high[q, start : start + n], high)


def _stamp() -> int:
    """Return a number that changes with any line of the kernel.

    numba caches by the file of the outermost function only; as a closed-over number this one is part of the key.
    """
    modules = (kernel_direct, kernel_tests, kernel_points, kernel_leaf, sys.modules[__name__])
    return crc32("".join(inspect.getsource(module) for module in modules).encode())


def _compiled(stamp: int) -> Any:
    def score_blocks(
        given: Any, begin: int, end: int, size: int, sources: Sources, results: Results, room: Room
    ) -> int:
        """Score units ``begin`` to ``end`` in blocks of some size."""
        t = _bare_tables(given)
        slots, leaves, nodes = len(sources.columns), len(t.leaves), len(t.nodes)
        columns, unit = bare(sources.columns, (slots, 3)), bare(sources.unit, (2,))
        kinds, bits = bare(sources.kinds, sources.kinds.shape), bare(room.bits, (slots,))
        factors, says = bare(sources.factors, sources.factors.shape), bare(sources.says, sources.says.shape)
        out = Results(
            bare(results.points, results.points.shape),
            bare(results.states, results.states.shape),
            bare(results.clauses, results.clauses.shape),
            bare(results.low, results.low.shape),
            bare(results.high, results.high.shape),
            bare(results.sum_low, results.sum_low.shape),
            bare(results.sum_high, results.sum_high.shape),
            bare(results.sum_states, results.sum_states.shape),
            bare(results.most, results.most.shape),
        )
        known = t.leaves[0, _L_GROUPS]
        lacking, every = bare(room.lacking, (slots,)), bare(room.every, (nodes + 1, 2))
        for start in range(begin, end, size):
            n = min(end, start + size) - start
            data, cells = bare(room.data, (slots, n)), bare(room.cells, (slots, n))
            findings, answers = bare(room.findings, (max(known, 1), n)), bare(room.answers, (room.groups, n))
            s, sums = bare(room.scratch, (SCRATCH, n)), bare(room.sums, (nodes + 1, 5, n))
            own_kinds = kinds[start : start + n]
            _load_all(columns, start, data, cells, lacking, bits)
            sums[:] = 0
            every[:] = 0
            for q in range(-1, leaves):
                first, last = (0, known) if q < 0 else (t.leaves[q, _L_GROUPS], t.leaves[q, _L_GROUPS_END])
                shape = GENERAL if q < 0 else t.leaves[q, _L_SHAPE]
                last = last if shape == GENERAL else first
                for g in range(first, last):
                    answer = findings[g] if q < 0 else answers[g - first]
                    all_tests(t, g, data, cells, lacking, own_kinds, findings, answer, s)
                    if q < 0:
                        for j in range(n):
                            answer[j] = 0 if answer[j] == 4 else answer[j]
                if q >= 0:
                    if shape == QUOTIENT:
                        stated = quotient(t, q, data, cells, lacking, s)
                    elif shape == FLAGS:
                        stated = flags(t, q, data, cells, lacking, s)
                    else:
                        stated = score_leaf(t, q, data, cells, lacking, findings, answers, factors, says, start, s)
                    node = t.leaves[q, _L_NODE]
                    _keep(out, q, start, s, sums[node], every[node], t.leaves[q, _L_MOST], stated)
            for k in range(nodes):
                _close(t, k, sums, every, s[7], unit)
                _put(out.sum_low[k, start : start + n], sums[k, 0])
                _put(out.sum_high[k, start : start + n], sums[k, 1])
                _put(out.sum_states[k, start : start + n], s[7])
                if len(out.most):
                    _put(out.most[k, start : start + n], sums[k, 2])
        return stamp

    return njit(**COMPILED)(score_blocks)


score_blocks: Any = _compiled(_stamp())
