"""Compiled: values and conditions over a block of units.

Every loop runs over plain arrays from 0, with nothing in it that can stop, so that the compiler makes vectors of it.
Columns of a block lie in ``data`` (one row each), states of cells in ``cells``, with ``lacking`` saying which columns
have any. Answers are 0 no, 1 yes, and from 2 on the state of a lack.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tieuchi.columnar.flat import Form, Test

COMPILED: Any = {"nogil": True, "error_model": "numpy", "cache": True}

_F_ABOVE, _F_ABOVE_END, _F_ABOVE_CONSTANT = int(Form.ABOVE), int(Form.ABOVE_END), int(Form.ABOVE_CONSTANT)
_F_BELOW, _F_BELOW_END, _F_BELOW_CONSTANT = int(Form.BELOW), int(Form.BELOW_END), int(Form.BELOW_CONSTANT)
_F_NAMES, _F_NAMES_END = int(Form.NAMES), int(Form.NAMES_END)
_F_STEP, _F_PARTS = int(Form.STEP), int(Form.PARTS)
_T_KIND, _T_FORM, _T_OPERATOR, _T_TOP, _T_BOTTOM = (int(c) for c in list(Test)[:5])
_T_SLOT, _T_EXPECTED, _T_KINDS, _T_KINDS_END, _T_FINDING = (int(c) for c in list(Test)[5:])
MISSING = 2
NOT_APPLICABLE = 4


@njit(**COMPILED)
def worst(names: Any, start: int, end: int, cells: Any, lacking: Any, out: Any) -> bool:
    """Write the worst state among some columns; return False, writing nothing, where none of them lacks any cell."""
    found = False
    for q in range(start, end):
        place = names[q, 0]
        if lacking[place]:
            state = cells[place, : len(out)]
            if not found:
                for j in range(len(out)):
                    out[j] = state[j]
                found = True
            else:
                for j in range(len(out)):
                    out[j] = max(out[j], np.int64(state[j]))
    return found


@njit(**COMPILED)
def linear(terms: Any, start: int, end: int, constant: int, data: Any, out: Any) -> None:
    """Write a linear form of columns."""
    if start == end:
        for j in range(len(out)):
            out[j] = constant
        return
    for q in range(start, end):
        x = data[terms[q, 0], : len(out)]
        c = terms[q, 1]
        if q == start:
            if c == 1 and constant == 0:
                for j in range(len(out)):
                    out[j] = x[j]
            else:
                for j in range(len(out)):
                    out[j] = constant + c * x[j]
        else:
            for j in range(len(out)):
                out[j] += c * x[j]


@njit(**COMPILED)
def value(t: Any, f: int, data: Any, cells: Any, lacking: Any, above: Any, below: Any, lack: Any) -> tuple[bool, int]:
    """Write numerator and denominator of a value, and where it lacks.

    Return whether any lacks (else ``lack`` was not written), and the denominator where it is the same for all, or 0.
    """
    form = t.forms[f]
    n = len(above)
    lacks = worst(t.names, form[_F_NAMES], form[_F_NAMES_END], cells, lacking, lack)
    linear(t.terms, form[_F_ABOVE], form[_F_ABOVE_END], form[_F_ABOVE_CONSTANT], data, above)
    same = form[_F_BELOW_CONSTANT]
    if form[_F_BELOW] != form[_F_BELOW_END] or same <= 0:
        linear(t.terms, form[_F_BELOW], form[_F_BELOW_END], same, data, below)
        same = 0
        least = np.int64(1)
        for j in range(n):
            least = min(least, below[j])
        if least <= 0:
            if not lacks:
                for j in range(n):
                    lack[j] = 0
                lacks = True
            for j in range(n):
                none = below[j] <= 0
                lack[j] = MISSING if none and lack[j] == 0 else lack[j]
                below[j] = 1 if none else below[j]
    step, parts = form[_F_STEP], form[_F_PARTS]
    if step > 0:
        for j in range(n):
            bottom = (same if same > 0 else below[j]) * step
            above[j] = (above[j] * parts) // bottom * step
        same = parts
    return lacks, same


@njit(**COMPILED)
def compared(operator: int, top: int, bottom: int, same: int, above: Any, below: Any, out: Any) -> None:
    """Write whether ``above / below`` stands so to ``top / bottom``."""
    n = len(out)
    if same > 0:
        for j in range(n):
            below[j] = same
    if operator == 0:
        for j in range(n):
            out[j] = np.int64(above[j] * bottom >= top * below[j])
    elif operator == 1:
        for j in range(n):
            out[j] = np.int64(above[j] * bottom > top * below[j])
    elif operator == 2:
        for j in range(n):
            out[j] = np.int64(above[j] * bottom <= top * below[j])
    elif operator == 3:
        for j in range(n):
            out[j] = np.int64(above[j] * bottom < top * below[j])
    else:
        for j in range(n):
            out[j] = np.int64(above[j] * bottom == top * below[j])


@njit(**COMPILED)
def one_test(
    t: Any, q: int, data: Any, cells: Any, lacking: Any, kinds: Any, findings: Any, out: Any, spare: Any
) -> None:
    """Write the answers of one test."""
    test = t.tests[q]
    n = len(out)
    if test[_T_KIND] == 3:
        known = findings[test[_T_FINDING], :n]
        for j in range(n):
            out[j] = known[j]
    elif test[_T_KIND] == 2:
        for j in range(n):
            out[j] = 0
        for k in range(test[_T_KINDS], test[_T_KINDS_END]):
            kind = t.kinds[k, 0]
            for j in range(n):
                out[j] |= np.int64(kinds[j] == kind)
    elif test[_T_KIND] == 1:
        slot, expected = test[_T_SLOT], test[_T_EXPECTED]
        x = data[slot, :n]
        for j in range(n):
            out[j] = np.int64(x[j] == expected)
        if lacking[slot]:
            state = cells[slot, :n]
            for j in range(n):
                out[j] = np.int64(state[j]) if state[j] != 0 else out[j]
    else:
        above, below, lack = spare[0, :n], spare[1, :n], spare[2, :n]
        lacks, same = value(t, test[_T_FORM], data, cells, lacking, above, below, lack)
        compared(test[_T_OPERATOR], test[_T_TOP], test[_T_BOTTOM], same, above, below, out)
        if lacks:
            for j in range(n):
                out[j] ^= (out[j] ^ lack[j]) & -np.int64(lack[j] != 0)


@njit(**COMPILED)
def all_tests(
    t: Any, g: int, data: Any, cells: Any, lacking: Any, kinds: Any, findings: Any, out: Any, spare: Any
) -> None:
    """Write whether all tests of a group hold: no if any fails, else the worst lack, else yes."""
    n = len(out)
    for j in range(n):
        out[j] = 1
    answer = spare[3, :n]
    for q in range(t.groups[g, 0], t.groups[g, 1]):
        one_test(t, q, data, cells, lacking, kinds, findings, answer, spare)
        for j in range(n):
            fails = (out[j] == 0) | (answer[j] == 0)
            out[j] = 0 if fails else max(out[j], answer[j])
