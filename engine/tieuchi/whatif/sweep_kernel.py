"""Totals of all units in all variants of stepped thresholds: one comparison of whole numbers for each end and unit.

A unit has the gain of a term while the place of the threshold among its settings, in ascending order, is at most the
unit's mark. The numpy road serves small work, the compiled one much; both add the same whole numbers.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.whatif.cohort import Ints

ENOUGH = 20_000_000
"""Comparisons from which the compiled kernel repays the time its import takes."""
_CHUNK = 1 << 22
_LANES = 16


def swept_totals(
    base: Ints,
    gains: Ints,
    marks: Ints,
    points: Sequence[tuple[int, Ints]],
    places: NDArray[np.int64],
    *,
    compiled: bool | None = None,
) -> NDArray[Any]:
    """Return the totals, a row for each variant.

    Args:
        base: Totals without any term.
        gains: A row for each term, a column for each unit.
        marks: Likewise.
        points: For each term, the column of ``places`` and where each of its numbers stands among the settings.
        places: A row for each variant.
        compiled: Whether to use the compiled kernel.
    """
    work = len(places) * gains.size
    if compiled is None:
        compiled = work >= ENOUGH and importlib.util.find_spec("numba") is not None
    if not len(points):
        return np.repeat(base[None, :], len(places), axis=0)
    limit = np.iinfo(np.int32).max
    columns = np.array([column for column, _ in points], np.int64)
    tables = [numbers.astype(np.int32, copy=False) for _, numbers in points]
    if compiled and int(np.abs(base).max(initial=0)) + int(np.abs(gains).sum(axis=0).max(initial=0)) < limit:
        return _by_numba(base, gains, marks, places, columns, tables)
    return _by_numpy(base, gains, marks, places, columns, tables)


def _by_numba(
    base: Ints, gains: Ints, marks: Ints, places: NDArray[np.int64], columns: Ints, tables: Sequence[NDArray[np.int32]]
) -> NDArray[np.int32]:
    from tieuchi.whatif.sweep_compiled import add_terms

    width = -(-len(base) // _LANES) * _LANES
    out = np.empty((len(places), width), np.int32)
    starts = np.cumsum([0, *(len(table) for table in tables[:-1])]).astype(np.int64)
    narrow = [_widened(part, width) for part in (base, gains, marks)]
    add_terms(*narrow, np.ascontiguousarray(places, np.int64), (columns, starts, np.concatenate(tables)), out)
    return out[:, : len(base)]


def _widened(part: Ints, width: int) -> NDArray[np.int32]:
    """Return 32-bit rows filled up with zeros to a width."""
    room = [(0, 0)] * (part.ndim - 1) + [(0, width - part.shape[-1])]
    return np.ascontiguousarray(np.pad(part, room), np.int32)


def _by_numpy(
    base: Ints, gains: Ints, marks: Ints, places: NDArray[np.int64], columns: Ints, tables: Sequence[NDArray[np.int32]]
) -> Ints:
    out = np.repeat(base[None, :], len(places), axis=0)
    rows = max(_CHUNK // max(len(base), 1), 1)
    for start in range(0, len(places), rows):
        part = slice(start, start + rows)
        for term in range(len(gains)):
            turned = tables[term][places[part, columns[term]]]
            out[part] += np.where(turned[:, None] <= marks[term], gains[term], 0)
    return out
