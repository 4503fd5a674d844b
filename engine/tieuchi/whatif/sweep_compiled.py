"""The compiled kernel of a sweep. Needs the extra ``batch``."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import int32, int64
from numpy.typing import NDArray

from tieuchi.columnar.kept import compiled

Narrow = NDArray[np.int32]
Wide = NDArray[np.int64]


ROWS = 256


@numba.njit(inline="never")
def _add_row(row: Narrow, gains: Narrow, marks: Narrow, turned: Narrow) -> None:
    """Add to one row the gains of all terms still passed. On its own it is compiled to vector instructions."""
    for term in range(gains.shape[0]):
        at = turned[term]
        gain = gains[term]
        mark = marks[term]
        for unit in range(row.shape[0]):
            row[unit] += gain[unit] * (at <= mark[unit])


def _add_terms(
    base: Narrow, gains: Narrow, marks: Narrow, places: Wide, points: tuple[Wide, Wide, Narrow], out: Narrow
) -> None:
    """Write the totals of all units, variant by variant: the base and the gain of every term still passed.

    ``points`` are, for each term, its column in ``places`` and where its numbers begin, and the numbers of all terms.
    Rows are fastest where they are a multiple of 16 wide.
    """
    columns, starts, table = points
    count = gains.shape[0]
    for block in numba.prange((places.shape[0] + ROWS - 1) // ROWS):
        turned = np.empty(count, np.int32)
        for variant in range(block * ROWS, min((block + 1) * ROWS, places.shape[0])):
            for term in range(count):
                turned[term] = table[starts[term] + places[variant, columns[term]]]
            row = out[variant]
            row[:] = base
            _add_row(row, gains, marks, turned)


_POINTS: Any = numba.types.Tuple((int64[::1], int64[::1], int32[::1]))  # type: ignore[no-untyped-call]
_TAKES = int32[::1], int32[:, ::1], int32[:, ::1], int64[:, ::1], _POINTS, int32[:, ::1]
add_terms: Any = compiled(_add_terms, numba.void(*_TAKES), parallel=True, nogil=True)
