"""Tables as files, by their suffix: written whole or not at all, part by part, while the next part is being scored."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from tieuchi.batch.ahead import aside
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError

SUFFIXES = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".ipc")
REPEATED = ("unit_kind", "unit_parent", "period")
"""Columns of suppliers' words that stand in many rows."""


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to, which becomes ``path``, or what it is a link to, only when all went well.

    Where the system has files without a name the place is one, so that even a run that is killed leaves nothing.

    Raises:
        ReadingsError: Y120 the file can't be written; what was there is untouched.
    """
    real = Path(os.path.realpath(path))
    try:
        handle = _nameless(real)
        named = None if handle is not None else _hidden(real)
        try:
            yield named or Path(f"/proc/self/fd/{handle}")
            if handle is not None:
                os.fsync(handle)
                named = _hidden(real)
                named.unlink()
                # With a folder's handle, which an absolute path ignores, Python asks for the link to be followed.
                os.link(f"/proc/self/fd/{handle}", named, src_dir_fd=handle, follow_symlinks=True)
            assert named is not None
            named.chmod(0o666 & ~_umask())
            named.replace(real)
        finally:
            if handle is not None:
                os.close(handle)
            if named is not None:
                named.unlink(missing_ok=True)
    except OSError as problem:
        raise ReadingsError([Issue("Y120", Position(str(path)), facts={"reason": _reason(problem)})]) from None


def _reason(problem: OSError) -> str:
    """Return what the system says; Arrow wraps it in words of its own."""
    wrapped = re.search(r"\[errno (\d+)\]", str(problem))
    return os.strerror(int(wrapped[1])) if wrapped else problem.strerror or str(problem)


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
        raise UnknownNameError("table_kind", path.name or str(path), suffixes)


def check_places(out: Path | None, errors: Path | None, read: Iterable[Path]) -> None:
    """Refuse places for results before anything is reckoned.

    Raises:
        UnknownNameError: The table of errors can't be written for what its name ends with.
        ReadingsError: Y120 a place can't be written, B646 it is no file, E115 it is read as well, B645 both are the
            same.
    """
    if errors is not None:
        check_suffix(errors)
    issues = []
    for path in dict.fromkeys(path for path in (out, errors) if path is not None):
        at = Position(str(path))
        problem = _unwritable(path)
        if problem:
            issues.append(Issue("Y120", at, facts={"reason": os.strerror(problem)}))
        elif path.exists() and not path.is_file():
            issues.append(Issue("B646", at))
        issues += [Issue("E115", at) for other in read if path.exists() and other.exists() and path.samefile(other)]
    if out is not None and errors is not None and out.resolve() == errors.resolve():
        issues.append(Issue("B645", Position(str(errors))))
    if issues:
        raise ReadingsError(issues)


def _unwritable(path: Path) -> int:
    """Return the number of the error that writing to a place would meet, 0 if none is foreseen."""
    folder = Path(os.path.realpath(path)).parent
    if path.is_dir():
        return errno.EISDIR
    if not folder.is_dir():
        return errno.ENOENT
    return 0 if os.access(folder, os.W_OK) else errno.EACCES


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
                _write(tables, lambda schema: _parquet(place, schema))
            case ".csv" | ".tsv":
                _write_csv(tables, place, "\t" if path.suffix.lower() == ".tsv" else ",")
            case _:
                from pyarrow import ipc

                _write(map(plain, tables), lambda schema: ipc.new_file(str(place), schema))


def _write(tables: Iterable[pa.Table], opened: Any) -> None:
    parts = iter(tables)
    first = next(parts)
    with opened(first.schema) as writer, aside(writer.write_table) as write:
        write(first)
        for table in parts:
            write(table if table.schema == first.schema else table.cast(first.schema))


def _parquet(place: Path, schema: pa.Schema) -> Any:
    """Return a writer of Parquet: decimals by the fewest bytes that hold them, dictionaries only where words repeat.

    Arrow's own schema stays out, so that every reader sees plain decimals and words. Compressed by zstd the file would
    be a third smaller, and the whole run a sixth longer.
    """
    from pyarrow import parquet

    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return parquet.ParquetWriter(
        str(place), schema, compression="snappy", use_dictionary=[*words, *REPEATED],
        write_statistics=[name for name in schema.names if name not in words],
        store_decimal_as_integer=True, store_schema=False,
    )  # fmt: skip


def plain(table: pa.Table) -> pa.Table:
    """Return a table as every reader of Arrow knows it: words as words, decimals of 128 bits."""
    return _cast(table, lambda kind: kind.value_type if pa.types.is_dictionary(kind) else _wide_type(kind))


def wide(table: pa.Table) -> pa.Table:
    """Return a table with decimals of 128 bits, which every reader of Arrow knows."""
    return _cast(table, _wide_type)


def _wide_type(kind: pa.DataType) -> pa.DataType:
    return pa.decimal128(kind.precision, kind.scale) if pa.types.is_decimal(kind) else kind


def _cast(table: pa.Table, type_of: Callable[[pa.DataType], pa.DataType]) -> pa.Table:
    return table.cast(pa.schema([field.with_type(type_of(field.type)) for field in table.schema]))


def _write_csv(tables: Iterator[pa.Table], place: Path, delimiter: str) -> None:
    from pyarrow import csv

    options = csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    safe = (harmless(plain(table)) for table in tables)
    _write(safe, lambda schema: csv.CSVWriter(str(place), schema, write_options=options))


def harmless(table: pa.Table) -> pa.Table:
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
