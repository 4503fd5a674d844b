from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest

from small_books import book_tree, group, leaf, yaml_text
from tieuchi.cli import run
from tieuchi.workbook.ranking import Column, Row, ranking_bytes

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")

COLUMNS = [Column("1", "Lĩnh vực 1", Fraction(2)), Column("1.1", "Tiêu chí 1.1", Fraction(2), 1)]
HALF = Fraction(1, 2)
ROWS = [
    Row("b", "=cmd|'/c calc'!A1", 2, HALF, {"1": HALF, "1.1": HALF}, "B", clauses={"1.1": "b"}),
    Row("c", "Chưa đủ", None, None, {"1": None, "1.1": None}, low=Fraction(0), high=Fraction(2)),
    Row("a", "Sóc Trăng", 1, Fraction(2), {"1": Fraction(2), "1.1": Fraction(2)}, "A"),
    Row("d", "sóc trăng", 3, Fraction(0), {"1": Fraction(0), "1.1": Fraction(0)}),
]  # fmt: skip


def test_units_stand_by_rank_and_those_without_points_last_and_blank() -> None:
    book = openpyxl.load_workbook(BytesIO(ranking_bytes("Chỉ số", COLUMNS, ROWS, "vi")))
    lines = list(book["Xếp hạng"].iter_rows(min_row=4, values_only=True))
    assert [line[1] for line in lines] == ["a", "b", "d", "c"]
    assert lines[-1][3] is None
    assert lines[-1][6:8] == (0, 2)
    assert lines[0][4] == 1


def test_the_matrix_is_coloured_by_each_criterions_own_maximum() -> None:
    book = openpyxl.load_workbook(BytesIO(ranking_bytes("Chỉ số", COLUMNS, ROWS, "en")))
    sheet = book["Matrix"]
    assert [c.value for c in sheet[4]][2:] == [2, 2]
    assert [c.value for c in sheet[5]][1:] == ["Sóc Trăng", 2, 2]
    assert {rule.type for rules in sheet.conditional_formatting for rule in rules.rules} == {"colorScale"}


def test_a_sheet_for_each_unit_on_request_and_no_name_becomes_a_formula() -> None:
    book = openpyxl.load_workbook(BytesIO(ranking_bytes("Chỉ số", COLUMNS, ROWS, "vi", unit_sheets=True)))
    assert len(book.sheetnames) == 2 + len(ROWS)
    assert not any(c.data_type == "f" for s in book.worksheets for row in s.iter_rows() for c in row)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)


def test_a_unit_to_which_not_all_applies_has_its_own_maximum(tmp_path: Path) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "o.xlsx"
    book = tmp_path / "book.yaml"
    parts = [
        leaf({"linear": {}}, id="1.1", max_points="3", value={"amount": "liked"}),
        leaf({"linear": {}}, id="1.2", max_points="1", value={"amount": "read"}),
    ]
    tree = book_tree(group("1", *parts), indicators={"liked": "percent", "read": "percent"})
    book.write_text(yaml_text(tree), encoding="utf-8")
    table.write_text("unit,liked,read\na,50,không áp dụng\nb,50,50\n", encoding="utf-8")
    assert run(["batch", str(book), str(table), "--out", str(out), "--unit-sheets", "--lang", "en"]) == 0
    written = openpyxl.load_workbook(out)
    lines = list(written["Ranking"].iter_rows(min_row=4, values_only=True))
    assert [(line[1], line[3], line[4]) for line in lines] == [("b", 2, 0.5), ("a", 1.5, 0.5)]
    group_row, _, not_applicable = list(written["a"].iter_rows(min_row=4, values_only=True))
    assert (group_row[2:6], not_applicable[3:6]) == ((3, 1.5, 1.5, 0.5), (None, None, None))


def test_units_of_several_groups_stand_by_group() -> None:
    rows = [replace(row, group=name) for row, name in zip(ROWS, ("2025", "2025", "2024", "2024"), strict=True)]
    book = openpyxl.load_workbook(BytesIO(ranking_bytes("Chỉ số", COLUMNS, rows, "vi", unit_sheets=True)))
    lines = list(book["Xếp hạng"].iter_rows(min_row=3, values_only=True))
    assert [(line[1], line[8]) for line in lines] == [
        ("Mã đơn vị", "Nhóm"), ("a", "2024"), ("d", "2024"), ("b", "2025"), ("c", "2025")
    ]  # fmt: skip
    assert next(row[1].value for row in book["Ma trận"].iter_rows(min_row=5)) == "Sóc Trăng (2024)"
    assert "Sóc Trăng (2024)" in book.sheetnames


def test_no_units_make_an_empty_ranking() -> None:
    book = openpyxl.load_workbook(BytesIO(ranking_bytes("Chỉ số", COLUMNS, [], "vi", unit_sheets=True)))
    assert book.sheetnames == ["Xếp hạng", "Ma trận"]


def test_what_suppliers_wrote_is_no_formula_in_any_table_that_batch_writes(tmp_path: Path) -> None:
    names = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", "Sóc Trăng"]
    header = "unit,unit_name,unit_kind,new_confusion,blood_urea\n"
    lines = [f'u{n},"{name}",,có,{n}\n' for n, name in enumerate(names)]
    (tmp_path / "units.csv").write_text(header + "".join(lines), encoding="utf-8")
    for out in ("table.csv", "table.xlsx"):
        arguments = ["batch", "curb-65/2003", str(tmp_path / "units.csv"), "--out", str(tmp_path / out)]
        assert run([*arguments, "--locale", "vi"]) == 0
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as stream:
        written = [row["unit_name"] for row in csv.DictReader(stream)]
    assert written == [*(f"'{name}" for name in names[:4]), "Sóc Trăng"]
    book = openpyxl.load_workbook(tmp_path / "table.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert set(names) <= {cell.value for cell in cells}
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert all(cell.quotePrefix for cell in cells if cell.value in names[:4])
