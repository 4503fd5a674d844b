"""Growth compares with the whole of what a unit was, in the one period that a table is of, or not at all."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pytest

from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.errors import ReadingsError
from tieuchi.model.plan import Plan

MERGED = "unit,successor,day\nha-giang,tuyen-quang,2025-07-01\ntuyen-quang,tuyen-quang,2025-07-01\n"
BOTH = "unit,period,firms\nha-giang,2024,100\ntuyen-quang,2024,200\n"
NOW = "unit,firms,done,all,liked\ntuyen-quang,310,9,10,50%\n"
"""310 are 3 % more than 300 and 55 % more than 200."""


class Desk:
    """Files of one test, scored together."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder

    def file(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def told(self, table: str | Path, base: str, register: str = MERGED) -> tuple[list[object], list[str]]:
        """Return the points for growth and the codes of what is wrong."""
        given = table if isinstance(table, Path) else self.file("t.csv", table)
        options = BatchOptions(base=self.file("b.csv", base), register=self.file("r.csv", register))
        found, summary = score_frame(self.plan, str(given), options)
        return found["3"].to_pylist(), [issue.code for issue in summary.issues]


@pytest.fixture
def desk(growing: Plan, tmp_path: Path) -> Desk:
    return Desk(growing, tmp_path)


def test_a_unit_that_merged_compares_with_the_sum_of_its_parts(desk: Desk) -> None:
    assert desk.told(NOW, BOTH) == ([0], [])


@pytest.mark.parametrize("there", ["tuyen-quang,2024,200", "ha-giang,2024,100"])
def test_a_part_that_the_base_does_not_have_leaves_the_whole_open(desk: Desk, there: str) -> None:
    assert desk.told(NOW, f"unit,period,firms\n{there}\n") == ([None], [])


def test_a_part_whose_row_is_wrong_leaves_the_whole_open(desk: Desk) -> None:
    assert desk.told(NOW, BOTH.replace("100", "-100")) == ([None], ["D474"])


def test_a_part_that_was_no_more_by_then_is_not_missed(desk: Desk) -> None:
    changes = MERGED + "gone,ha-giang,2020-01-01\nha-giang,ha-giang,2020-01-01\n"
    assert desk.told(NOW, BOTH, changes) == ([0], [])


def test_a_part_that_came_and_went_in_between_is_not_missed(desk: Desk) -> None:
    changes = (
        "unit,successor,day\nha-giang,vi-xuyen,2025-02-01\nvi-xuyen,tuyen-quang,2025-07-01\n"
        "tuyen-quang,tuyen-quang,2025-07-01\n"
    )
    assert desk.told(NOW, BOTH, changes) == ([0], [])


@pytest.mark.parametrize("head", ["period", "Kỳ", "năm", unicodedata.normalize("NFD", "Kỳ đánh giá")])
@pytest.mark.parametrize(("period", "points"), [("2025", 0), ("2025-Q2", 2)])
def test_the_period_of_a_table_counts_under_each_of_its_names(desk: Desk, head: str, period: str, points: int) -> None:
    table = f"unit,{head},firms,done,all,liked\ntuyen-quang,{period},310,9,10,50%\n"
    assert desk.told(table, BOTH) == ([points], [])


def test_the_period_of_a_sheet_counts_too(desk: Desk) -> None:
    book = openpyxl.Workbook()
    for row in (["unit", "Kỳ", "firms", "liked"], ["tuyen-quang", "2025-Q2", 310, "50%"], ["x", "#N/A", 1, "1%"]):
        book.active.append(row)
    book.save(desk.folder / "t.xlsx")
    assert desk.told(desk.folder / "t.xlsx", BOTH) == ([2], ["D498"])


def test_a_table_of_several_periods_has_no_single_base(desk: Desk) -> None:
    table = NOW.replace("unit,", "unit,period,").replace("quang,", "quang,2025,") + "x,2024,1,9,10,50%\n"
    with pytest.raises(ReadingsError) as refused:
        desk.told(table, BOTH)
    said, at, hint = refused.value.text("en").splitlines()
    words = "the table holds several periods (2024, 2025), and a table of the period before goes with one"
    assert said == f"{desk.folder / 't.csv'}: B635: {words}"
    assert (at, hint) == ("    at    period", "    hint  score one period at a time")
    assert "bảng có nhiều kỳ (2024, 2025), mà bảng kỳ trước chỉ đi với một kỳ" in refused.value.text("vi")


def test_a_row_of_the_base_that_names_nobody_is_told(desk: Desk) -> None:
    assert desk.told(NOW, BOTH + ",2024,5\n,2024,6\nx\x07,2024,7\n") == ([0], ["D434", "D434", "D419"])


def test_a_unit_twice_in_the_base_is_refused_with_both_places(desk: Desk) -> None:
    with pytest.raises(ReadingsError) as refused:
        desk.told(NOW, BOTH + "ha-giang,2024,7\ntuyen-quang,2024,8\n")
    told = [(issue.code, issue.position.line, issue.facts["first"]) for issue in refused.value.issues]
    assert told == [("D441", 4, f"{desk.folder / 'b.csv'}:2"), ("D441", 5, f"{desk.folder / 'b.csv'}:3")]


def test_a_unit_of_the_base_that_went_nowhere_is_told(growing: Plan, desk: Desk) -> None:
    base = desk.file("b.csv", BOTH + "lai-chau,2024,7\n")
    for changes, unmet in ((MERGED, ["lai-chau"]), ("unit,successor,day\n", ["ha-giang", "lai-chau"])):
        options = BatchOptions(base=base, register=desk.file("r.csv", changes))
        assert score_frame(growing, str(desk.file("t.csv", NOW)), options)[1].unmet == unmet
    with_it = desk.file("t.csv", NOW + "lai-chau,x,9,10,50%\n")  # a row that is wrong is told as such
    assert score_frame(growing, str(with_it), options)[1].unmet == ["ha-giang"]


def test_a_figure_that_the_base_contradicts_is_told_with_both(desk: Desk) -> None:
    table = desk.file("t.csv", "unit,firms,firms_before\ntuyen-quang,310,250\n")
    options = BatchOptions(base=desk.file("b.csv", BOTH), register=desk.file("r.csv", MERGED))
    (issue,) = score_frame(desk.plan, str(table), options)[1].issues
    assert issue.text("en").splitlines() == [
        f"{table}:2: B633: “firms_before” is 250 here and 300 by the table of the period before",
        "    at    firms_before",
        "    hint  leave it out, or mend the table of the period before",
    ]
    said = "“firms_before” ở đây là 250, tính từ bảng kỳ trước là 300"
    assert issue.text("vi").splitlines()[0] == f"{table}:2: B633: {said}"


@pytest.mark.parametrize("period", ["2025", "2026"])
def test_a_base_of_no_period_before_is_refused(desk: Desk, period: str) -> None:
    with pytest.raises(ReadingsError) as refused:
        desk.told(NOW, BOTH.replace("2024", period))
    place = desk.folder / "b.csv"
    assert refused.value.text("en") == (
        f"{place}: B655: the table of the period before is of {period}, which is not before 2025, that of the table\n"
        "    at    period\n    hint  give that of the period before, or mend the periods"
    )
    assert refused.value.text("vi") == (
        f"{place}: B655: bảng kỳ trước là của kỳ {period}, không trước kỳ 2025 của bảng\n"
        "    tại   period\n    gợi ý đưa bảng của kỳ trước, hoặc sửa cột kỳ"
    )
