"""Run the generated SELECT where the data lies: a DuckDB relation or a SQLite database."""

from __future__ import annotations

import csv
import io
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import GIVEN, MISSING, Layout
from tieuchi.columnar.program import Program
from tieuchi.sql.dialects import dialect_of
from tieuchi.sql.generate import Detail, TableShape, generate


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


def score_sqlite(program: Program, rows: Rows, *, detail: Detail = "full") -> dict[str, list[Any]]:
    """Score rows in a SQLite database in memory; return the columns of the SELECT."""
    codes = [] if rows.kinds is None else rows.kinds.tolist()
    columns = table_of(program, rows, kinds_of(program.layout, codes) or [""] * rows.count)
    with sqlite3.connect(":memory:") as database:
        names = ", ".join(f'"{name}"' for name in columns)
        database.execute(f"CREATE TABLE units ({names})")
        marks = ", ".join("?" for _ in columns)
        database.executemany(f"INSERT INTO units VALUES ({marks})", zip(*columns.values(), strict=True))
        shape = _shape(rows, detail=detail)
        found = database.execute(generate(program, "sqlite", shape))
        titles = [column[0] for column in found.description]
        lines = sorted(found.fetchall())
    return {title: [line[i] for line in lines] for i, title in enumerate(titles)}


def score_duckdb(program: Program, rows: Rows, *, wide: bool = False, detail: Detail = "full") -> dict[str, list[Any]]:
    """Score rows in DuckDB; return the columns of the SELECT."""
    import duckdb
    import pyarrow as pa

    codes = [] if rows.kinds is None else rows.kinds.tolist()
    columns = table_of(program, rows, kinds_of(program.layout, codes) or [""] * rows.count)
    shape = _shape(rows, wide=wide, detail=detail)
    with duckdb.connect() as database:
        types = {name: pa.string() if name == "unit_kind" else pa.int64() for name in columns}
        database.register("units", pa.table({n: pa.array(c, types[n]) for n, c in columns.items()}))
        found = database.sql(generate(program, "duckdb", shape) + "ORDER BY unit").to_arrow_table()
    return {name: found[name].to_pylist() for name in found.column_names}


def score_postgres(
    program: Program, rows: Rows, dsn: str, *, wide: bool = True, detail: Detail = "full"
) -> dict[str, list[Any]]:
    """Score rows in a PostgreSQL database by way of ``psql``; return the columns of the SELECT.

    The rows go into a temporary table; nothing is left behind.

    Args:
        program: The rulebook over columns.
        rows: The rows.
        dsn: How ``psql`` finds the database, such as ``host=/run/postgresql dbname=scores``.
        wide: Reckon in NUMERIC.
        detail: What the SELECT gives.

    Raises:
        RuntimeError: ``psql`` is not there, or the database refuses.
    """
    columns = table_of(program, rows, kinds_of(program.layout, [] if rows.kinds is None else rows.kinds.tolist()))
    words = dialect_of("postgres")
    types = ", ".join(f"{words.column(n)} {'text' if n == 'unit_kind' else 'bigint'}" for n in columns)
    lines = (
        "\t".join("\\N" if cell is None else str(cell) for cell in line) for line in zip(*columns.values(), strict=True)
    )
    shape = _shape(rows, "pg_temp.tieuchi_units", wide=wide, detail=detail)
    query = generate(program, "postgres", shape)
    script = (
        f"CREATE TEMP TABLE tieuchi_units ({types});\nCOPY tieuchi_units FROM STDIN;\n"
        + "".join(f"{line}\n" for line in lines)
        + f"\\.\nCOPY ({query} ORDER BY unit) TO STDOUT WITH (FORMAT csv, HEADER);\n"
    )
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn]
    try:
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RuntimeError("psql") from None
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-500:])
    head, *body = csv.reader(io.StringIO(done.stdout))
    cells = [[int(cell) if cell else None for cell in line] for line in body]
    return {title: [line[i] for line in cells] for i, title in enumerate(head)}


def score_spark(program: Program, rows: Rows, session: Any) -> dict[str, list[Any]]:
    """Score rows in a Spark session; return the columns of the SELECT."""
    columns = table_of(program, rows, kinds_of(program.layout, [] if rows.kinds is None else rows.kinds.tolist()))
    types = ", ".join(f"`{name}` {'string' if name == 'unit_kind' else 'bigint'}" for name in columns)
    session.createDataFrame(list(zip(*columns.values(), strict=True)), types).createOrReplaceTempView("tieuchi_units")
    shape = _shape(rows, "tieuchi_units", wide=True)
    found = session.sql(generate(program, "spark", shape) + "ORDER BY unit").collect()
    titles = found[0].__fields__ if found else []
    return {title: [None if row[i] is None else int(row[i]) for row in found] for i, title in enumerate(titles)}


def _shape(rows: Rows, name: str = "units", *, wide: bool = False, detail: Detail = "full") -> TableShape:
    """Return how the table of some rows looks; states are read only where some cell is not just missing."""
    given = [column.states for column in rows.columns.values() if column.states is not None]
    states = any(bool(np.any((codes != GIVEN) & (codes != MISSING))) for codes in given)
    group = "unit_group" if rows.groups is not None else ""
    return TableShape(name, states=states, group=group, wide=wide, detail=detail)
