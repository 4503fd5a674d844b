"""Choose a road by the size of the work and score rows with it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib import resources
from typing import Literal

from tieuchi.columnar.best import Best, best_values, factor_tables
from tieuchi.columnar.block import Rows
from tieuchi.columnar.encode import code_of
from tieuchi.columnar.limits import TOTAL_BITS
from tieuchi.columnar.numpy_machine import Factors, score_narrow
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, empty_points
from tieuchi.columnar.wide import WORD, mend

Road = Literal["auto", "numpy", "numba"]

KERNEL = "tieuchi.columnar.kernel"
WORTH = {"loaded": 200_000, "kept": 50_000_000, "new": 2_000_000_000}
"""Sub-criteria times units from which the kernel repays what it takes to begin with it: nothing much where it is loaded
already, its import where it is kept on disk from an earlier run, and compiling it where it is new to this machine."""


def score_rows(
    program: Program, rows: Rows, *, road: Road = "auto", best: Best | None = None, ranges: bool = False,
    out: Points | None = None,
) -> Points:  # fmt: skip
    """Score all rows by a program.

    Args:
        program: The rulebook over columns, at the scales of these rows.
        rows: Columns of readings, kinds of units and groups.
        road: numpy, numba, or by the size of the work: of these rows, or of all that this program scored so far, so
            that a table in many parts does not pay for numpy more than once what the kernel costs. Both give the same
            integers.
        best: Best values of the groups, where they were found in more than these rows.
        ranges: Keep what unsettled sub-criteria can still be.
        out: Room to write to, from ``empty_points``; made if not given.
    """
    found = empty_points(program, rows.count, ranges=ranges) if out is None else out
    code = code_of(program)
    factors: Factors = ()
    if program.relatives:
        factors = factor_tables(program, best_values(program, rows) if best is None else best, rows.group_count)
    narrow = [(_narrowed(above), _narrowed(below), says) for above, below, says in factors]
    if program.wide_sums or any(leaf.bits < 0 for leaf in program.leaves):
        # Every row is scored in Python integers: 64 bits don't even hold all figures of the rulebook.
        mend(program, rows, (factors, narrow), found, [WORD] * len(program.layout.slots), held=True)
        return found
    # Where much of the last part of a table was beyond 64 bits, the kernel would only be asked in vain.
    compiled = _takes_numba(program, rows, road) and not program.made.get("mostly wide", False)
    if compiled:
        from tieuchi.columnar.kernel_road import score_compiled

        if found.near is not None:
            found.near.fill(0)  # the kernel only adds to it
        bits = score_compiled(program, code, rows, narrow, found)
    else:
        bits = score_narrow(program, code, rows, narrow, found)
    # Cells that are no 64-bit integers need more than those of the rest show.
    bits = [WORD if rows.columns[slot.name].exact else b for slot, b in zip(program.layout.slots, bits, strict=True)]
    mend(program, rows, (factors, narrow), found, bits, held=not compiled)
    return found


def expect_rows(program: Program, count: int) -> None:
    """Make the choice of a road know at once how many rows come in all, where they come in parts."""
    program.made["cells"] = max(program.made.get("cells", 0), count * len(program.leaves))


def _narrowed(factors: Sequence[int]) -> list[int]:
    """Return multipliers as 64-bit integers; where they don't fit every row is wide anyway."""
    return [number if abs(number) < 1 << TOTAL_BITS else 1 for number in factors]


def _takes_numba(program: Program, rows: Rows, road: Road) -> bool:
    if road != "auto":
        return road == "numba"
    cells: int = rows.count * len(program.leaves)
    program.made["cells"] = program.made.get("cells", 0) + cells
    if KERNEL in sys.modules:
        return cells >= WORTH["loaded"]
    if program.made["cells"] < WORTH["kept"] or importlib.util.find_spec("numba") is None:
        return False
    return bool(_kernel_kept() or program.made["cells"] >= WORTH["new"])


def _kernel_kept() -> bool:
    """Say whether the compiled kernel lies on disk beside its source; asking numba would mean importing it."""
    here = resources.files("tieuchi.columnar").joinpath("__pycache__")
    names = [file.name for file in here.iterdir()] if here.is_dir() else []
    version = "py{}{}.nbi".format(*sys.version_info[:2])
    return any(name.startswith("kernel.") and name.endswith(version) for name in names)
