"""Run the generated SELECT where the data lies: a DuckDB relation or a SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Layout
from tieuchi.columnar.program import Program
from tieuchi.sql.generate import TableShape, generate


def table_of(program: Program, rows: Rows, kinds: Sequence[str]) -> dict[str, list[Any]]:
    """Return rows as plain columns in the shape that the SELECT expects, states beside them."""
    columns: dict[str, list[Any]] = {"unit": list(range(rows.count)), "unit_kind": list(kinds)}
    for slot in program.layout.slots:
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        states = np.zeros(rows.count, np.uint8) if column.states is None else column.states
        title = slot.name + ("__below" if slot.below else "")
        columns[title] = [None if s else int(v) for v, s in zip(values.tolist(), states.tolist(), strict=True)]
        if not slot.below:
            columns[f"{slot.name}__state"] = states.tolist()
    if rows.groups is not None:
        columns["unit_group"] = rows.groups.tolist()
    return columns


def kinds_of(layout: Layout, codes: Iterable[int]) -> list[str]:
    """Return the names of kinds of unit by code."""
    return [layout.kinds[code] if code >= 0 else "" for code in codes]


def score_sqlite(program: Program, rows: Rows) -> dict[str, list[Any]]:
    """Score rows in a SQLite database in memory; return the columns of the SELECT."""
    codes = [] if rows.kinds is None else rows.kinds.tolist()
    columns = table_of(program, rows, kinds_of(program.layout, codes) or [""] * rows.count)
    with sqlite3.connect(":memory:") as database:
        names = ", ".join(f'"{name}"' for name in columns)
        database.execute(f"CREATE TABLE units ({names})")
        marks = ", ".join("?" for _ in columns)
        database.executemany(f"INSERT INTO units VALUES ({marks})", zip(*columns.values(), strict=True))
        shape = TableShape(states=True, group="unit_group" if rows.groups is not None else "")
        found = database.execute(generate(program, "sqlite", shape))
        titles = [column[0] for column in found.description]
        lines = sorted(found.fetchall())
    return {title: [line[i] for line in lines] for i, title in enumerate(titles)}


def score_duckdb(program: Program, rows: Rows, *, wide: bool = False) -> dict[str, list[Any]]:
    """Score rows in DuckDB; return the columns of the SELECT."""
    import duckdb
    import pyarrow as pa

    codes = [] if rows.kinds is None else rows.kinds.tolist()
    columns = table_of(program, rows, kinds_of(program.layout, codes) or [""] * rows.count)
    shape = TableShape(states=True, group="unit_group" if rows.groups is not None else "", wide=wide)
    with duckdb.connect() as database:
        types = {name: pa.string() if name == "unit_kind" else pa.int64() for name in columns}
        database.register("units", pa.table({n: pa.array(c, types[n]) for n, c in columns.items()}))
        found = database.sql(generate(program, "duckdb", shape) + "ORDER BY unit").to_arrow_table()
    return {name: found[name].to_pylist() for name in found.column_names}
