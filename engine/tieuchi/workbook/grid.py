"""Sheets being laid out: cells with what they hold or the formula they come to, written when all are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from tieuchi.loading.readings_package import column_letters
from tieuchi.workbook.formula import Expr, FormulaError, Ref, Value, fn, if_
from tieuchi.workbook.sheets import Book

Content = Expr | Fraction | str | bool | date | None
SERIAL_ZERO = date(1899, 12, 30).toordinal()


@dataclass(slots=True, eq=False, repr=False)
class GridCell:
    """One cell. ``value`` reckons a formula once."""

    sheet: str
    row: int
    column: int
    content: Content
    format: str = "text"
    number_format: str = ""
    _known: list[Value | FormulaError] = field(default_factory=list)

    def __repr__(self) -> str:
        return self.reference("")

    def reference(self, sheet: str) -> str:
        """Return how a formula on a sheet names this cell."""
        here = f"${column_letters(self.column + 1)}${self.row + 1}"
        return here if sheet == self.sheet else "'" + self.sheet.replace("'", "''") + "'!" + here

    def value(self) -> Value:
        """Return what it holds or comes to; a date as Excel's count of days.

        Raises:
            FormulaError: Excel shows an error here.
        """
        if not self._known:
            self._known.append(self._reckoned())
        known = self._known[0]
        if isinstance(known, FormulaError):
            raise known
        return known

    def _reckoned(self) -> Value | FormulaError:
        if isinstance(self.content, date):
            return Fraction(self.content.toordinal() - SERIAL_ZERO)
        if not isinstance(self.content, Expr):
            return self.content
        try:
            return self.content.value()
        except FormulaError as error:
            return error

    @property
    def ref(self) -> Ref:
        """The cell as a part of formulas."""
        return Ref(self)


class Grid:
    """One sheet being laid out."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.cells: list[GridCell] = []
        self.next_row = 0

    def put(self, row: int, column: int, content: Content, form: str = "text", number: str = "") -> GridCell:
        """Lay one cell."""
        cell = GridCell(self.title, row, column, content, form, number)
        self.cells.append(cell)
        self.next_row = max(self.next_row, row + 1)
        return cell

    def write(self, book: Book, sheet: Any) -> None:
        """Write every cell; formulas with the value they come to."""
        for cell in self.cells:
            form = book.format(cell.format, cell.number_format)
            content = cell.content
            if isinstance(content, Expr):
                sheet.write_formula(cell.row, cell.column, "=" + content.excel(self.title), form, _cached(cell))
            elif isinstance(content, str):
                book.text(sheet, cell.row, cell.column, content, cell.format)
            elif isinstance(content, bool):
                sheet.write_boolean(cell.row, cell.column, content, form)
            elif isinstance(content, Fraction):
                sheet.write_number(cell.row, cell.column, float(content), form)
            elif isinstance(content, date):
                sheet.write_datetime(cell.row, cell.column, content, form)
            else:
                sheet.write_blank(cell.row, cell.column, None, form)


def fit_rows(grid: Grid, sheet: Any, widths: Sequence[int]) -> None:
    """Make rows as high as their wrapped texts need: not every program does that by itself when it loads a file."""
    lines: dict[int, int] = {}
    for cell in grid.cells:
        if cell.format not in ("text", "small", "bold", "head", "input_text", "beside") or cell.column >= len(widths):
            continue
        text = str(_cached(cell)) if isinstance(cell.content, Expr) else cell.content
        if isinstance(text, str):
            room = max(widths[cell.column] * (1.3 if cell.format == "small" else 1.05), 1)
            lines[cell.row] = max(lines.get(cell.row, 1), min(ceil(len(text) / room), 25))
    for row, count in lines.items():
        if count > 1:
            sheet.set_row(row, 13.5 * count)


def _cached(cell: GridCell) -> float | int | str | bool:
    try:
        value = cell.value()
    except FormulaError as error:
        return str(error)
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return "" if value is None else value


class Calculation(Grid):
    """The sheet of steps between inputs and points: one step a row, with what it is beside it."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._at = 1

    def step(self, what: str, formula: Expr) -> Ref:
        """Lay one step; return it as a part of further formulas."""
        self.put(self._at, 0, what, "small")
        cell = self.put(self._at, 1, formula, "number")
        self._at += 1
        return cell.ref

    def floor(self, what: str, above: Expr, below: Expr) -> Expr:
        """Return ``above / below`` rounded down, exactly for whole numbers below 10^15 (``below`` positive)."""
        a, b = self.step(f"{what}: ▲", above), self.step(f"{what}: ▼", below)
        q = self.step(f"{what}: ⌊▲/▼⌋", fn("INT", a / b))
        return self.step(what, q - if_((q * b).gt(a), 1, 0) + if_(((q + 1) * b).le(a), 1, 0))
