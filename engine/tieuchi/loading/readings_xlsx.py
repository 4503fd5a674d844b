"""A sheet of an .xlsx workbook to rows of cells, each with its place ``workbook[sheet]!F12``.

The sheet named, or else the first visible one, is read whole: hidden rows and columns too, so that nothing is lost
to a filter. Excel keeps numbers as binary floats of which it shows and compares fifteen digits; those fifteen digits
are the number, exactly. A cell with percent format is the share it stores (0.7382 is 73.82%); any other number is as
typed. Formulas count by the value stored with them.
"""

from __future__ import annotations

import datetime
import math
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Context
from fractions import Fraction
from io import BytesIO
from typing import Any

from tieuchi.errors import Issue, Position, TieuchiError, nearest
from tieuchi.loading.readings_given import Cell, Report, refusal, shortened, tidy
from tieuchi.loading.readings_package import (
    SheetFacts,
    check_package,
    column_letters,
    column_number,
    sheet_facts,
)
from tieuchi.model.number import exact_text

_EXCEL_DIGITS = Context(prec=15)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", re.ASCII)


def parse_xlsx(data: bytes, file: str, sheet: str | None, report: Report) -> list[list[Cell]]:
    """Return the rows of one sheet, blank ones left out; merged cells in the table go to the report.

    Args:
        data: The workbook.
        file: How its places are named.
        sheet: The sheet to read; None for the first visible one.
        report: Takes the issues.

    Raises:
        ReadingsError: The workbook can't be read, or openpyxl is not installed.
    """
    with _opened(data, file) as book:
        chosen = _chosen(book, sheet, file)
        at = Position(file, sheet=chosen.title)
        facts = sheet_facts(data, chosen._worksheet_path, at)  # openpyxl does not tell it otherwise
        chosen.reset_dimensions()  # what a file says of its size need not be true
        rows = list(_rows(chosen, facts, file))
    _check_merged(rows, facts.merged, at, report)
    return rows


def parse_sheets(data: bytes, file: str, report: Report, most_rows: int) -> dict[str, list[list[Cell]]]:
    """Return the rows of every sheet, hidden ones too, by title; merged cells, wherever they are, go to the report.

    Raises:
        ReadingsError: The workbook can't be read, or a sheet has more rows than ``most_rows``.
    """
    sheets: dict[str, list[list[Cell]]] = {}
    with _opened(data, file) as book:
        for sheet in book.worksheets:
            at = Position(file, sheet=sheet.title)
            if sheet.title in sheets:
                raise refusal("D454", at, reason=f"“{sheet.title}” × 2")
            facts = sheet_facts(data, sheet._worksheet_path, at, most_rows)
            sheet.reset_dimensions()
            sheets[sheet.title] = list(_rows(sheet, facts, file))
            for reference in facts.merged:
                report.add("D496", Position(file, sheet=sheet.title, cell=reference), cells=reference)
    return sheets


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[Any]:
    """Give a workbook as openpyxl reads it, bit by bit: so what is damaged may show at any moment of its use.

    Raises:
        ReadingsError: The workbook can't be read, or openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise refusal("D453", Position(file)) from None
    check_package(data, file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that play no part here
            yield openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (TieuchiError, MemoryError):
        raise
    except Exception as problem:
        reason = str(problem.__cause__ or problem) or type(problem).__name__
        raise refusal("D454", Position(file), reason=reason) from problem


def _chosen(book: Any, name: str | None, file: str) -> Any:
    sheets = {tidy(sheet.title): sheet for sheet in book.worksheets}
    if name is not None:
        found = sheets.get(tidy(name))
        if found is None:
            facts = {"sheet": name, "known": ", ".join(sheets), "nearest": nearest(name, sheets) or ""}
            raise refusal("D418", Position(file), **facts)
        return found
    visible = [sheet for sheet in sheets.values() if sheet.sheet_state == "visible"]
    if not visible:
        raise refusal("D428", Position(file))
    return visible[0]


def _rows(sheet: Any, facts: SheetFacts, file: str) -> Iterator[list[Cell]]:
    """Yield the rows that are not blank, as wide as the widest above and including them."""
    title, width = sheet.title, 0
    for number, raw in enumerate(sheet.iter_rows(), 1):
        cells = []
        for column, content in enumerate(raw, 1):
            at = _place(file, title, number, column)
            cells.append(_cell(content, at, uncomputed=at.cell in facts.uncomputed))
        while cells and cells[-1].blank:
            cells.pop()
        if cells:
            width = width or _table_width(cells)
            beyond = range(len(cells) + 1, width + 1)
            cells += [Cell(None, "", _place(file, title, number, column)) for column in beyond]
            yield cells


def _place(file: str, title: str, row: int, column: int) -> Position:
    """Return the place of a cell; row and column go with it so that places sort as they are read."""
    return Position(file, row, column, title, f"{column_letters(column)}{row}")


def _table_width(cells: list[Cell]) -> int:
    """Return the width of the header, or nothing for a comment row."""
    first = next(cell for cell in cells if not cell.blank)
    return 0 if first.text.startswith("#") else len(cells)


def _cell(content: Any, at: Position, *, uncomputed: bool) -> Cell:
    value = content.value
    if uncomputed:
        return _faulty("D429", at, "")
    if value is None:
        return Cell(None, "", at)
    if content.data_type == "e":
        return _faulty("D498", at, str(value))
    if isinstance(value, bool):
        return Cell(value, "TRUE" if value else "FALSE", at)
    if isinstance(value, (int, float)):
        return _number(value, content.number_format, at)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return _date(value, at)
    if isinstance(value, str):
        text = tidy(value)
        return Cell(text, text, at)
    return _faulty("D497", at, str(value))


def _faulty(code: str, at: Position, text: str) -> Cell:
    return Cell(None, text, at, fault=Issue(code, at, facts={"value": shortened(text)}))


def _number(stored: int | float, number_format: str | None, at: Position) -> Cell:
    if not math.isfinite(stored):
        return _faulty("D498", at, str(stored))
    number = Fraction(stored if isinstance(stored, int) else _EXCEL_DIGITS.create_decimal(repr(stored)))
    share = "%" in _LITERAL.sub("", number_format or "")
    text = f"{exact_text(number * 100)}%" if share else exact_text(number)
    return Cell(number, text, at, share=share)


def _date(value: datetime.date, at: Position) -> Cell:
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return _faulty("D497", at, value.isoformat(" "))
        value = value.date()
    return Cell(value, value.isoformat(), at)


def _check_merged(rows: list[list[Cell]], merged: Iterable[str], at: Position, report: Report) -> None:
    """Note merged cells that touch the header or the rows below it: their value would count for one cell only."""
    tables = [row for row in rows if _table_width(row)]
    if not tables:
        return
    top, width = tables[0][0].at.line, len(tables[0])
    for reference in merged:
        found = _RANGE.fullmatch(reference)
        if found is None:
            continue
        row, column = int(found[2]), column_number(found[1])
        if int(found[4]) >= top and column <= width and (found[1], row) != (found[3], int(found[4])):
            report.add("D496", _place(at.file, at.sheet, row, column), cells=reference)
