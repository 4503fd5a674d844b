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
    with pytest.raises(RulebookError, match=r"x.csv:2:5: E106: the cell “mười” is no number"):
        import_bands("criterion,indicator,points\n1,x,mười\n".encode(), "x.csv", "x")


TWO = "criterion,title,indicator,at_least,points,reference\n1,Tasks,x,5,1,a)\n1,,,,0,b)\n"


def test_a_reference_of_its_own_stays_with_its_band() -> None:
    text = import_bands(TWO.encode(), "x.csv", "x")
    assert text.count("item: a)") == text.count("item: b)") == 1


def test_a_row_that_says_something_else_of_its_criterion_is_refused() -> None:
    with pytest.raises(RulebookError) as caught:
        import_bands(TWO.replace("1,,,", "1,Task,y,").encode(), "x.csv", "x")
    assert caught.value.text("en") == (
        "x.csv:3:3: E108: criterion “1”: this row says “Task”, the first one “Tasks”\n"
        "    and   x.csv:2:3\n"
        "x.csv:3:8: E108: criterion “1”: this row says “y”, the first one “x”\n"
        "    and   x.csv:2:9"
    )
    assert "tiêu chí “1”: dòng này ghi “y”, dòng đầu ghi “x”" in caught.value.text("vi")


def test_a_head_that_is_not_known_is_refused_and_not_passed_over() -> None:
    with pytest.raises(RulebookError) as caught:
        import_bands(b"criterion,indicator,at leest,points,points\n1,x,5,1,1\n", "x.csv", "x")
    assert caught.value.text("en") == (
        "x.csv:1:21: E105: column “at leest” is not known, or stands twice\n"
        "    hint  did you mean “at least”?\n"
        "x.csv:1:37: E105: column “points” is not known, or stands twice"
    )
    assert "E105: không hiểu cột “at leest”, hoặc cột đứng hai lần" in caught.value.text("vi")
    assert "at_least: '5'" in import_bands(b"criterion,indicator,at least,points\n1,x,5,1\n1,x,,0\n", "x.csv", "x")


def test_what_is_no_number_and_what_stands_under_no_head_is_said_in_both_languages() -> None:
    with pytest.raises(RulebookError) as number:
        import_bands(b"criterion,indicator,points\n1,x,ten\n", "x.csv", "x")
    assert number.value.text("vi") == (
        "x.csv:2:5: E106: ô “ten” không phải là số\n    gợi ý viết 80, 0,5, 30% hoặc 1/3"
    )
    with pytest.raises(RulebookError) as beyond:
        import_bands(b"criterion,indicator,points\n1,x,1,9\n", "x.csv", "x")
    assert beyond.value.text("vi") == "x.csv:2:7: E107: ô “9” không nằm dưới cột nào có tên"
    assert beyond.value.text("en") == "x.csv:2:7: E107: the cell “9” stands under no head"


def test_bands_that_overlap_are_refused_as_in_any_rulebook() -> None:
    with pytest.raises(RulebookError, match="R309") as caught:
        import_bands(b"criterion,indicator,at_least,at_most,points\n1,x,0,5,1\n1,x,5,9,2\n", "x.csv", "x")
    overlap = next(issue for issue in caught.value.issues if issue.code == "R309")
    assert (overlap.position.line, [place.line for place in overlap.there]) == (3, [2])
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
        (b"criterion,indicator,points\n1,x\n", "E106"),
        (b"criterion,indicator,points\n1,x,NaN\n", "E106"),
        (b"criterion,indicator,points\n1,x,1e400\n", "E106"),
        (b"criterion,indicator,points\n1,x,1,9\n", "E107"),
        (b'criterion,indicator,points\n"1,x,1\n', "D431"),
    ],
)
def test_hostile_tables_are_refused_by_their_code(data: bytes, code: str) -> None:
    with pytest.raises(TieuchiError) as caught:
        import_bands(data, "x.csv", "x")
    assert code in caught.value.text("en")
