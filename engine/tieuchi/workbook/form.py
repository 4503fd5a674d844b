"""The form: the workbook that a unit, or one of its offices, fills in. Only yellow cells are open."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.rulebook import Criterion
from tieuchi.words.language import Language
from tieuchi.words.terms import localised
from tieuchi.workbook.entries import how_to, validate, write_number, write_reading
from tieuchi.workbook.form_layout import FORM_SCHEMA, KEYS_ROW, META_SHEET, UNIT_KEYS, FormRow, FormSheet, form_sheets
from tieuchi.workbook.labels import label
from tieuchi.workbook.sheets import Book, print_wide

FIXED = ("criteria", "indicator_id", "indicator", "measure", "hint", "owner")
_WIDTHS = {"criteria": 9, "indicator_id": 16, "indicator": 46, "measure": 11, "hint": 30, "owner": 18}
_UNIT_WIDTHS = (15, 9, 32, 28, 22)
CAUSE_FIXED = ("criterion_id", "criterion", "owner")
_CAUSE_WIDTHS = (11, 60, 28, 70)
UNIT_FIELDS = ("unit_id", "unit_name", "unit_kind", "unit_parent", "period")
_MOST_UNITS = 300


def form_bytes(
    plan: Plan,
    sha256: str,
    language: Language,
    *,
    owner: str | None = None,
    filled: Sequence[Readings] = (),
    units: int = 1,
) -> bytes:
    """Return a form as a workbook.

    Args:
        plan: The rulebook, ready to score.
        sha256: Its fingerprint, by which the form is recognised when it comes back.
        language: Of headings, lists and hints.
        owner: Only the rows that this office answers for.
        filled: Readings to be written in; one block of columns for each.
        units: How many blocks there shall be at least.

    Raises:
        ReadingsError: There is no such office, or a value can't stand in a cell.
    """
    if owner is not None and owner not in plan.book.offices:
        raise refusal("K810", Position("form"), owner=owner, known=", ".join(plan.book.offices))
    form = _Form(Book(), plan, language, owner)
    every: list[Readings | None] = [*filled, *[None] * (units - len(filled))][:_MOST_UNITS]
    sheets = form_sheets(plan, language, owner)
    form.guide(sheets)
    form.units(every)
    for sheet in sheets:
        form.domain(sheet, every)
    form.causes(every)
    form.meta(sha256, len(every))
    return form.book.data()


class _Form:
    def __init__(self, book: Book, plan: Plan, language: Language, owner: str | None) -> None:
        self.book, self.plan, self.language, self.owner = book, plan, language, owner
        self.titles = {name: indicator.title.of(language) for name, indicator in plan.indicators.items()}

    def _label(self, name: str) -> str:
        return label(name, self.language)

    def guide(self, sheets: Sequence[FormSheet]) -> None:
        sheet = self.book.sheet(self._label("guide"))
        sheet.set_column(0, 0, 110)
        rulebook = self.plan.book
        lines = [
            (f"{self._label('form_of')}: {rulebook.title.of(self.language)}", "title"),
            (f"{self._label('reference')}: {rulebook.document.id}", "text"),
            (f"{self._label('period')}: {rulebook.period or ''}", "text"),
            (self._label("only_yellow"), "bold"),
        ]
        if self.owner is not None:
            lines.insert(1, (f"{self._label('for_office')}: {self._office(self.owner)}", "bold"))
        lines += [(f"{s.heading} ({len(s.rows)})", "text") for s in sheets]
        for row, (text, name) in enumerate(lines):
            self.book.text(sheet, row, 0, text, name)
        sheet.protect()

    def units(self, every: Sequence[Readings | None]) -> None:
        sheet = self.book.sheet(self._label("units"))
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 5, 24)
        self._keys(sheet, ["number", *UNIT_FIELDS])
        for column, name in enumerate(("unit_number", *UNIT_FIELDS)):
            self.book.text(sheet, KEYS_ROW, column, self._label(name), "head")
        kinds = list(self.plan.book.unit_kinds)
        for index, readings in enumerate(every):
            row = KEYS_ROW + 1 + index
            unit = readings.unit if readings else Unit("")
            period = readings.period if readings else (self.plan.book.period or "")
            sheet.write_number(row, 0, index + 1, self.book.format("number"))
            for column, text in enumerate((unit.id, unit.name, unit.kind, unit.parent, period), 1):
                self.book.text(sheet, row, column, text, "input_text")
            if kinds and len(",".join(kinds)) <= 255:
                sheet.data_validation(row, 3, row, 3, {"validate": "list", "source": kinds})
        self._finish(sheet, 0)

    def domain(self, page: FormSheet, every: Sequence[Readings | None]) -> None:
        sheet = self.book.sheet(page.title)
        self.book.text(sheet, 0, 0, page.heading, "title")
        self.book.text(sheet, 1, 0, self._label("only_yellow"), "note")
        self._keys(sheet, [*FIXED, *(f"u{n}.{key}" for n in range(1, len(every) + 1) for key in UNIT_KEYS)])
        for column, name in enumerate(FIXED):
            sheet.set_column(column, column, _WIDTHS[name])
            self.book.text(sheet, KEYS_ROW, column, self._label(name), "head")
        sheet.set_row(KEYS_ROW, 40)
        for number, readings in enumerate(every):
            self._block_head(sheet, number, readings)
        for row, entry in enumerate(page.rows, KEYS_ROW + 1):
            self._row(sheet, row, entry, every)
        self._finish(sheet, 3)

    def _block_head(self, sheet: Any, number: int, readings: Readings | None) -> None:
        start = len(FIXED) + number * len(UNIT_KEYS)
        name = self._label("units").replace("'", "''")
        source = f"'{name}'!$B${KEYS_ROW + 2 + number}"
        shown = readings.unit.id if readings else ""
        sheet.write_formula(1, start, f'={source}&""', self.book.format("bold"), shown)
        for offset, key in enumerate(UNIT_KEYS):
            sheet.set_column(start + offset, start + offset, _UNIT_WIDTHS[offset])
            self.book.text(sheet, KEYS_ROW, start + offset, self._label(key), "head")

    def causes(self, every: Sequence[Readings | None]) -> None:
        """Lay the sheet of causes: every field and criterion; for one office, those it has a part in."""
        every_one = [criterion for top in self.plan.book.criteria for criterion in top.walk()]
        criteria = [c for c in every_one if self.owner is None or self.owner in map(self._owner, c.leaves())]
        if not criteria:
            return
        sheet = self.book.sheet(self._label("causes"))
        self.book.text(sheet, 0, 0, self._label("causes"), "title")
        self.book.text(sheet, 1, 0, self._label("causes_note"), "note")
        self._keys(sheet, [*CAUSE_FIXED, *(f"u{n}.cause" for n in range(1, len(every) + 1))])
        heads = [self._label(name) for name in CAUSE_FIXED]
        heads += [self._label("cause") + (f": {r.unit.id}" if r else "") for r in every]
        for column, head in enumerate(heads):
            sheet.set_column(column, column, _CAUSE_WIDTHS[min(column, len(CAUSE_FIXED))])
            self.book.text(sheet, KEYS_ROW, column, head, "head")
        for row, criterion in enumerate(criteria, KEYS_ROW + 1):
            self._cause_row(sheet, row, criterion, every)
        self._finish(sheet, 2)

    def _cause_row(self, sheet: Any, row: int, criterion: Criterion, every: Sequence[Readings | None]) -> None:
        title = criterion.title.of(self.language)
        fixed = (criterion.id, title, self._office(self._owner(criterion)))
        causes = [r.causes[criterion.id].text if r and criterion.id in r.causes else "" for r in every]
        for column, text in enumerate((*fixed, *causes)):
            own = "bold" if criterion.criteria else "text"
            self.book.text(sheet, row, column, text, own if column < len(fixed) else "input_text")
        lines = [ceil(len(text) / (_CAUSE_WIDTHS[-1] - 4)) for text in (title, *causes)]
        sheet.set_row(row, 13.5 * min(max(1, *lines), 25))

    def _owner(self, criterion: Criterion) -> str | None:
        leaf = self.plan.by_id.get(criterion.id)
        return leaf.owner if leaf is not None else None

    def _row(self, sheet: Any, row: int, entry: FormRow, every: Sequence[Readings | None]) -> None:
        indicator = self.plan.indicators.get(entry.key)
        title, measure, hint = self._words(entry)
        fixed = (", ".join(entry.criteria), entry.key, title, measure, hint, self._office(entry.owner))
        needed = [ceil(len(text) / _WIDTHS[name]) for text, name in zip(fixed, FIXED, strict=True)]
        needed += [_lines_beside(entry, readings) for readings in every if readings is not None]
        sheet.set_row(row, 13.5 * min(max(needed), 25))
        for column, text in enumerate(fixed):
            self.book.text(sheet, row, column, text, "small" if FIXED[column] in ("indicator_id", "hint") else "text")
        for number, readings in enumerate(every):
            start = len(FIXED) + number * len(UNIT_KEYS)
            if indicator is None:
                self._declared(sheet, row, start, readings.declared.get(entry.declared) if readings else None)
                continue
            reading = readings.values.get(entry.key) if readings else None
            write_reading(self.book, sheet, row, start, indicator, reading, self.language)
            validate(sheet, row, start, indicator, self.language, hint)
            self._beside(sheet, row, start + 1, reading)

    def _words(self, entry: FormRow) -> tuple[str, str, str]:
        indicator = self.plan.indicators.get(entry.key)
        if indicator is None:
            criterion = self.plan.by_id[entry.declared].criterion
            hint = f"{self._label('to')} {localised(exact_text(criterion.max_points), self.language)}"
            return f"{criterion.title.of(self.language)}: {self._label('declared')}", "", hint
        measure = indicator.measure.of(self.language) if indicator.measure else ""
        return self.titles[entry.key], measure, how_to(indicator, self.language, self.titles)

    def _declared(self, sheet: Any, row: int, start: int, points: DeclaredPoints | None) -> None:
        form = self.book.format("input", "General")
        if points is None:
            sheet.write_blank(row, start, None, form)
        else:
            write_number(sheet, row, start, points.points, form, self.language, points.criterion)
        self._beside(sheet, row, start + 1, points, only_source=True)

    def _beside(
        self, sheet: Any, row: int, start: int, given: Reading | DeclaredPoints | None, *, only_source: bool = False
    ) -> None:
        """Write the cells beside a value: not applicable, source, evidence, why refused."""
        reading = given if isinstance(given, Reading) else None
        marked = "x" if reading is not None and reading.state == "not_applicable" else ""
        texts = (marked, given.source if given else "", "", reading.reason if reading else "")
        for offset, text in enumerate(texts):
            closed = only_source and offset in (0, 3)
            self.book.text(sheet, row, start + offset, text, "text" if closed else "input_text")
        if not only_source:
            sheet.data_validation(row, start, row, start, {"validate": "list", "source": ["x"]})

    def _keys(self, sheet: Any, keys: Sequence[str]) -> None:
        """Write the hidden row that names the columns, whatever language or order they are in."""
        for column, key in enumerate(keys):
            sheet.write_string(KEYS_ROW - 1, column, key, self.book.format("hidden"))
        sheet.set_row(KEYS_ROW - 1, None, None, {"hidden": True})

    def _finish(self, sheet: Any, frozen: int) -> None:
        sheet.freeze_panes(KEYS_ROW + 1, frozen)
        print_wide(sheet, KEYS_ROW)
        options = {"format_columns": True, "format_rows": True, "select_locked_cells": True}
        sheet.protect("", options)

    def _office(self, owner: str | None) -> str:
        return self.plan.book.offices[owner].of(self.language) if owner in self.plan.book.offices and owner else ""

    def meta(self, sha256: str, units: int) -> None:
        sheet = self.book.sheet(META_SHEET)
        facts = {
            "schema": FORM_SCHEMA,
            "rulebook": self.plan.book.id,
            "sha256": sha256,
            "language": self.language,
            "owner": self.owner or "",
            "units": str(units),
        }
        for row, (key, value) in enumerate(facts.items()):
            self.book.text(sheet, row, 0, key)
            self.book.text(sheet, row, 1, value)
        sheet.very_hidden()
        sheet.protect()


def _lines_beside(entry: FormRow, readings: Readings) -> int:
    """Return how many lines the source of a figure needs, and why it was refused."""
    given = readings.declared.get(entry.declared) if entry.declared else readings.values.get(entry.key)
    reason = given.reason if isinstance(given, Reading) else ""
    texts = zip((given.source if given else "", "", reason), _UNIT_WIDTHS[2:], strict=True)
    return max(ceil(len(text) / (width * 0.85)) for text, width in texts)
