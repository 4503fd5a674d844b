"""The boundary book as a page: Markdown, YAML cases, and a sheet to sign."""

from __future__ import annotations

import io
from collections.abc import Sequence

import yaml

from tieuchi.boundary_book.cases import SIDES, case_file, number_text, reading_text, side_text
from tieuchi.boundary_book.grades import GradeRow, grade_rows
from tieuchi.boundary_book.rows import Row, Values
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.provenance import Reference
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_TITLE = Text("Sổ ngưỡng", "Boundary book")
_SIDE = Text("Vị trí so với ngưỡng", "Side of the threshold")
_SIGN = Text("Xác nhận của cơ quan ban hành", "Confirmed by the issuing body")
_NAME = Text("Họ tên, chức vụ, ngày, chữ ký", "Name, office, date, signature")
_OTHERS = Text("đơn vị khác trong nhóm", "another unit of the group")
_NO_GRADES = Text(
    "Xếp loại tính từ tổng điểm, không phải từ số liệu nào: có trong sổ (.md, .xlsx), không có ở đây.",
    "Grades go by the total, which is no reading: they stand in the book (.md, .xlsx), and not here.",
)
_WIDTHS = (8, 44, 34, 46, 14, 10, 16, 40)


def headers(language: Language) -> list[str]:
    """Return the names of the columns."""
    names = [term(name, language) for name in ("id", "criterion")]
    names += [_SIDE.of(language)]
    return names + [term(name, language) for name in ("readings", "value", "points", "clause", "reference")]


def cells(row: Row, plan: Plan, language: Language) -> list[str]:
    """Return the cells of one row."""
    readings = _readings(row.readings, row.unit_kind, plan, language)
    if row.group is not None:
        others = _readings(row.group.values, row.group.unit_kind, plan, language)
        readings.append(f"{_OTHERS.of(language)}: {', '.join(others)}")
    points = term(row.state, language) if row.points is None else localised(exact_text(row.points), language)
    value = "" if row.value is None else number_text(row.value, row.measure, language)
    clause = clause_words(row.clause, language)
    title = row.title[0 if language == "vi" else 1]
    reference = f"{_reference(row.reference)} ({term(row.basis, language)})"
    return [row.criterion, title, side_text(row, language), "; ".join(readings), value, points, clause, reference]


def _readings(values: Values, unit_kind: str, plan: Plan, language: Language) -> list[str]:
    readings = []
    for name, value in values.items():
        text = reading_text(value, plan.indicators[name])
        shown = term("yes" if text else "no", language) if isinstance(text, bool) else text
        readings.append(f"{name} = {shown}")
    if unit_kind:
        readings.append(f"{term('unit', language)}: {unit_kind}")
    return readings


def grade_cells(row: GradeRow, language: Language) -> list[str]:
    """Return the cells of one row of the classes."""
    measure = "share" if row.by == "rate" else "number"
    threshold, total = (number_text(number, measure, language) for number in (row.threshold, row.total))
    reference = f"{_reference(row.reference)} ({term(row.basis, language)})"
    side = f"{SIDES[row.side].of(language)} {threshold}"
    return ["", term("grade", language), side, "", total, "", row.grade, reference]


def _reference(reference: Reference) -> str:
    return ", ".join(part for part in (reference.document, reference.item, reference.page) if part)


def boundary_markdown(plan: Plan, rows: Sequence[Row], language: Language) -> str:
    """Return the book as Markdown."""
    lines = [f"# {_TITLE.of(language)}: {plan.book.title.of(language)}", "", f"{plan.book.document.id}", ""]
    lines.append("| " + " | ".join(headers(language)) + " |")
    lines.append("|" + " --- |" * len(headers(language)))
    listed = [*(cells(row, plan, language) for row in rows), *(grade_cells(row, language) for row in grade_rows(plan))]
    lines += ["| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in listed]
    return "\n".join([*lines, "", f"{_SIGN.of(language)}: ____________________", ""])


def boundary_yaml(plan: Plan, rows: Sequence[Row], rulebook: str) -> str:
    """Return the book as a case file; ``rulebook`` is how the cases name theirs: bundled, or by a path beside them."""
    data = case_file(plan.book.id, rulebook, rows, plan.indicators)
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    head = f"# Viết bởi / written by: tieuchi boundaries {plan.book.id}\n"
    if plan.book.grades is not None:
        head += f"# {_NO_GRADES.of('vi')}\n# {_NO_GRADES.of('en')}\n"
    return head + text


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
        lines = [cells(row, plan, language) for row in rows]
        lines += [grade_cells(row, language) for row in grade_rows(plan)]
        for number, line in enumerate(lines, 4):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, cell, plain)
        sheet.write_string(len(lines) + 6, 0, _SIGN.of(language), large)
        sheet.write_string(len(lines) + 7, 0, _NAME.of(language))
        sheet.freeze_panes(4, 2)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()
