"""Tables of units as they lie: CSV, Parquet, XLSX, Arrow files, or frames, in batches that fit the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv, ipc, parquet

from tieuchi.errors import Issue, Position, UnknownNameError

SUFFIXES = (".csv", ".tsv", ".parquet", ".xlsx", ".arrow", ".feather", ".ipc")
BATCH_ROWS = 1 << 17


@dataclass(slots=True)
class Source:
    """One table, which can be read again from the start. ``line`` of a row is where it stands in the file.

    Rows that are no rows at all are in ``broken`` once the table was read.
    """

    name: str
    path: Path | None = None
    frame: Any = None
    rows: int | None = None
    broken: list[Issue] = field(default_factory=list)
    first_line: int = 1
    locale: str | None = None
    known: list[Issue] = field(default_factory=list)

    def batches(self) -> Iterator[pa.Table]:
        """Yield the table in parts; every text column stays text."""
        self.broken[:] = self.known
        if self.frame is not None:
            yield from _sliced(self.frame)
            return
        assert self.path is not None
        match self.path.suffix.lower():
            case ".parquet":
                with parquet.ParquetFile(self.path) as file:
                    for batch in file.iter_batches(BATCH_ROWS):
                        yield pa.Table.from_batches([batch])
            case ".csv" | ".tsv":
                yield from self._csv()
            case _:
                with pa.memory_map(str(self.path)) as mapped, ipc.open_file(mapped) as reader:
                    for place in range(reader.num_record_batches):
                        yield from _sliced(pa.Table.from_batches([reader.get_batch(place)]))

    def _csv(self) -> Iterator[pa.Table]:
        assert self.path is not None
        separator = "\t" if self.path.suffix.lower() == ".tsv" else _separator(self.path, self.first_line)
        names = _header(self.path, self.first_line, separator)

        def broken(row: Any) -> str:
            place = Position(self.name, (row.number or 0) + self.first_line - 1)
            facts = {"fields": str(row.actual_columns), "columns": str(row.expected_columns)}
            self.broken.append(Issue("B606", place, facts=facts))
            return "skip"

        with csv.open_csv(
            self.path,
            csv.ReadOptions(skip_rows=self.first_line, column_names=names, block_size=1 << 24, use_threads=False),
            csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=broken),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        ) as reader:
            for batch in reader:
                yield from _sliced(pa.Table.from_batches([batch]))


def open_source(table: Any) -> Source:
    """Return a table to read: a path, or a pandas, polars or Arrow frame, not copied where it can be.

    Raises:
        UnknownNameError: There is no such file, or none of its kind can be read.
    """
    if not isinstance(table, (str, Path)):
        return Source("<frame>", frame=_arrow(table), rows=len(table))
    path = Path(table)
    if not path.is_file():
        raise UnknownNameError("file", str(path), [str(p) for p in path.parent.glob("*") if p.suffix in SUFFIXES])
    if path.suffix.lower() not in SUFFIXES:
        raise UnknownNameError("file", str(path), SUFFIXES)
    if path.suffix.lower() == ".xlsx":
        return Source(str(path), path=path, frame=_workbook(path), first_line=1)
    rows = parquet.read_metadata(path).num_rows if path.suffix.lower() == ".parquet" else None
    source = Source(str(path), path=path, rows=rows)
    if path.suffix.lower() in (".csv", ".tsv"):
        _after_comment(source, path)
    return source


def _arrow(frame: Any) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.table(frame)
    return pa.Table.from_pandas(frame, preserve_index=False)


def _workbook(path: Path) -> pa.Table:
    import fastexcel

    sheet = fastexcel.read_excel(str(path)).load_sheet(0, dtypes="string")
    return sheet.to_arrow() if isinstance(sheet.to_arrow(), pa.Table) else pa.Table.from_batches([sheet.to_arrow()])


def _sliced(table: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, table.num_rows, BATCH_ROWS):
        yield table.slice(start, BATCH_ROWS)


def _first_lines(path: Path, count: int) -> list[str]:
    with path.open(encoding="utf-8-sig", newline=None) as file:
        return [file.readline().rstrip("\n") for _ in range(count)]


def _after_comment(source: Source, path: Path) -> None:
    """Note the locale that a first line ``# locale: vi`` declares."""
    first = _first_lines(path, 1)[0].strip().strip('"')
    if first.startswith("#"):
        source.first_line = 2
        source.locale = first.rpartition(":")[2].strip(" ,;\t") or None


def _separator(path: Path, line: int) -> str:
    header = _first_lines(path, line)[-1]
    return max(",;\t", key=header.count)


def _header(path: Path, line: int, separator: str) -> list[str]:
    import csv as plain

    return next(iter(plain.reader([_first_lines(path, line)[-1]], delimiter=separator)), [])


def names_of(tables: Iterable[pa.Table]) -> list[str]:
    """Return the column names of the first part of a table."""
    return next((table.column_names for table in tables), [])
