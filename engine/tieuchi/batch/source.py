"""Tables of units as they lie: CSV, Parquet, XLSX, Arrow files, or frames, in parts that fit the memory.

Every row knows its place: the line of a text file, the cell of a workbook, the number of the row elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tieuchi.batch.csv_blocks import CsvFile
from tieuchi.batch.csv_header import open_csv
from tieuchi.batch.figures import readable, value_at
from tieuchi.batch.rejects import Reject
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError
from tieuchi.loading.readings_given import Cell, shortened
from tieuchi.loading.table_columns import column_of

SUFFIXES = (".csv", ".tsv", ".parquet", ".xlsx", ".arrow", ".feather", ".ipc")
BATCH_ROWS = 1 << 15
CSV_ROWS = 1 << 17
BATCH_CELLS = 1 << 23
"""A part of a table has at most so many rows, and fewer where there are so many columns that it had more cells.

A part of a text file is a block of bytes, which holds fewer rows but where they are very short."""
DAMAGED = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What Arrow raises for a file that is not what it says; the last for names of columns."""
_SHEET = re.compile(r"(.+\.xlsx)\[([^\[\]]+)\]", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Batch:
    """Some rows of a table. ``cells`` holds, by column, figures that were read one by one; all else is in ``table``.

    ``heads`` says where the names of columns stand.
    """

    name: str
    table: pa.Table
    lines: NDArray[np.int64]
    cells: Mapping[str, Sequence[Cell | None]] = field(default_factory=dict)
    heads: Mapping[str, Position] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        """The columns, under the names they have in the file."""
        return [*self.table.column_names, *self.cells]

    def place(self, row: int, title: str = "") -> Position:
        """Return where one cell of a row stands, or who the row is about."""
        cell = self.cells[title][row] if title in self.cells else None
        return self.place_of(int(self.lines[row]), title) if cell is None else cell.at

    def place_of(self, line: int, title: str = "") -> Position:
        """Return the place of a line, in a workbook that of the cell under a title or under the unit's."""
        wanted = title or "unit"
        heads = (at for name, at in self.heads.items() if wanted in (name, column_of(name)))
        head = next(heads, None)
        if head is None or not head.sheet:
            return Position(self.name, line)
        return Position(self.name, line, sheet=head.sheet, cell=head.cell.rstrip("0123456789") + str(line))

    def text(self, row: int) -> dict[str, str]:
        """Return what stands in a row, blank cells left out."""
        found = {title: value_at(self.table[title][row]) for title in self.table.column_names}
        found |= {title: cells[row].text for title, cells in self.cells.items() if cells[row] is not None}  # type: ignore[union-attr]
        return {title: str(value) for title, value in found.items() if value not in (None, "")}


def check_types(batch: Batch, titles: Iterable[str]) -> None:
    """Refuse columns of types in which neither figures nor words can stand.

    Raises:
        ReadingsError: B608, once for each of them.
    """
    asked = {*titles}
    kinds = {field.name: field.type for field in batch.table.schema if field.name in asked}
    wrong = {title: kind for title, kind in kinds.items() if not readable(kind)}
    if wrong:
        facts = [{"column": shortened(title), "type": shortened(str(kind))} for title, kind in wrong.items()]
        raise ReadingsError([Issue("B608", Position(batch.name), facts=own) for own in facts])


@dataclass(slots=True)
class Source:
    """One table, which can be read again from the start. Rows that are none are in ``rejected`` once it was read.

    ``heads`` says where the names of columns stand, in text and workbooks; ``stamp`` what the system says of the file.
    """

    name: str
    path: Path | None = None
    frame: Any = None
    csv: CsvFile | None = None
    cells: Mapping[str, Sequence[Cell | None]] = field(default_factory=dict)
    lines: Any = None
    rows: int | None = None
    locale: str | None = None
    rejected: list[Reject] = field(default_factory=list)
    heads: Mapping[str, Position] = field(default_factory=dict)
    stamp: tuple[int, ...] = ()

    @property
    def total(self) -> int | None:
        """How many rows there are, as far as that is known."""
        return self.csv.rows if self.csv is not None else self.rows

    def titles(self) -> list[str]:
        """Return the columns of the table, without reading it where its header says them."""
        if self.csv is not None:
            return self.csv.names
        if self.path is not None:
            return _names(self.path)
        return next((batch.titles for batch in self.batches()), [])

    def batches(self, titles: Sequence[str] | None = None) -> Generator[Batch]:
        """Yield the table in parts, of all columns or of some; every text column stays text.

        Raises:
            ReadingsError: B654 the file is no longer the one that was opened: rows read before and after belong to two
                tables.
        """
        for batch in self._parts(titles):
            self._check_unchanged()
            yield batch
        self._check_unchanged()

    def _check_unchanged(self) -> None:
        path = self.csv.path if self.csv is not None else self.path
        if path is not None and self.stamp and _stamp(path) != self.stamp:
            raise ReadingsError([Issue("B654", Position(self.name))])

    def _parts(self, titles: Sequence[str] | None) -> Generator[Batch]:
        if self.csv is not None:
            self.csv.rejected = self.rejected = []
            for table, lines in self.csv.batches():
                chosen = table if titles is None else table.select(titles)
                for start in range(0, max(table.num_rows, 1), CSV_ROWS):
                    yield Batch(self.name, chosen.slice(start, CSV_ROWS), lines[start : start + CSV_ROWS])
        elif self.frame is not None:
            yield from self._of_frame(titles)
        else:
            start = 1
            for table in _tables(self.path, titles) if self.path is not None else ():
                yield Batch(self.name, table, np.arange(start, start + table.num_rows))
                start += table.num_rows

    def _of_frame(self, titles: Sequence[str] | None) -> Generator[Batch]:
        frame = self.frame
        if titles is not None:
            frame = frame.select([title for title in frame.column_names if title in titles])
        lines = np.arange(1, self.frame.num_rows + 1) if self.lines is None else self.lines
        rows = _part_rows(frame.num_columns + len(self.cells))
        for start in range(0, max(self.frame.num_rows, 1), rows):
            cells = {title: column[start : start + rows] for title, column in self.cells.items()}
            yield Batch(self.name, frame.slice(start, rows), lines[start : start + rows], cells, self.heads)


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written to or replaced."""
    try:
        found = path.stat()
    except OSError:
        return (0,)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _part_rows(columns: int) -> int:
    return max(min(BATCH_ROWS, BATCH_CELLS // max(columns, 1)), 1)


def _tables(path: Path, titles: Sequence[str] | None) -> Iterator[pa.Table]:
    """Yield a Parquet or Arrow file row group by row group, in parts of moderate size, or some columns of it."""
    try:
        if path.suffix.lower() == ".parquet":
            from pyarrow import parquet

            with parquet.ParquetFile(path, memory_map=False) as file:
                rows = _part_rows(file.metadata.num_columns if titles is None else len(titles))
                for groups in _row_groups(file.metadata, rows):
                    for batch in file.iter_batches(rows, row_groups=groups, columns=titles, use_threads=False):
                        table = pa.Table.from_batches([batch])
                        yield _sound(table if titles is None else table.select(titles))
                return
        from pyarrow import ipc

        with pa.memory_map(str(path)) as mapped, ipc.open_file(mapped) as reader:
            for place in range(reader.num_record_batches):
                table = pa.Table.from_batches([reader.get_batch(place)])
                table = table if titles is None else table.select(titles)
                table.validate(full=True)
                rows = _part_rows(table.num_columns)
                for start in range(0, table.num_rows, rows):
                    yield table.slice(start, rows)
    except DAMAGED as problem:
        raise _unreadable(path, problem) from None


def _row_groups(metadata: Any, least: int) -> Iterator[list[int]]:
    """Yield row groups, small ones together: pyarrow keeps all that it read of the groups it was asked for."""
    groups: list[int] = []
    rows = 0
    for place in range(metadata.num_row_groups):
        groups.append(place)
        rows += metadata.row_group(place).num_rows
        if rows >= least:
            yield groups
            groups, rows = [], 0
    if groups:
        yield groups


def _sound(table: pa.Table) -> pa.Table:
    """Return a table if what it calls text is text, which Parquet does not look after.

    Raises:
        pa.ArrowInvalid: Some text is not UTF-8.
    """
    for name, column in zip(table.column_names, table.columns, strict=True):
        if any(test(column.type) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)):
            try:
                for chunk in column.chunks:
                    chunk.validate(full=True)
            except pa.ArrowInvalid as problem:
                raise pa.ArrowInvalid(f"{name}: {problem}") from None
    return table


def _names(path: Path) -> list[str]:
    """Return the columns of a Parquet or Arrow file, which need no rows to be known."""
    try:
        if path.suffix.lower() == ".parquet":
            from pyarrow import parquet

            return list(parquet.read_schema(path).names)
        from pyarrow import ipc

        with pa.memory_map(str(path)) as mapped, ipc.open_file(mapped) as reader:
            return list(reader.schema.names)
    except DAMAGED as problem:
        raise _unreadable(path, problem) from None


def _unreadable(path: Path, problem: Exception) -> ReadingsError:
    reason = " ".join(str(problem).split())[:200]
    return ReadingsError([Issue("D401", Position(str(path)), facts={"reason": reason})])


def path_of(table: str | Path) -> tuple[Path, str | None]:
    """Return the file of a table, and its sheet where one is named.

    Example:
        >>> path_of("units.xlsx[2025]")
        (PosixPath('units.xlsx'), '2025')
    """
    named = _SHEET.fullmatch(str(table))
    return (Path(named[1]), named[2]) if named else (Path(table), None)


def check_file(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse a path at which there is no file of a kind that can be read.

    Raises:
        UnknownNameError: There is nothing, or a file of another kind.
        ReadingsError: B646 there is something that is no file.
    """
    if path.exists() and not path.is_file():
        raise ReadingsError([Issue("B646", Position(str(path)))])
    if not path.is_file():
        known = [str(p) for p in path.parent.glob("*") if p.suffix in suffixes] if path.parent.is_dir() else []
        raise UnknownNameError("file", str(path), known)
    if path.suffix.lower() not in suffixes:
        raise UnknownNameError("table_kind", path.name, suffixes)


def open_source(table: Any, locale: str | None = None) -> Source:
    """Return a table to read: a path, or a pandas, polars or Arrow frame, not copied where it can be.

    Raises:
        UnknownNameError: There is no such file, or none of its kind can be read.
        ReadingsError: It can't be read, or has no header.
    """
    if not isinstance(table, (str, Path)):
        frame = _arrow(table)
        return Source("<frame>", frame=frame, rows=frame.num_rows, locale=locale)
    path, sheet = path_of(table)
    check_file(path, SUFFIXES)
    suffix, stamp = path.suffix.lower(), _stamp(path)
    if suffix in (".csv", ".tsv"):
        file, declared = open_csv(path, locale)
        return Source(str(path), csv=file, locale=declared, heads=file.heads, stamp=stamp)
    if suffix == ".xlsx":
        from tieuchi.batch.workbook_table import workbook_table

        found = workbook_table(path, sheet, locale)
        return Source(
            str(path),
            frame=found.texts,
            cells=found.cells,
            lines=found.lines,
            rows=len(found.lines),
            locale=found.locale,
            heads=found.heads,
        )
    return Source(str(path), path=path, rows=_row_count(path), locale=locale, stamp=stamp)


def _row_count(path: Path) -> int | None:
    if path.suffix.lower() != ".parquet":
        return None
    from pyarrow import parquet

    try:
        return int(parquet.read_metadata(path).num_rows)
    except DAMAGED as problem:
        raise _unreadable(path, problem) from None


def _arrow(frame: Any) -> pa.Table:
    """Return a frame as Arrow.

    Raises:
        UnknownNameError: It is no frame.
        ReadingsError: B649 it holds what Arrow has no type for, such as a column of mixed Python objects.
    """
    try:
        return _converted(frame)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as problem:
        reason = "; ".join(str(part) for part in reversed(problem.args)) or type(problem).__name__
        raise ReadingsError([Issue("B649", Position("<frame>"), facts={"reason": shortened(reason)})]) from problem


def _converted(frame: Any) -> pa.Table:
    """Return a frame as Arrow: by its own Arrow buffers where it has such, from pandas column by column."""
    if isinstance(frame, pa.Table):
        return _sound(frame)
    if isinstance(frame, pa.RecordBatch):
        return _sound(pa.Table.from_batches([frame]))
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "columns"):
        twice = {*map(str, frame.columns[frame.columns.duplicated()])}
        if twice:
            facts = [{"column": name, "first": name} for name in sorted(twice)]
            raise ReadingsError([Issue("D448", Position("<frame>"), facts=own) for own in facts])
        named = all(column_of(str(name)) for name in frame.index.names)  # who stands in the rows, by set_index
        return pa.Table.from_pandas(frame, preserve_index=named)
    if hasattr(frame, "collect") and hasattr(frame, "lazy"):
        frame = frame.collect()
    if hasattr(frame, "__arrow_c_stream__"):
        return _sound(pa.table(frame))
    raise UnknownNameError("frame", type(frame).__name__, ("pandas.DataFrame", "polars.DataFrame", "pyarrow.Table"))
