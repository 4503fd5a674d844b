"""Memory does not grow with a table: of each unit only what ranking needs is kept, a few dozen bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from small_books import book_tree, leaf, yaml_text

COLUMNS = 24
FEW, MANY = 10_000, 100_000
KEPT_BYTES = 150
"""Of a unit: total, maximum, state, group, rank, grade, and the mark by which it is known again."""
PROGRAM = """
import resource, sys
from tieuchi.cli import run
assert run(sys.argv[1:]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(folder: Path, units: int) -> int:
    """Return the most memory, in bytes, that scoring so many units takes."""
    table, out = folder / f"{units}.parquet", folder / f"{units}.out.parquet"
    random = np.random.default_rng(7)
    columns = {f"c{i}": pa.array(random.integers(0, 10_001, units)) for i in range(COLUMNS)}
    parquet.write_table(pa.table({"unit": [f"u{i}" for i in range(units)], **columns}), table, row_group_size=10_000)
    command = [sys.executable, "-c", PROGRAM, "batch", str(folder / "book.yaml"), str(table), "--out", str(out)]
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [*command, "--engine", "numpy"],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert parquet.read_metadata(out).num_rows == units
    return int(done.stdout) * 1024


def test_ten_times_the_units_take_hardly_more_memory(tmp_path: Path) -> None:
    bands = [{"clause": "a", "at_least": "5000", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    criteria = [leaf({"bands": bands}, id=f"{i}", value={"count": f"c{i}"}) for i in range(COLUMNS)]
    book = book_tree(*criteria, indicators={f"c{i}": "count" for i in range(COLUMNS)})
    (tmp_path / "book.yaml").write_text(yaml_text(book), encoding="utf-8")
    grown = peak(tmp_path, MANY) - peak(tmp_path, FEW)
    # The columns alone hold eight bytes each, the results more.
    assert grown < KEPT_BYTES * (MANY - FEW) < 8 * COLUMNS * (MANY - FEW)
