"""Names in tables of readings: headers and cells of CSV, and of workbooks, whose other parts stay as they are.

A cell of a workbook is changed in the XML of its sheet, so that formats, formulas, charts and whatever else a workbook
holds are not written anew by a library that knows half of them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.loading.readings_csv import parse_csv
from tieuchi.loading.readings_given import Cell, Report
from tieuchi.loading.readings_package import MOST_ROWS
from tieuchi.loading.readings_table import DECLARED
from tieuchi.loading.readings_xlsx import parse_sheets
from tieuchi.loading.senses import Kind
from tieuchi.loading.table_columns import column_of

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell that names something: the name, and what stands before it in the cell, such as ``declared:``."""

    name: str
    at: Position
    before: str = ""


def csv_names(text: str, file: str, kind: Kind) -> Iterator[CellName]:
    """Yield the cells of CSV that name something of a kind."""
    yield from _names(parse_csv(text, file), kind)


def xlsx_names(data: bytes, file: str, kind: Kind) -> Iterator[CellName]:
    """Yield the cells of all sheets that are tables of readings which name something of a kind."""
    for rows in parse_sheets(data, file, Report(file), MOST_ROWS).values():
        yield from _names(rows, kind)


def _names(rows: Sequence[Sequence[Cell]], kind: Kind) -> Iterator[CellName]:
    if rows and next((cell.text for cell in rows[0] if not cell.blank), "").startswith("#"):
        rows = rows[1:]
    header = rows[0] if rows else ()
    columns = {index: column_of(cell.text) for index, cell in enumerate(header)}
    if "unit" not in columns.values():
        return
    is_long = "indicator" in columns.values()
    for cell, column in zip(header, columns.values(), strict=True):
        if cell.blank or column is not None:
            continue
        if cell.text.casefold().startswith(DECLARED):
            if kind == "criterion":
                yield CellName(cell.text[len(DECLARED) :].strip(), cell.at, cell.text[: len(DECLARED)])
        elif kind == "indicator" and not is_long:
            yield CellName(cell.text, cell.at)
    wanted = {"indicator": "indicator", "unit_kind": "unit_kind"}.get(kind)
    spot = next((index for index, column in columns.items() if column is not None and column == wanted), None)
    for row in rows[1:] if spot is not None else ():
        if spot is not None and spot < len(row) and not row[spot].blank:
            yield CellName(row[spot].text, row[spot].at)


def csv_renamed(text: str, cells: Sequence[CellName], new: str) -> str:
    """Return CSV text with new names in some cells."""
    lines = [found[0] for found in _LINES.finditer(text)]
    for cell in sorted(cells, key=lambda found: found.at, reverse=True):
        line = lines[cell.at.line - 1]
        start = line.find(cell.name, cell.at.column - 1 + len(cell.before))
        if start < 0:
            raise RulebookError([Issue("E112", cell.at, facts={"name": cell.name})])
        lines[cell.at.line - 1] = line[:start] + new + line[start + len(cell.name) :]
    return "".join(lines)


def xlsx_renamed(data: bytes, cells: Sequence[CellName], new: str) -> bytes:
    """Return a workbook with new names in some cells, everything else as it was."""
    members = _members(data)
    edits: dict[str, list[CellName]] = {}
    for cell in cells:
        edits.setdefault(members[cell.at.sheet], []).append(cell)
    old = {cell.before + cell.name: cell.before + new for cell in cells}
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as package, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as written:
        for info in package.infolist():
            content = package.read(info)
            for cell in edits.get(info.filename, ()):
                content = _cell_written(content, cell, new)
            if info.filename.startswith("xl/tables/"):
                content = _columns_renamed(content, old)
            written.writestr(info, content)
    return result.getvalue()


def _members(data: bytes) -> dict[str, str]:
    """Return the part of the package that each sheet is in."""
    import openpyxl

    book: Any = openpyxl.load_workbook(BytesIO(data), read_only=True)
    return {sheet.title: sheet._worksheet_path for sheet in book.worksheets}


def _cell_written(content: bytes, cell: CellName, new: str) -> bytes:
    """Put a text of its own into one cell; its format stays."""
    found = re.compile(rf'<c r="{cell.at.cell}"([^>]*?)(?:/>|>.*?</c>)'.encode(), re.DOTALL)
    spots = found.findall(content)
    if len(spots) != 1:
        raise RulebookError([Issue("E112", cell.at, facts={"name": cell.name})])
    kept = re.sub(rb'\s+t="[^"]*"', b"", spots[0])
    text = f"{cell.before}{new}".encode()
    written = b'<c r="%s"%s t="inlineStr"><is><t>%s</t></is></c>' % (cell.at.cell.encode(), kept, text)
    start, end = next(found.finditer(content)).span()
    return content[:start] + written + content[end:]


def _columns_renamed(content: bytes, names: dict[str, str]) -> bytes:
    """Rename the columns of a table object, which must say what their header cells say."""
    for old, new in names.items():
        content = re.sub(
            rf'(<tableColumn\b[^>]*\bname="){re.escape(old)}"'.encode(),
            lambda match, new=new: match[1] + new.encode() + b'"',  # type: ignore[misc]
            content,
        )
    return content
