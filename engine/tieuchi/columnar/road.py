"""Choose a road by the size of the work and score rows with it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Literal

from tieuchi.columnar.best import Best, best_values, multipliers
from tieuchi.columnar.block import Multipliers, Rows
from tieuchi.columnar.numpy_road import score_narrow
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, empty_points
from tieuchi.columnar.wide import column_bits, mend

Road = Literal["auto", "numpy", "numba"]

ENOUGH_FOR_NUMBA = 500_000
"""Sub-criteria times units from which the compiled kernel repays the time its import takes."""


def score_rows(
    program: Program, rows: Rows, *, road: Road = "auto", best: Best | None = None, ranges: bool = False,
    out: Points | None = None,
) -> Points:  # fmt: skip
    """Score all rows by a program.

    Args:
        program: The rulebook over columns, at the scales of these rows.
        rows: Columns of readings, kinds of units and groups.
        road: numpy, numba, or by the size of the work. Both give the same integers.
        best: Best values of the groups, where they were found in more than these rows.
        ranges: Keep what unsettled sub-criteria can still be.
        out: Room to write to, from ``empty_points``; made if not given.
    """
    found = empty_points(program, rows.count, ranges=ranges) if out is None else out
    relatives: Sequence[Multipliers] = ()
    relative_bits: list[int] = []
    if program.relatives:
        relatives, relative_bits = multipliers(program, best_values(program, rows) if best is None else best, rows)
    if _takes_numba(program, rows, road) and not any(m.above.dtype == object for m in relatives):
        from tieuchi.columnar.kernel_road import score_compiled

        bits = score_compiled(program, rows, relatives, found)
    else:
        score_narrow(program, rows, [_narrowed(m) for m in relatives], found)
        bits = column_bits(rows, program)
    found.wide, found.wide_by_leaf = 0, {}
    mend(program, rows, relatives, relative_bits, found, bits)
    return found


def _narrowed(found: Multipliers) -> Multipliers:
    """Return multipliers as 64-bit integers; where they don't fit every row is wide anyway."""
    if found.above.dtype != object:
        return found
    above, below = (part * 0 + 1 for part in (found.above, found.below))
    return Multipliers(above.astype("int64"), below.astype("int64"), found.says)


def _takes_numba(program: Program, rows: Rows, road: Road) -> bool:
    if road != "auto":
        return road == "numba"
    large = rows.count * len(program.leaves) >= ENOUGH_FOR_NUMBA
    return large and importlib.util.find_spec("numba") is not None
