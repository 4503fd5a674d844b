"""Run the generated SELECT in DuckDB, SQLite, PostgreSQL or Spark, over rows brought there for it."""

from __future__ import annotations

import csv
import io
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import GIVEN, MISSING
from tieuchi.columnar.program import Program
from tieuchi.sql.dialects import dialect_of
from tieuchi.sql.generate import Detail, TableShape, column_title, generate

Found = dict[str, list[Any]]
"""The columns of a SELECT."""


def score_sqlite(program: Program, rows: Rows, *, detail: Detail = "full") -> Found:
    """Score rows in a SQLite database in memory; return the columns of the SELECT.

    Raises:
        RuntimeError: SQLite refuses.
    """
    shape = _shape(rows, detail=detail)
    query, columns = generate(program, "sqlite", shape), _columns(program, rows, shape)
    with _telling(sqlite3.Error), closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE units ({', '.join(map(dialect_of('sqlite').column, columns))})")
        marks = ", ".join("?" for _ in columns)
        database.executemany(f"INSERT INTO units VALUES ({marks})", _lines(columns))
        found = database.execute(f"{query}ORDER BY unit")
        return _by_title([column[0] for column in found.description], found.fetchall())


def score_duckdb(program: Program, rows: Rows, *, wide: bool = False, detail: Detail = "full") -> Found:
    """Score rows in DuckDB; return the columns of the SELECT.

    Raises:
        RuntimeError: DuckDB refuses, such as numbers that pass its bits.
    """
    import duckdb
    import pyarrow as pa

    shape = _shape(rows, wide=wide, detail=detail)
    query, columns = generate(program, "duckdb", shape), _columns(program, rows, shape)
    types = {name: pa.string() if name == shape.kind else pa.int64() for name in columns}
    with _telling(duckdb.Error), duckdb.connect() as database:
        database.register("units", pa.table({n: pa.array(c, types[n]) for n, c in columns.items()}))
        found = database.sql(f"{query}ORDER BY unit").to_arrow_table()
    return {name: found[name].to_pylist() for name in found.column_names}


def score_postgres(program: Program, rows: Rows, dsn: str, *, wide: bool = True, detail: Detail = "full") -> Found:
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
    shape = _shape(rows, "pg_temp.tieuchi_units", wide=wide, detail=detail)
    query, columns = generate(program, "postgres", shape), _columns(program, rows, shape)
    types = [f"{dialect_of('postgres').column(n)} {'text' if n == shape.kind else 'bigint'}" for n in columns]
    lines = ("\t".join("\\N" if cell is None else str(cell) for cell in line) for line in _lines(columns))
    script = (
        f"CREATE TEMP TABLE tieuchi_units ({', '.join(types)});\nCOPY tieuchi_units FROM STDIN;\n"
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
    return _by_title(head, [[int(cell) if cell else None for cell in line] for line in body])


def score_spark(program: Program, rows: Rows, session: Any, *, detail: Detail = "full") -> Found:
    """Score rows in a Spark session; return the columns of the SELECT.

    Raises:
        RuntimeError: Spark refuses.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    shape = _shape(rows, "tieuchi_units", wide=True, detail=detail)
    query, columns = generate(program, "spark", shape), _columns(program, rows, shape)
    types = ", ".join(f"`{name}` {'string' if name == shape.kind else 'bigint'}" for name in columns)
    with _telling(PySparkException, Py4JError):
        session.createDataFrame(list(_lines(columns)), types).createOrReplaceTempView("tieuchi_units")
        found = session.sql(f"{query}ORDER BY unit")
        lines = [[None if cell is None else int(cell) for cell in row] for row in found.collect()]
        return _by_title(found.columns, lines)


def _shape(rows: Rows, name: str = "units", *, wide: bool = False, detail: Detail = "full") -> TableShape:
    """Return how the table of some rows looks; states are read only where some cell is not just missing."""
    given = [column.states for column in rows.columns.values() if column.states is not None]
    states = any(bool(np.any((codes != GIVEN) & (codes != MISSING))) for codes in given)
    kind = "unit_kind" if rows.kinds is not None else ""
    group = "unit_group" if rows.groups is not None else ""
    return TableShape(name, kind=kind, states=states, group=group, wide=wide, detail=detail)


def _columns(program: Program, rows: Rows, shape: TableShape) -> Found:
    """Return rows as the columns of the table of that shape."""
    columns: Found = {"unit": list(range(rows.count))}
    if rows.kinds is not None:
        kinds = program.layout.kinds
        columns["unit_kind"] = [kinds[code] if code >= 0 else "" for code in rows.kinds.tolist()]
    for slot in program.layout.slots:
        column = rows.columns[slot.name]
        values = column.below if slot.below else column.values
        assert values is not None
        states = [GIVEN] * rows.count if column.states is None else column.states.tolist()
        columns[column_title(slot)] = [None if s else int(v) for v, s in zip(values.tolist(), states, strict=True)]
        if shape.states and not slot.below:
            columns[f"{slot.name}__state"] = states
    if rows.groups is not None:
        columns["unit_group"] = rows.groups.tolist()
    return columns


def _lines(columns: Found) -> Iterable[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)


def _by_title(titles: Sequence[str], lines: Sequence[Sequence[Any]]) -> Found:
    return {title: [line[place] for line in lines] for place, title in enumerate(titles)}


@contextmanager
def _telling(*refusals: type[Exception]) -> Iterator[None]:
    """Say what a database said when it refused, in one line.

    Raises:
        RuntimeError: With that line.
    """
    try:
        yield
    except refusals as problem:
        raise RuntimeError(" ".join(str(problem).split())[:500]) from None
