"""Tables of bands from Excel and CSV become rulebooks, and what they lack is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tieuchi.cli import run
from tieuchi.errors import RulebookError, TieuchiError
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
    with pytest.raises(RulebookError, match=r"x.csv:2:5: E102: the cell “mười”"):
        import_bands("criterion,indicator,points\n1,x,mười\n".encode(), "x.csv", "x")


def test_bands_that_overlap_are_refused_as_in_any_rulebook() -> None:
    with pytest.raises(RulebookError, match="R309") as caught:
        import_bands(b"criterion,indicator,at_least,at_most,points\n1,x,0,5,1\n1,x,5,9,2\n", "x.csv", "x")
    overlap = next(issue for issue in caught.value.issues if issue.code == "R309")
    assert (overlap.position.line, overlap.there and overlap.there.line) == (3, 2)
    assert overlap.examples[0].readings == {"x": "5"}


def test_a_number_that_means_two_things_is_refused() -> None:
    for text in ("1,250", "12.500"):
        with pytest.raises(RulebookError, match="E102"):
            import_bands(f"criterion;indicator;at_least;points\n1;x;{text};1\n1;x;;0\n".encode(), "x.csv", "x")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E103"),
        (b"criterion,indicator,points\n", "E104"),
        (b"criterion,indicator,points\n" + b"1,x,1\n" * 10_001, "E104"),
        (b"\xff\xfecriterion", "Y103"),
        (b"PK\x03\x04broken", "D454"),
        (b"criterion,indicator,points\n=1+1,x,1\n", "R215"),
        (b'criterion,indicator,points\n1,"=HYPERLINK(1)",1\n', "R215"),
        (b"criterion,indicator,points\n1,x\n", "E102"),
        (b'criterion,indicator,points\n"1,x,1\n', "D431"),
    ],
)
def test_hostile_tables_are_refused_by_their_code(data: bytes, code: str) -> None:
    with pytest.raises(TieuchiError) as caught:
        import_bands(data, "x.csv", "x")
    assert code in caught.value.text("en")
