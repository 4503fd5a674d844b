"""A plain table of bands, from Excel or CSV, to a rulebook.

One row for each band: criterion, title, indicator (or ``a / b`` for a ratio), clause, ends, points. The heads may be
Vietnamese or English; ``max_points`` is the largest number of points where it is not given.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.exchange.build import ImportedCriterion, Readings, Tree, rulebook_text
from tieuchi.exchange.feel import NotSaidError, read_number
from tieuchi.model.number import exact_text

_HEADS = {
    "criterion": ("criterion", "tiêu chí", "mã"),
    "title": ("title", "tên", "tên tiêu chí"),
    "indicator": ("indicator", "chỉ số", "value", "giá trị"),
    "clause": ("clause", "mức"),
    "at_least": ("at_least", "từ"),
    "more_than": ("more_than", "trên"),
    "at_most": ("at_most", "đến"),
    "less_than": ("less_than", "dưới"),
    "points": ("points", "điểm"),
    "max_points": ("max_points", "điểm tối đa"),
}
_NEEDED = ("criterion", "indicator", "points")
_ENDS = ("at_least", "more_than", "at_most", "less_than")
Row = dict[str, str]


def import_bands(data: bytes, source: str, name: str) -> str:
    """Return the YAML of a rulebook that says what a table of bands says.

    Raises:
        RulebookError: A column is missing or a cell can't be read, each named with its row.
    """
    rows = list(_named(_xlsx_rows(data) if data[:2] == b"PK" else _csv_rows(data), source))
    readings = Readings()
    issues: list[Issue] = []
    criteria = []
    for criterion in dict.fromkeys(row["criterion"] for row in rows):
        own = [(number, row) for number, row in enumerate(rows, 2) if row["criterion"] == criterion]
        try:
            criteria.append(_criterion(criterion, own, readings))
        except NotSaidError as error:
            issues.append(Issue("E102", Position(source), criterion, {"text": error.text, "reason": error.reason}))
    if issues:
        raise RulebookError(issues)
    return rulebook_text(name, source, criteria, readings.found.values())


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    text = data.decode("utf-8-sig")
    head = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    yield from csv.reader(io.StringIO(text), delimiter=delimiter)


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    for row in sheet.iter_rows():
        yield [_cell_text(cell) for cell in row]


def _cell_text(cell: object) -> str:
    """Return a cell as it is read by people; a share formatted as per cent is one."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, float):
        # Binary fractions of a sheet mean the shortest decimal that names them.
        return exact_text(Fraction(repr(value)))
    return str(value).strip()


def _named(rows: Iterator[list[str]], source: str) -> Iterator[Row]:
    """Yield the rows by the names of their columns."""
    head = [cell.strip().lower() for cell in next(rows, [])]
    places = {name: next((head.index(w) for w in words if w in head), None) for name, words in _HEADS.items()}
    lacking = [name for name in _NEEDED if places[name] is None]
    if lacking:
        known = ", ".join(head)
        raise RulebookError([Issue("E103", Position(source), facts={"name": n, "known": known}) for n in lacking])
    for row in rows:
        if any(cell.strip() for cell in row):
            yield {n: row[p].strip() if p is not None and p < len(row) else "" for n, p in places.items()}


def _criterion(criterion: str, rows: Sequence[tuple[int, Row]], readings: Readings) -> ImportedCriterion:
    bands: list[Tree] = []
    for number, row in rows:
        ends = {key: exact_text(_read(number, row[key])) for key in _ENDS if row[key]}
        band: Tree = {"clause": row["clause"] or f"r{len(bands) + 1}", **(ends or {"otherwise": True})}
        bands.append({**band, "points": exact_text(_read(number, row["points"]))})
    first = rows[0][1]
    points = [_read(number, row["points"]) for number, row in rows]
    most = _read(rows[0][0], first["max_points"]) if first["max_points"] else max(points)
    names = [part.strip() for part in first["indicator"].split("/")]
    value: Tree = {"amount": readings.number(names[0])} if len(names) == 1 else {}
    if len(names) > 1:
        value = {"ratio": [readings.number(name) for name in names[:2]]}
    floor = min(points) or None
    return ImportedCriterion(criterion, first["title"] or criterion, most, {"bands": bands}, value, floor)


def _read(number: int, text: str) -> Fraction:
    try:
        return read_number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except NotSaidError:
        raise NotSaidError(text, f"dòng / row {number}") from None
