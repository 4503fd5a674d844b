"""Results as tables: exact points as decimals, states and clauses as words; files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from tieuchi.batch.arrow import numbers, packed, texts
from tieuchi.batch.rejects import Reject, error_columns
from tieuchi.batch.run import Scored
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import clause_label
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.words import Language

Detail = Literal["totals", "points", "full"]
"""Sums, rank and grade; also points of every sub-criterion; also lost points, states and clauses."""
SUFFIXES = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".ipc")


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
        columns["rank"] = numbers(scored.ranks, scored.ranks != 0)
    if scored.grades and plan.book.grades is not None:
        columns["grade"] = texts(scored.grades)
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
    if program.quantum != Fraction(1, 10**places):
        there = np.ones(len(quanta), bool) if given is None else given
        words = [exact_text(int(q) * program.quantum) if t else None for q, t in zip(quanta, there, strict=True)]
        return texts(words)
    pairs = np.empty((len(quanta), 2), np.int64)
    pairs[:, 0] = quanta
    pairs[:, 1] = pairs[:, 0] >> 63
    kind = pa.decimal128(18, places)
    return pa.Array.from_buffers(kind, len(quanta), [packed(given), pa.py_buffer(pairs)])


def _words(states: Any) -> Any:
    return pa.DictionaryArray.from_arrays(numbers(states.astype(np.int8)), texts(STATES))


def _clauses(plan: Plan, place: int, clauses: Any) -> Any:
    found, codes = np.unique(clauses, return_inverse=True)
    labels = [clause_label(plan.leaves[place], int(clause)) or "" for clause in found]
    return pa.DictionaryArray.from_arrays(numbers(codes.astype(np.int32), clauses >= 0), texts(labels))


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to, which becomes ``path`` only when all went well.

    Where the system has files without a name the place is one, so that even a run that is killed leaves nothing.

    Raises:
        ReadingsError: Y120 the file can't be written; what was there is untouched.
    """
    try:
        handle = _nameless(path)
        named = None if handle is not None else _hidden(path)
        try:
            yield named or Path(f"/proc/self/fd/{handle}")
            if handle is not None:
                os.fsync(handle)
                named = _hidden(path)
                named.unlink()
                # With a folder's handle, which an absolute path ignores, Python asks for the link to be followed.
                os.link(f"/proc/self/fd/{handle}", named, src_dir_fd=handle, follow_symlinks=True)
            assert named is not None
            named.chmod(0o666 & ~_umask())
            named.replace(path)
        finally:
            if handle is not None:
                os.close(handle)
            if named is not None:
                named.unlink(missing_ok=True)
    except OSError as problem:
        facts = {"reason": problem.strerror or str(problem)}
        raise ReadingsError([Issue("Y120", Position(str(path)), facts=facts)]) from None


def _nameless(path: Path) -> int | None:
    """Return an open file that has no name yet, or None where there is no such thing."""
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(path.parent, os.O_TMPFILE | os.O_RDWR, 0o600)
    except OSError:
        return None


def _hidden(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    return Path(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_suffix(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuse a file that can't be written for what its name ends with.

    Raises:
        UnknownNameError: The suffix is none of those known.
    """
    if path.suffix.lower() not in suffixes:
        raise UnknownNameError("table_kind", path.name, suffixes)


def write_tables(tables: Iterator[pa.Table], path: Path) -> None:
    """Write parts one after the other into one file, by its suffix; nothing is left of a run that failed.

    Raises:
        UnknownNameError: The suffix is none that can be written.
        ReadingsError: The file can't be written.
    """
    check_suffix(path)
    with whole_file(path) as place:
        match path.suffix.lower():
            case ".parquet":
                from pyarrow import parquet

                _write(tables, lambda schema: parquet.ParquetWriter(str(place), schema))
            case ".csv" | ".tsv":
                _write_csv(tables, place, "\t" if path.suffix.lower() == ".tsv" else ",")
            case _:
                from pyarrow import ipc

                _write(tables, lambda schema: ipc.new_file(str(place), schema))


def _write(tables: Iterator[pa.Table], opened: Any) -> None:
    first = _unified(next(tables))
    with opened(first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(_unified(table).cast(first.schema))


def _unified(table: pa.Table) -> pa.Table:
    """Return a table whose words stand in it as words: a file has one dictionary for a column, parts have many."""
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def _write_csv(tables: Iterator[pa.Table], place: Path, delimiter: str) -> None:
    from pyarrow import csv

    options = csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    harmless = (_harmless(_unified(table)) for table in tables)
    _write(harmless, lambda schema: csv.CSVWriter(str(place), schema, write_options=options))


def _harmless(table: pa.Table) -> pa.Table:
    """Put ' before what suppliers wrote where a spreadsheet would take it for a formula: ``=cmd|…``.

    Columns of a criterion (``1.1:clause``) hold the rulebook's own words and are left alone.
    """
    from pyarrow import compute

    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if not pa.types.is_string(column.type) or ":" in name:
            continue
        risky = compute.match_substring_regex(column, r"^[=+\-@\t\r]")
        number = compute.match_substring_regex(column, r"^[+-]?[0-9][0-9.,]*%?$")
        risky = compute.and_not(risky, number)
        if compute.any(risky).as_py():
            risky = compute.fill_null(risky, False)
            quoted = compute.binary_join_element_wise(pa.scalar("'"), column, "")
            table = table.set_column(place, name, compute.if_else(risky, quoted, column))
    return table


def error_table(rejects: Sequence[Reject], language: Language) -> pa.Table:
    """Return what is wrong with the rows that were not scored."""
    columns = error_columns(rejects, language)
    lines = columns.pop("line")
    table: dict[str, Any] = {name: texts(column) for name, column in columns.items()}
    given = np.array([line is not None for line in lines], bool)
    table["line"] = numbers(np.array([line or 0 for line in lines], np.int64), given)
    return pa.table(table).select(["file", "line", *(name for name in columns if name != "file")])
