from __future__ import annotations

import csv
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest

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
