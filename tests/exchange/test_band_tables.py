"""Tables of bands from Excel and CSV become rulebooks, and what they lack is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tieuchi.cli import run
from tieuchi.errors import RulebookError
from tieuchi.exchange.band_table import import_bands
from tieuchi.loading.rulebook import load_rulebook

CSV = "Mã;Tên;Chỉ số;Mức;Từ;Điểm\n8.2;Doanh nghiệp;new / old;a;30%;1\n8.2;;;b;10%;0,5\n8.2;;;c;;0\n"


def test_a_vietnamese_csv_becomes_bands(tmp_path: Path) -> None:
    file, out = tmp_path / "thang.csv", tmp_path / "rulebook.yaml"
    file.write_text(CSV, encoding="utf-8-sig")
    assert run(["import", str(file), "--id", "thang/2024", "--out", str(out)]) == 0
    leaf = next(load_rulebook(out).leaves())
    assert leaf.scale is not None
    assert leaf.scale.bands is not None
    assert [(b.clause, str(b.at_least), str(b.points)) for b in leaf.scale.bands] == [
        ("a", "3/10", "1"),
        ("b", "1/10", "1/2"),
        ("c", "None", "0"),
    ]


def test_a_sheet_says_the_same_as_its_csv(tmp_path: Path) -> None:
    file = tmp_path / "thang.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        for row, line in enumerate(CSV.splitlines()):
            for column, cell in enumerate(line.split(";")):
                if cell == "10%":
                    sheet.write_number(row, column, 0.1)
                else:
                    sheet.write_string(row, column, cell)
    one = import_bands(file.read_bytes(), "x", "x")
    assert one == import_bands(CSV.encode(), "x", "x").replace("'10%'", "'0.1'")


def test_a_table_without_points_is_refused_with_the_columns_it_has() -> None:
    with pytest.raises(RulebookError, match="column “points” is missing"):
        import_bands(b"criterion,indicator\n1,x\n", "x.csv", "x")


def test_a_cell_that_is_no_number_is_refused_with_its_row() -> None:
    with pytest.raises(RulebookError, match=r"“mười”.*row 2"):
        import_bands("criterion,indicator,points\n1,x,mười\n".encode(), "x.csv", "x")


def test_bands_that_overlap_are_refused_as_in_any_rulebook() -> None:
    with pytest.raises(RulebookError, match="R309"):
        import_bands(b"criterion,indicator,at_least,at_most,points\n1,x,0,5,1\n1,x,5,9,2\n", "x.csv", "x")
