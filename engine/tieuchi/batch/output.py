"""Results as tables: exact points as decimals, states and clauses as words; files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from pyarrow import csv, ipc, parquet

from tieuchi.batch.run import Scored
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import clause_label
from tieuchi.errors import Issue, UnknownNameError
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan

Detail = Literal["totals", "points", "full"]
"""Sums, rank and grade; also points of every sub-criterion; also lost points, states and clauses."""
SUFFIXES = (".csv", ".parquet", ".arrow", ".xlsx")


def table_of(plan: Plan, scored: Scored, detail: Detail = "full") -> pa.Table:
    """Return one part of the results as a table."""
    columns: dict[str, Any] = dict(scored.part.units)
    program, points = scored.program, scored.points
    for place, leaf in enumerate(plan.leaves if detail != "totals" else ()):
        states = points.states[place]
        settled = states < 2
        columns[leaf.id] = _decimals(points.points[place], settled, program)
        if detail == "full":
            most = round(leaf.criterion.max_points / program.quantum)
            lost = most - points.points[place].astype(np.int64)
            columns[f"{leaf.id}:lost"] = _decimals(lost, settled, program)
            columns[f"{leaf.id}:clause"] = _clauses(plan, place, points.clauses[place])
            columns[f"{leaf.id}:state"] = _words(states)
    for place, node in enumerate(program.nodes):
        columns |= _sums(scored, place, "total" if place == points.total else node.id)
    if scored.ranks is not None:
        columns["rank"] = pa.array(scored.ranks, mask=scored.ranks == 0)
    if scored.grades and plan.book.grades is not None:
        columns["grade"] = pa.array(scored.grades, pa.string())
    return pa.table(columns)


def _sums(scored: Scored, place: int, name: str) -> dict[str, Any]:
    program, points = scored.program, scored.points
    low, high, states = points.sum_low[place], points.sum_high[place], points.sum_states[place]
    settled = states < 2
    unit = program.most_unit / program.quantum
    assert points.most is not None
    most = (points.most[place] * unit.numerator) // unit.denominator
    return {
        name: _decimals(high, settled, program),
        f"{name}:low": _decimals(low, None, program),
        f"{name}:high": _decimals(high, None, program),
        f"{name}:lost": _decimals(most - high.astype(np.int64), settled, program),
        f"{name}:state": _words(states),
    }


def _decimals(quanta: Any, given: Any, program: Program) -> Any:
    """Return quanta as decimals, or, where a quantum is no power of ten, as exact text."""
    places = len(str(program.quantum.denominator)) - 1
    mask = None if given is None or given.all() else ~given
    if program.quantum != Fraction(1, 10**places):
        words = [exact_text(int(q) * program.quantum) for q in quanta]
        return pa.array(words, pa.string(), mask=mask)
    pairs = np.empty((len(quanta), 2), np.int64)
    pairs[:, 0] = quanta
    pairs[:, 1] = pairs[:, 0] >> 63
    valid = None if mask is None else pa.array(given).buffers()[1]
    kind = pa.decimal128(18, places)
    return pa.Array.from_buffers(kind, len(quanta), [valid, pa.py_buffer(pairs)], 0 if mask is None else -1)


def _words(states: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(states.astype(np.int8)), pa.array(STATES))


def _clauses(plan: Plan, place: int, clauses: Any) -> Any:
    found, codes = np.unique(clauses, return_inverse=True)
    labels = [clause_label(plan.leaves[place], int(clause)) or "" for clause in found]
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=clauses < 0), pa.array(labels))


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to, which becomes ``path`` only when all went well."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    place = Path(name)
    try:
        yield place
        place.chmod(0o666 & ~_umask())
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_tables(tables: Iterator[pa.Table], path: Path) -> None:
    """Write parts one after the other into one file, by its suffix; nothing is left of a run that failed.

    Raises:
        UnknownNameError: The suffix is none that can be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnknownNameError("file", str(path), SUFFIXES)
    with whole_file(path) as place:
        match path.suffix.lower():
            case ".parquet":
                _write(tables, lambda schema: parquet.ParquetWriter(place, schema))
            case ".arrow":
                _write(tables, lambda schema: ipc.new_file(str(place), schema))
            case ".csv":
                _write((_plain(table) for table in tables), lambda schema: csv.CSVWriter(str(place), schema))
            case _:
                _write_workbook(tables, place)


def _write(tables: Iterator[pa.Table], opened: Any) -> None:
    first = next(tables)
    with opened(first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table.cast(first.schema))


def _plain(table: pa.Table) -> pa.Table:
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def _write_workbook(tables: Iterator[pa.Table], place: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(place), {"constant_memory": True}) as book:
        sheet, line = book.add_worksheet("points"), 1
        for table in tables:
            if line == 1:
                sheet.write_row(0, 0, table.column_names)
            for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                sheet.write_row(line, 0, row)
                line += 1


def error_table(issues: list[Issue], language: Literal["vi", "en"]) -> pa.Table:
    """Return what is wrong with the rows that were not scored."""
    return pa.table(
        {
            "file": [issue.position.file for issue in issues],
            "line": pa.array([issue.position.line for issue in issues], pa.int64()),
            "column": [issue.path for issue in issues],
            "code": [issue.code for issue in issues],
            "message": [issue.text(language) for issue in issues],
        }
    )
