"""CSV text to rows of cells, each with the line and column where it begins.

The grammar is RFC 4180 and nothing looser: a field is quoted as a whole or not at all, a quote inside is doubled, and
what breaks this is refused instead of guessed at. The delimiter, one of comma, semicolon and tab, is told from the
header line alone. A first line ``# locale: vi`` declares how numbers are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tieuchi.errors import Position
from tieuchi.loading.readings_given import Cell, refusal, tidy

MOST_BYTES = 50_000_000
DELIMITERS = {",": "“,”", ";": "“;”", "\t": "tab"}

_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_LINE = re.compile(r"[^\r\n]*")


def parse_csv(text: str, file: str) -> list[list[Cell]]:
    r"""Return the rows of CSV text, blank lines left out; a comment row is one cell that begins with ``#``.

    Raises:
        ReadingsError: At the first place where the grammar breaks; reading on would misplace everything after it.

    Example:
        >>> rows = parse_csv('unit;value\n"Sóc\nTrăng";98,38%\n', "x.csv")
        >>> [(cell.text, str(cell.at)) for cell in rows[1]]
        [('Sóc\nTrăng', 'x.csv:2:1'), ('98,38%', 'x.csv:3:8')]
    """
    return list(csv_rows(text, file))


def csv_rows(text: str, file: str) -> Iterator[list[Cell]]:
    """Yield the rows of CSV text one by one, so that those of a large table need not all be there at once.

    Raises:
        ReadingsError: As ``parse_csv`` does, once it is reached.
    """
    comment, start, line = _comment(text, file)
    delimiter = delimiter_of(text, start, Position(file, line, 1))
    if comment is not None:
        yield [comment]
    yield from read_rows(text, start, line, delimiter, file)


def _comment(text: str, file: str) -> tuple[Cell | None, int, int]:
    """Return the comment of the first line, and the offset and line where the header is looked for."""
    if not text.lstrip(" ").startswith(("#", '"#')):
        return None, 0, 1
    found = _LINE.match(text)
    words = found[0] if found else ""
    after = _LINE_END.match(text, len(words))
    cell = tidy(tidy(words).rstrip(",;\t ").strip('"'))
    return Cell(cell, cell, Position(file, 1, 1)), after.end() if after else len(text), 2


def delimiter_of(text: str, start: int, at: Position) -> str:
    """Return the one delimiter that stands in the header line outside quotes.

    Raises:
        ReadingsError: D430 there are several.
    """
    found = _LINE.match(text, start)
    header = _QUOTED.sub("", found[0] if found else "")
    present = [mark for mark in DELIMITERS if mark in header]
    if len(present) > 1:
        raise refusal("D430", at, marks=", ".join(DELIMITERS[mark] for mark in present))
    return present[0] if present else ","


def read_rows(text: str, start: int, line: int, delimiter: str, file: str) -> Iterator[list[Cell]]:
    """Yield the rows that begin at an offset and a line; most have no quote and are read at once."""
    place: _Place | None = _Place(start, line)
    while place is not None:
        found = _LINE.match(text, place.offset)
        assert found is not None
        if '"' in found[0]:
            row, place = _quoted_row(text, place, delimiter, file)
        else:
            row = _cells(found[0], delimiter, file, place.line)
            ended = _LINE_END.match(text, found.end())
            place = _Place(ended.end(), place.line + 1) if ended else None
        if any(not cell.blank for cell in row):
            yield row


class _Place(NamedTuple):
    """Where a row begins."""

    offset: int
    line: int


def _cells(words: str, delimiter: str, file: str, line: int) -> list[Cell]:
    cells, column = [], 1
    clean = str.strip if words.isascii() else tidy
    for field in words.split(delimiter):
        value = clean(field)
        cells.append(Cell(value, value, Position(file, line, column)))
        column += len(field) + 1
    return cells


def _quoted_row(text: str, place: _Place, delimiter: str, file: str) -> tuple[list[Cell], _Place | None]:
    """Return a row and where the next one begins; line ends inside quotes belong to their field."""
    plain = re.compile(rf'[^"\r\n{re.escape(delimiter)}]*')
    offset = begin = place.offset
    line = place.line
    row: list[Cell] = []
    while True:
        at = Position(file, line, offset - begin + 1)
        quoted = text.startswith('"', offset)
        found = (_QUOTED if quoted else plain).match(text, offset)
        if found is None:
            raise refusal("D431", at)
        for end in _LINE_END.finditer(text, offset, found.end()) if quoted else ():
            line, begin = line + 1, end.end()
        value = tidy(found[1].replace('""', '"') if quoted else found[0])
        row.append(Cell(value, value, at))
        offset = found.end()
        if text.startswith(delimiter, offset):
            offset += 1
            continue
        ended = _LINE_END.match(text, offset)
        if ended is None and offset < len(text):
            raise refusal("D432", Position(file, line, offset - begin + 1), character=text[offset])
        return row, _Place(ended.end(), line + 1) if ended else None
