"""Results as tables: exact points as decimals, states and clauses as words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from tieuchi.batch.arrow import numbers, packed, texts
from tieuchi.batch.rejects import Reject, error_columns
from tieuchi.batch.run import Scored
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import clause_label
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.words import Language

Detail = Literal["totals", "points", "full"]
"""Sums, rank and grade; also points of every sub-criterion; also lost points, states and clauses."""


FEW_DIGITS, MANY_DIGITS, MOST_DIGITS = 9, 18, 38
"""Digits that decimals of 32, 64 and 128 bits hold."""
FEW_CLAUSES = 128
"""So many have a number of eight bits each."""
MANY_CLAUSES = 1 << 16
"""From so many on those that occur are looked for: a checklist of 40 parts has 2^40."""


def table_of(plan: Plan, scored: Scored, detail: Detail = "full") -> pa.Table:
    """Return one part of the results as a table; its decimals are as narrow as their columns' maxima allow."""
    columns: dict[str, Any] = dict(scored.part.units)
    program, points = scored.program, scored.points
    for place, leaf in enumerate(program.leaves if detail != "totals" else ()):
        states, quanta = points.states[place], points.points[place]
        settled, most = states < 2, max(abs(leaf.whole.low), abs(leaf.whole.high))
        columns[leaf.id] = _decimals(quanta, settled, program, most)
        if detail == "full":
            columns[f"{leaf.id}:lost"] = _decimals(leaf.whole.high - quanta, settled, program, 2 * most)
            columns[f"{leaf.id}:clause"] = _clauses(plan, program, place, points.clauses[place])
            columns[f"{leaf.id}:state"] = _words(states)
    for place, node in enumerate(program.nodes):
        name = "total" if place == points.total else node.id
        columns |= _sums(scored, place, name)
        if detail == "full":
            columns[f"{name}:lost"] = _lost(scored, place)
    if scored.ranks is not None:
        columns["rank"] = numbers(scored.ranks, scored.ranks != 0)
        if plan.book.grades is not None:
            columns["grade"] = texts(scored.grades)
    return pa.table(columns)


def _sums(scored: Scored, place: int, name: str) -> dict[str, Any]:
    program, points = scored.program, scored.points
    low, high, states = points.sum_low[place], points.sum_high[place], points.sum_states[place]
    settled, bound = states < 2, program.most_points
    return {
        name: _decimals(high, settled, program, bound),
        f"{name}:low": _decimals(low, None, program, bound),
        f"{name}:high": _decimals(high, None, program, bound),
        f"{name}:state": _words(states),
    }


def _lost(scored: Scored, place: int) -> Any:
    """Return what a sum lacks of its maximum; of a block what it takes off the total, below zero where it adds."""
    program, points = scored.program, scored.points
    if program.nodes[place].block:
        return _decimals(-points.sum_high[place], points.sum_states[place] < 2, program, program.most_points)
    unit = program.most_unit / program.quantum
    assert points.most is not None
    fits = program.most_points * unit.denominator < 1 << 62
    most = (points.most[place].astype(np.int64 if fits else object) * unit.numerator) // unit.denominator
    lost = most.astype(np.int64, copy=False) - points.sum_high[place]
    return _decimals(lost, points.sum_states[place] < 2, program, 2 * program.most_points)


def _decimals(quanta: Any, given: Any, program: Program, most: int) -> Any:
    """Return quanta, at most so many, as decimals; where a quantum is no power of ten, as exact text."""
    places = len(str(program.quantum.denominator)) - 1
    if program.quantum != Fraction(1, 10**places):
        there = np.ones(len(quanta), bool) if given is None else given
        words = [exact_text(int(q) * program.quantum) if t else None for q, t in zip(quanta, there, strict=True)]
        return texts(words)
    if max(most, 10**places) < 10**FEW_DIGITS:
        values, kind = quanta.astype(np.int32, copy=False), pa.decimal32(FEW_DIGITS, places)
    elif max(most, 10**places) < 10**MANY_DIGITS:
        values, kind = quanta.astype(np.int64, copy=False), pa.decimal64(MANY_DIGITS, places)
    else:
        values, kind = np.empty((len(quanta), 2), np.int64), pa.decimal128(MOST_DIGITS, places)
        values[:, 0] = quanta
        values[:, 1] = values[:, 0] >> 63
    return pa.Array.from_buffers(kind, len(quanta), [packed(given), pa.py_buffer(np.ascontiguousarray(values))])


_STATE_WORDS = texts(STATES)


def _words(states: Any) -> Any:
    return pa.DictionaryArray.from_arrays(numbers(states.astype(np.int8, copy=False)), _STATE_WORDS)


def _clauses(plan: Plan, program: Program, place: int, clauses: Any) -> Any:
    """Return clauses as places among the different words of those that occur."""
    count, words = program.leaves[place].clause_count, dict[str, int]()
    if count < MANY_CLAUSES:
        there, places = np.flatnonzero(np.bincount(clauses + np.intp(1))), clauses + np.intp(1)
        known = there - 1
    else:
        known, places = np.unique(clauses, return_inverse=True)
        there = np.arange(len(known))
    codes = np.zeros(int(there[-1]) + 1 if len(there) else 1, np.int8 if count < FEW_CLAUSES else np.int32)
    for at, clause in zip(there.tolist(), known.tolist(), strict=True):
        codes[at] = words.setdefault(clause_label(plan.leaves[place], clause) or "", len(words))
    return pa.DictionaryArray.from_arrays(numbers(codes[places], clauses >= 0), texts(list(words)))


def error_table(rejects: Sequence[Reject], language: Language) -> pa.Table:
    """Return what is wrong with the rows that were not scored."""
    columns = error_columns(rejects, language)
    lines = columns.pop("line")
    table: dict[str, Any] = {name: texts(column) for name, column in columns.items()}
    given = np.array([line is not None for line in lines], bool)
    table["line"] = numbers(np.array([line or 0 for line in lines], np.int64), given)
    return pa.table(table).select(["file", "line", *(name for name in columns if name != "file")])
