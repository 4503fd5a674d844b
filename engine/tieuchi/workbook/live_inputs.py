"""The sheet of inputs: one row for each indicator, with what is in its cell worth to a formula.

A blank, a text, an error or a figure out of range is missing, never zero. ``code`` is 0 where there is a usable
figure, else 1 missing, 2 refused, 3 not applicable: the greater one decides where several lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.loading.locale_numbers import ratio_counts
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Reading, Readings
from tieuchi.words.language import Language
from tieuchi.words.terms import term
from tieuchi.workbook.entries import FIRST_DAY, excel_exact, how_to, number_format, validate
from tieuchi.workbook.exact_cells import LIMIT, Exact, decimal_of
from tieuchi.workbook.form_layout import form_sheets
from tieuchi.workbook.formula import Expr, Ref, chain, expr, fn, if_
from tieuchi.workbook.grid import SERIAL_ZERO, Calculation, Content, Grid, GridCell, fit_rows
from tieuchi.workbook.labels import label
from tieuchi.workbook.sheets import Book, print_wide

HEAD = (
    "criteria",
    "indicator_id",
    "indicator",
    "value",
    "measure",
    "status",
    "na",
    "refused",
    "source",
    "owner",
    "hint",
)
WIDTHS = (8, 16, 52, 14, 11, 18, 9, 20, 60, 22, 36)
VALUE, STATUS, NA, REFUSED = 3, 5, 6, 7
TOP = 4
_YES, _NO = ("có", "yes", "true"), ("không", "no", "false")


@dataclass(frozen=True, slots=True)
class Given:
    """An indicator to formulas: its state code, its number exactly, and its cell."""

    code: Ref
    number: Exact
    cell: GridCell


class Inputs:
    """Lays out the sheet of inputs."""

    def __init__(self, plan: Plan, readings: Readings | None, calc: Calculation, language: Language) -> None:
        self.plan, self.readings, self.calc, self.language = plan, readings, calc, language
        self.grid = Grid(label("inputs", language))
        self.given: dict[str, Given] = {}
        self.declared: dict[str, GridCell] = {}
        self.kind: GridCell | None = None
        self._rows: list[tuple[int, str]] = []
        self._cells: dict[str, GridCell] = {}

    def lay(self) -> None:
        """Lay all rows: who is scored, then every indicator under the heading of its field."""
        language, titles = self.language, {n: i.title.of(self.language) for n, i in self.plan.indicators.items()}
        self.grid.put(0, 0, self.grid.title, "title")
        self.grid.put(1, 0, label("changed", language), "note")
        unit = self.readings.unit if self.readings else None
        self.grid.put(2, 2, f"{label('unit_kind', language)} ({', '.join(self.plan.book.unit_kinds)})")
        self.kind = self.grid.put(2, VALUE, (unit.kind if unit else "") or None, "input_text")
        for column, name in enumerate(HEAD):
            self.grid.put(3, column, label(name, language), "head")
        row = TOP
        for sheet in form_sheets(self.plan, language):
            self.grid.put(row, 0, sheet.heading, "strong")
            row += 1
            for entry in sheet.rows:
                self.grid.put(row, 0, ", ".join(entry.criteria))
                self.grid.put(row, 1, entry.key, "small")
                office = self.plan.book.offices.get(entry.owner or "")
                self.grid.put(row, 9, office.of(language) if office else "", "beside")
                if entry.declared:
                    self._declared_row(row, entry.declared)
                else:
                    self._indicator_row(row, self.plan.indicators[entry.key], titles)
                row += 1
        sound = {name: self._judged(self.plan.indicators[name], cell) for name, cell in self._cells.items()}
        for name, cell in self._cells.items():
            self.given[name] = self._given(self.plan.indicators[name], cell, sound)

    def _declared_row(self, row: int, criterion: str) -> None:
        declared = self.readings.declared.get(criterion) if self.readings else None
        title = self.plan.by_id[criterion].criterion.title.of(self.language)
        self.grid.put(row, 2, f"{title}: {label('declared', self.language)}")
        cell = self.grid.put(row, VALUE, declared.points if declared else None, "input", "0.000###")
        self.declared[criterion] = cell
        missing = term("missing", self.language)
        status = if_(fn("ISNUMBER", cell.ref), label("ok", self.language), missing)
        self.grid.put(row, STATUS, status)
        self.grid.put(row, 8, declared.source if declared else "", "input_text")

    def _indicator_row(self, row: int, indicator: Indicator, titles: dict[str, str]) -> None:
        reading = self.readings.values.get(indicator.id) if self.readings else None
        self.grid.put(row, 2, titles[indicator.id])
        content = _content(indicator, reading, self.language)
        cell = self.grid.put(row, VALUE, content, "input", number_format(indicator, self.language))
        self.grid.put(row, 4, indicator.measure.of(self.language) if indicator.measure else "", "beside")
        self.grid.put(row, NA, "x" if reading and reading.state == "not_applicable" else None, "input_text")
        refused = reading is not None and reading.state == "refused"
        reason = (reading.reason or term("refused", self.language)) if reading and refused else None
        self.grid.put(row, REFUSED, reason, "input_text")
        self.grid.put(row, 8, reading.source if reading else "", "input_text")
        self.grid.put(row, 10, how_to(indicator, self.language, titles), "small")
        self._cells[indicator.id] = cell
        self._rows.append((row, indicator.id))

    def _given(self, indicator: Indicator, cell: GridCell, sound: Mapping[str, tuple[Expr, Exact]]) -> Given:
        """Lay the steps that say what a cell is worth: its own, and against the whole that it is part of."""
        usable, number = sound[indicator.id]
        whole = sound.get(indicator.part_of or "")
        if whole is not None:
            below = (number.numerator * whole[1].denominator).le(whole[1].numerator * number.denominator)
            usable = if_(fn("AND", usable.eq(1), fn("OR", whole[0].eq(0), below)), 1, 0)
        marks = {c.column: c for c in self.grid.cells if c.row == cell.row and c.column in (NA, REFUSED)}
        state = [
            (fn("ISERROR", marks[NA].ref), 1),
            (fn("LEN", fn("TRIM", marks[NA].ref)).gt(0), 3),
            (fn("ISERROR", marks[REFUSED].ref), 1),
            (fn("LEN", fn("TRIM", marks[REFUSED].ref)).gt(0), 2),
        ]
        code = self.calc.step(f"{indicator.id}: code", chain(state, if_(usable.eq(1), 0, 1)))
        blank = fn("IFERROR", fn("LEN", cell.ref), 1)
        words = [
            (code.eq(0), label("ok", self.language)),
            (code.eq(3), term("not_applicable", self.language)),
            (code.eq(2), term("refused", self.language)),
            (blank.eq(0), term("missing", self.language)),
        ]
        text = f"{term('missing', self.language)}: {label('bad_value', self.language)}"
        self.grid.put(cell.row, STATUS, chain(words, text))
        return Given(code, number, cell)

    def _judged(self, indicator: Indicator, cell: GridCell) -> tuple[Expr, Exact]:
        name = indicator.id
        if indicator.kind == "yes_no":
            return self._yes_no(name, cell)
        if indicator.kind == "choice":
            options = [fn("EXACT", cell.ref, choice) for choice in indicator.choices]
            known = fn("OR", *options) if options else expr(False)
            found = fn("IFERROR", if_(fn("ISTEXT", cell.ref), if_(known, 1, 0), 0), 0)
            return self.calc.step(f"{name}: ✓", found), Exact(expr(0), expr(1))
        number, sound = self._ratio(name, cell) if indicator.kind == "ratio" else self._number(indicator, cell)
        tests = [sound.eq(1), *self._within(indicator, number)]
        return self.calc.step(f"{name}: ✓", if_(fn("AND", *tests), 1, 0)), number

    def _number(self, indicator: Indicator, cell: GridCell) -> tuple[Exact, Expr]:
        # LibreOffice takes TRUE for a number; in a cell with a format of numbers it even becomes the number 1.
        typed = fn("IFERROR", if_(fn("ISLOGICAL", cell.ref), 0, if_(fn("ISNUMBER", cell.ref), 1, 0)), 0)
        usable = self.calc.step(f"{indicator.id}: #", typed)
        exact = decimal_of(self.calc, indicator.id, cell.ref, usable.eq(1))
        assert exact.fits is not None
        sound: Expr = fn("AND", usable.eq(1), exact.fits.eq(1))
        if indicator.kind in ("count", "date"):
            sound = fn("AND", sound, exact.denominator.eq(1))
            top = exact.numerator + SERIAL_ZERO if indicator.kind == "date" else exact.numerator
            top = self.calc.step(f"{indicator.id} ▲", if_(exact.denominator.eq(1), top, 0))
            exact = Exact(top, expr(1), whole=True)
        return exact, if_(sound, 1, 0)

    def _ratio(self, name: str, cell: GridCell) -> tuple[Exact, Expr]:
        text = self.calc.step(f"{name}: text", fn("IFERROR", if_(fn("ISTEXT", cell.ref), fn("TRIM", cell.ref), ""), ""))
        slash = self.calc.step(f"{name}: /", fn("IFERROR", fn("FIND", "/", text), 0))
        first = fn("VALUE", fn("TRIM", fn("LEFT", text, slash - 1)))
        second = fn("VALUE", fn("TRIM", fn("MID", text, slash + 1, 40)))
        top = self.calc.step(f"{name} ▲", if_(slash.gt(1), fn("IFERROR", first, -1), -1))
        bottom = self.calc.step(f"{name} ▼", if_(slash.gt(1), fn("IFERROR", second, 0), 0))
        whole = [fn("INT", top).eq(top), fn("INT", bottom).eq(bottom), top.lt(LIMIT), bottom.lt(LIMIT)]
        sound = fn("AND", top.ge(0), bottom.gt(0), *whole)
        return Exact(top, if_(bottom.gt(0), bottom, 1)), if_(sound, 1, 0)

    def _yes_no(self, name: str, cell: GridCell) -> tuple[Expr, Exact]:
        lower = fn("LOWER", fn("TRIM", cell.ref))
        by_text = chain([(fn("OR", *(lower.eq(w) for w in _YES)), 1), (fn("OR", *(lower.eq(w) for w in _NO)), 0)], -1)
        by_number = chain([(cell.ref.eq(1), 1), (cell.ref.eq(0), 0)], -1)
        answer = chain(
            [
                (fn("ISLOGICAL", cell.ref), if_(cell.ref, 1, 0)),
                (fn("ISNUMBER", cell.ref), by_number),
                (fn("ISTEXT", cell.ref), by_text),
            ],
            -1,
        )
        found = self.calc.step(f"{name}: 1/0", fn("IFERROR", answer, -1))
        return if_(found.ge(0), 1, 0), Exact(found, expr(1), whole=True)

    def _within(self, indicator: Indicator, number: Exact) -> list[Expr]:
        """Return the conditions of the declared range, as whole numbers."""
        if indicator.kind == "date":
            return [number.numerator.ge(FIRST_DAY.toordinal()), number.numerator.le(date.max.toordinal())]
        tests = []
        for end, low in zip(indicator.bounds, (True, False), strict=True):
            if end is None:
                continue
            here = number.numerator * Fraction(end.denominator)
            there = number.denominator * Fraction(end.numerator)
            tests.append(here.ge(there) if low else here.le(there))
        return tests

    def write(self, book: Book) -> Any:
        """Write the sheet."""
        sheet = book.sheet(self.grid.title)
        self.grid.write(book, sheet)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        fit_rows(self.grid, sheet, WIDTHS)
        titles = {n: i.title.of(self.language) for n, i in self.plan.indicators.items()}
        for row, name in self._rows:
            indicator = self.plan.indicators[name]
            validate(sheet, row, VALUE, indicator, self.language, how_to(indicator, self.language, titles))
            sheet.data_validation(row, NA, row, NA, {"validate": "list", "source": ["x"]})
        ok = label("ok", self.language)
        good = book.book.add_format({"font_color": "#15803D"})
        bad = book.book.add_format({"font_color": "#B91C1C", "bg_color": "#FEE2E2"})
        span = (TOP, STATUS, self.grid.next_row, STATUS)
        sheet.conditional_format(*span, {"type": "cell", "criteria": "==", "value": f'"{ok}"', "format": good})
        sheet.conditional_format(*span, {"type": "no_blanks", "format": bad})
        sheet.freeze_panes(TOP, VALUE)
        print_wide(sheet, TOP - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        return sheet


def _content(indicator: Indicator, reading: Reading | None, language: Language) -> Content:
    """Return what stands in the cell of a reading; what Excel can't hold exactly stands as text."""
    value = None if reading is None else reading.value
    if value is None or reading is None:
        return None
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    if isinstance(value, date):
        return value if value >= FIRST_DAY else value.isoformat()
    if isinstance(value, str):
        return value
    if indicator.kind == "ratio":
        counts = ratio_counts(reading.text) or (value.numerator, value.denominator)
        return f"{counts[0]}/{counts[1]}"
    return value if excel_exact(value) else str(value)
