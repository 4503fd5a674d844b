"""The same units as files: a rulebook in YAML, a table in Parquet or CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from book import KINDS, Case, book_text
from rules import QUANTUM

EPOCH = 719_163
"""Ordinal of the first of January 1970, from which Arrow counts days."""


def write_book(case: Case, folder: Path) -> Path:
    path = folder / "book.yaml"
    path.write_bytes(book_text(case.specs, case.columns))
    return path


def table_of(case: Case) -> pa.Table:
    """Return the units as a table with the types that say what a column holds."""
    units = pa.array([f"u{place}" for place in range(case.count)])
    kinds = pa.array(np.array(KINDS)[case.kinds])
    owner = {spec["declared"]: f"declared:{spec['id']}" for spec in case.specs if "declared" in spec}
    columns = {owner.get(name, name): _typed(case.units[name], sort) for name, sort in case.columns.items()}
    return pa.table({"unit": units, "unit_kind": kinds, **columns})


def _typed(column: Any, sort: str) -> Any:
    match sort:
        case "yes":
            return pa.array(column == 1)
        case "date":
            return pa.array((column - EPOCH).astype(np.int32)).view(pa.date32())
        case "percent":
            return _decimal(column, 100)
        case "declared":
            return _decimal(column, QUANTUM)
    return pa.array(column)


def _decimal(column: Any, scale: int) -> Any:
    """Return whole numbers as decimals of 128 bits, the upper half being the sign."""
    places = len(str(scale)) - 1
    halves = np.stack([column, column >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(18, places), len(column), [None, pa.py_buffer(halves)])


def write_parquet(case: Case, path: Path) -> Path:
    parquet.write_table(table_of(case), path, compression="zstd", row_group_size=1 << 17)
    return path


def write_csv(case: Case, path: Path) -> Path:
    """Write the units as CSV, percents with their sign."""
    table = table_of(case)
    for name, sort in case.columns.items():
        if sort == "percent":
            place = table.column_names.index(name)
            text = pc.binary_join_element_wise(table[name].cast(pa.string()), "%", "")
            table = table.set_column(place, name, text)
    csv.write_csv(table, path)
    return path
