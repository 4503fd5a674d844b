"""The sheet of thresholds: every number of the rules in a cell of its own, which formulas follow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tieuchi.model.canonical import NumberTest
from tieuchi.words.language import Language
from tieuchi.workbook.exact_cells import Exact, excel_decimal, parameter_of
from tieuchi.workbook.formula import Ref, expr
from tieuchi.workbook.grid import Calculation, Grid, GridCell, fit_rows
from tieuchi.workbook.labels import label
from tieuchi.workbook.sheets import Book, print_wide

HEAD = ("id", "criterion", "path", "parameter", "value")
WIDTHS = (9, 52, 44, 30, 16)
VALUE = 4
TOP = 3
_SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "exactly": "="}


class Parameters:
    """Lays the sheet of thresholds. A number is laid once under its path."""

    def __init__(self, calc: Calculation, language: Language) -> None:
        self.calc, self.language = calc, language
        self.grid = Grid(label("thresholds", language))
        self.grid.put(0, 0, self.grid.title, "title")
        self.grid.put(1, 0, label("changed", language), "note")
        for column, name in enumerate(HEAD):
            self.grid.put(2, column, label(name, language), "head")
        self.cells: dict[str, GridCell] = {}
        self._exact: dict[str, Exact] = {}
        self._row = TOP
        self._of = ("", "")

    def heading(self, criterion: str, title: str) -> None:
        """Say which criterion the next numbers belong to."""
        self._of = (criterion, title)

    def cell(self, path: str, number: Fraction, what: str, *, share: bool = False) -> Ref:
        """Return the cell of a number, laid if it is not there yet."""
        return self._cell(path, number, what, share=share).ref

    def _cell(self, path: str, number: Fraction, what: str, *, share: bool = False) -> GridCell:
        known = self.cells.get(path)
        if known is not None:
            return known
        for column, text in enumerate((*self._of, path, what)):
            self.grid.put(self._row, column, text, "small" if column == 2 else "text")
        content = number if excel_decimal(number) else expr(number)
        form = "0.##########%" if share else "General"
        cell = self.grid.put(self._row, VALUE, content, "input", form)
        self._row += 1
        self.cells[path] = cell
        return cell

    def exact(
        self, path: str, number: Fraction, what: str = "", *, share: bool = False, test: NumberTest | None = None
    ) -> Exact:
        """Return a number that comparisons need, as two whole numbers."""
        if test is not None:
            what = f"{label('threshold', self.language)} {_SIGNS[test.operator]}"
            share = test.quotient.measure == "share"
        if path not in self._exact:
            cell = self._cell(path, number, what, share=share)
            self._exact[path] = parameter_of(self.calc, path, cell, number)
        return self._exact[path]

    def write(self, book: Book) -> Any:
        """Write the sheet."""
        sheet = book.sheet(self.grid.title)
        self.grid.write(book, sheet)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        fit_rows(self.grid, sheet, WIDTHS)
        last = max(self._row - 1, TOP)
        everything = {"validate": "decimal", "criteria": "between", "minimum": -9.99e14, "maximum": 9.99e14}
        sheet.data_validation(TOP, VALUE, last, VALUE, everything | {"ignore_blank": False})
        sheet.freeze_panes(TOP, 0)
        print_wide(sheet, TOP - 1)
        sheet.autofilter(2, 0, last, VALUE)
        sheet.protect("", {"format_columns": True, "autofilter": True})
        return sheet
