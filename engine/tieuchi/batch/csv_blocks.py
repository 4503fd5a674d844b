"""CSV files of any size in blocks, every row with the line it begins in, whatever stands before it.

A block ends where a row ends. The lines of its rows come from the line ends in it, those inside quotes among them, so a
row that is skipped moves nothing. A block that breaks the grammar somewhere is read again row by row, so that only the
rows concerned are lost, and told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from tieuchi.batch.arrow import texts
from tieuchi.batch.rejects import Reject
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.loading.readings_csv import read_rows

BLOCK_BYTES = 1 << 23
MOST_ROW_BYTES = 1 << 25
"""A row longer than this is no row: a quote was opened and never closed."""
_LINE, _QUOTE = 10, 34


@dataclass(slots=True)
class CsvFile:
    """One file: its columns, its delimiter, and the line and byte its rows begin at."""

    path: Path
    name: str
    names: list[str]
    delimiter: str
    first_line: int
    start: int
    heads: Mapping[str, Position] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    _taken: int = 0
    _rows: int = 0

    @property
    def rows(self) -> int | None:
        """How many rows there are, told from those read so far."""
        return None if not self._taken else self._rows * (self.path.stat().st_size - self.start) // self._taken

    def batches(self) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
        """Yield the rows in blocks, as text, with the line each begins in; rows that are none go to ``rejected``."""
        line, taken, rows = self.first_line, 0, 0
        with self.path.open("rb") as file:
            file.seek(self.start)
            for block in _blocks(file):
                table, lines = self._parsed(block, line)
                taken, rows = taken + len(block), rows + len(lines)
                if taken > self._taken:
                    self._taken, self._rows = taken, rows
                yield table, lines
                line += block.count(b"\n")

    def _parsed(self, block: bytes, line: int) -> tuple[pa.Table, NDArray[np.int64]]:
        starts, lines = _row_starts(block, line)
        blank = np.diff(starts, append=len(block)) <= 1
        tidy = _without(block, starts[blank]) if blank.any() else block
        before = len(self.rejected)
        found = self._at_once(tidy, lines[~blank])
        if found is None:
            del self.rejected[before:]
            return self._row_by_row(block, line)
        return found

    def _at_once(self, block: bytes, lines: NDArray[np.int64]) -> tuple[pa.Table, NDArray[np.int64]] | None:
        """Return a block whose rows are where its line ends say; None if they are elsewhere."""
        skipped: list[int] = []

        def broken(row: Any) -> str:
            skipped.append(row.number - 1)
            if row.number <= len(lines) and row.text.strip():
                self._break(int(lines[row.number - 1]), "B606", row.text, row.actual_columns)
            return "skip"

        if not len(lines):
            return pa.table({name: texts([]) for name in self.names}), lines
        try:
            block.decode()  # pyarrow only mutters of a broken row that is no text
            table = csv.read_csv(
                pa.BufferReader(block),
                csv.ReadOptions(column_names=self.names, block_size=len(block) + 1, use_threads=False),
                csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=broken),
                csv.ConvertOptions(column_types=dict.fromkeys(self.names, pa.string()), strings_can_be_null=False),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        if table.num_rows + len(skipped) != len(lines) or _bare_quotes(np.frombuffer(block, np.uint8), self.delimiter):
            return None
        return table, np.delete(lines, skipped)

    def _row_by_row(self, block: bytes, line: int) -> tuple[pa.Table, NDArray[np.int64]]:
        """Return what can be read of a block, going on in the next line after each row that is none."""
        rows: list[list[str]] = []
        places: list[int] = []
        physical = block.split(b"\n")
        at = 0
        while at < len(physical):
            at += self._one_row(physical, at, line + at, rows, places)
        columns = {name: texts([row[i] for row in rows]) for i, name in enumerate(self.names)}
        return pa.table(columns), np.array(places, np.int64)

    def _one_row(self, physical: list[bytes], at: int, line: int, rows: list[list[str]], places: list[int]) -> int:
        """Read one row, which may span lines; return how many lines it took."""
        size = _lines_of_row(physical, at)
        record = b"\n".join(physical[at : at + size])
        if not record.strip(self.delimiter.encode() + b" \t"):
            return 1
        for text in (record, physical[at]):
            try:
                found = list(read_rows(text.decode(), 0, line, self.delimiter, self.name))
            except UnicodeDecodeError as problem:
                code, facts = "D406", {"byte": f"0x{problem.object[problem.start]:02X}"}
            except ReadingsError as refused:
                code, facts = refused.issues[0].code, refused.issues[0].facts
            else:
                if len(found) == 1 and len(found[0]) == len(self.names):
                    rows.append([cell.text for cell in found[0]])
                    places.append(line)
                    return text.count(b"\n") + 1
                code, facts = "B606", self._sizes(len(found[0]) if found else 1)
        self.rejected.append(Reject((Issue(code, Position(self.name, line), facts=facts),), "", _shown(physical[at])))
        return 1

    def _break(self, line: int, code: str, text: str, fields: int) -> None:
        self.rejected.append(Reject((Issue(code, Position(self.name, line), facts=self._sizes(fields)),), "", text))

    def _sizes(self, fields: int) -> dict[str, str]:
        return {"fields": str(fields), "columns": str(len(self.names))}


def _lines_of_row(physical: list[bytes], at: int) -> int:
    """Return how many lines there are to where all quotes are closed, or to where a row can't reach."""
    quotes, size, length = 0, 0, 0
    while (not size or quotes % 2) and at + size < len(physical) and length < MOST_ROW_BYTES:
        line = physical[at + size]
        quotes, size, length = quotes + line.count(b'"'), size + 1, length + len(line) + 1
    return size


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield blocks that end with a row, all line ends being line feeds."""
    rest = b""
    while True:
        data = file.read(BLOCK_BYTES)
        block = rest + data
        held = b"\r" if data and block.endswith(b"\r") else b""
        block = block[: len(block) - len(held)]
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if not data:
            if block:
                yield block if block.endswith(b"\n") else block + b"\n"
            return
        cut = _last_row_end(block) if len(block) < MOST_ROW_BYTES else block.rfind(b"\n") + 1
        if cut:
            yield block[:cut]
        rest = block[cut:] + held


def _last_row_end(block: bytes) -> int:
    """Return where the last whole row of a block ends, 0 if it holds none."""
    ends = _row_ends(np.frombuffer(block, np.uint8))[1]
    return int(ends[-1]) + 1 if len(ends) else 0


def _row_ends(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all line ends, and those that stand outside quotes and so end a row."""
    every = np.flatnonzero(data == _LINE)
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return every, every
    return every, every[np.searchsorted(quotes, every) % 2 == 0]


def _row_starts(block: bytes, line: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each row of a block begins, and in which line."""
    every, ends = _row_ends(np.frombuffer(block, np.uint8))
    starts = np.concatenate(([0], ends + 1))
    starts = starts[starts < len(block)]
    return starts, np.searchsorted(every, starts) + line


def _without(block: bytes, places: NDArray[np.int64]) -> bytes:
    """Return a block without the blank lines that begin at some places."""
    return np.delete(np.frombuffer(block, np.uint8), places).tobytes()


def _bare_quotes(data: NDArray[np.uint8], delimiter: str) -> bool:
    """Say whether a quote is never closed, or stands in a field not quoted as a whole: it could be read in two ways."""
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes) % 2:
        return True
    around = np.zeros(256, bool)
    around[[_LINE, _QUOTE, ord(delimiter)]] = True
    opening, closing = quotes[::2], quotes[1::2]
    return bool((~around[data[opening[opening > 0] - 1]]).any() or (~around[data[closing + 1]]).any())
