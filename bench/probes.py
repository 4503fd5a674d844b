"""What memory alone allows: the same bytes read and written as scoring does, with next to nothing done in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from numba import njit

from tieuchi.columnar.result import Points

BLOCK = 1024
TURN = 1 << 13


@njit(nogil=True, cache=True)
def _add(x: Any, y: Any, out: Any) -> None:
    for j in range(len(out)):
        out[j] = x[j] + y[j]


@njit(nogil=True, cache=True)
def _fill(out: Any, number: int) -> None:
    for j in range(len(out)):
        out[j] = number


@njit(nogil=True, cache=True)
def _move(given: Any, leaves: Any, sums: Any, first: int, last: int) -> None:
    """Read every column once and write every array of a result once, block by block."""
    points, states, clauses = leaves
    low, high, sum_states, most = sums
    columns, rows = len(given), len(points)
    for start in range(first, last, BLOCK):
        stop = min(last, start + BLOCK)
        for row in range(rows):
            x, y = given[row * columns // rows], given[(row + 1) * columns // rows - 1]
            _add(x[start:stop], y[start:stop], points[row, start:stop])
            _fill(states[row, start:stop], 0)
            _fill(clauses[row, start:stop], row)
        for row in range(len(low)):
            _fill(low[row, start:stop], row)
            _fill(high[row, start:stop], row)
            _fill(sum_states[row, start:stop], 0)
            _fill(most[row, start:stop], row)


def traffic(given: Any, out: Points, threads: int) -> None:
    """Move the bytes of one scoring: all columns of a matrix in, all arrays of a result out."""
    leaves = out.points, out.states, out.clauses
    sums = out.sum_low, out.sum_high, out.sum_states, out.most

    def turn(start: int) -> None:
        _move(given, leaves, sums, start, min(out.count, start + TURN))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(turn, range(0, out.count, TURN)))


def bytes_of(given: Any, out: Points) -> int:
    """Return how many bytes one scoring moves."""
    written = (out.points, out.states, out.clauses, out.sum_low, out.sum_high, out.sum_states, out.most)
    return int(given.nbytes + sum(part.nbytes for part in written if part is not None))
