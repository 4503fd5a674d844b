"""The boundary book as a page: Markdown, YAML cases, and a sheet to sign."""

from __future__ import annotations

import io
from collections.abc import Sequence

import yaml

from tieuchi.boundary_book.cases import case_file, number_text, reading_text, side_text
from tieuchi.boundary_book.rows import Row
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.provenance import Reference
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_TITLE = Text("Sổ ngưỡng", "Boundary book")
_SIDE = Text("Vị trí so với ngưỡng", "Side of the threshold")
_SIGN = Text("Xác nhận của cơ quan ban hành", "Confirmed by the issuing body")
_NAME = Text("Họ tên, chức vụ, ngày, chữ ký", "Name, office, date, signature")
_WIDTHS = (8, 44, 34, 46, 14, 10, 16, 40)


def headers(language: Language) -> list[str]:
    """Return the names of the columns."""
    names = [term(name, language) for name in ("id", "criterion")]
    names += [_SIDE.of(language)]
    return names + [term(name, language) for name in ("readings", "value", "points", "clause", "reference")]


def cells(row: Row, plan: Plan, language: Language) -> list[str]:
    """Return the cells of one row."""
    readings = []
    for name, value in row.readings.items():
        text = reading_text(value, plan.indicators[name])
        shown = term("yes" if text else "no", language) if isinstance(text, bool) else text
        readings.append(f"{name} = {shown}")
    if row.unit_kind:
        readings.append(f"{term('unit', language)}: {row.unit_kind}")
    points = term(row.state, language) if row.points is None else localised(exact_text(row.points), language)
    value = "" if row.value is None else number_text(row.value, row.measure, language)
    clause = clause_words(row.clause, language)
    title = row.title[0 if language == "vi" else 1]
    reference = f"{_reference(row.reference)} ({term(row.basis, language)})"
    return [row.criterion, title, side_text(row, language), "; ".join(readings), value, points, clause, reference]


def _reference(reference: Reference) -> str:
    return ", ".join(part for part in (reference.document, reference.item, reference.page) if part)


def boundary_markdown(plan: Plan, rows: Sequence[Row], language: Language) -> str:
    """Return the book as Markdown."""
    lines = [f"# {_TITLE.of(language)}: {plan.book.title.of(language)}", "", f"{plan.book.document.id}", ""]
    lines.append("| " + " | ".join(headers(language)) + " |")
    lines.append("|" + " --- |" * len(headers(language)))
    lines += ["| " + " | ".join(c.replace("|", "\\|") for c in cells(row, plan, language)) + " |" for row in rows]
    return "\n".join([*lines, "", f"{_SIGN.of(language)}: ____________________", ""])


def boundary_yaml(plan: Plan, rows: Sequence[Row]) -> str:
    """Return the book as a case file."""
    data = case_file(plan.book.id, rows, plan.indicators)
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return f"# Viết bởi / written by: tieuchi boundaries {plan.book.id}\n{text}"


def boundary_sheet(plan: Plan, rows: Sequence[Row], language: Language) -> bytes:
    """Return the book as a workbook of one sheet, with a line to sign."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet(_TITLE.of(language)[:31])
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
        large = workbook.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, f"{_TITLE.of(language)}: {plan.book.title.of(language)}", large)
        sheet.write_string(1, 0, plan.book.document.id)
        for column, (name, width) in enumerate(zip(headers(language), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, name, bold)
        for number, row in enumerate(rows, 4):
            for column, cell in enumerate(cells(row, plan, language)):
                sheet.write_string(number, column, cell, plain)
        sheet.write_string(len(rows) + 6, 0, _SIGN.of(language), large)
        sheet.write_string(len(rows) + 7, 0, _NAME.of(language))
        sheet.freeze_panes(4, 2)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()
