"""Who stands in a table, in whatever words, types and cells: told apart, or refused as single readings are."""

from __future__ import annotations

import io
import unicodedata
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, leaf
from tieuchi.batch import source
from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings
from tieuchi.model.plan import Plan, compile_plan

NAME = "Sóc Trăng"
APART = unicodedata.normalize("NFD", NAME)
FIGURES = {"done": [9, 9], "all": [10, 10], "liked": ["50%", "50%"]}


def codes(plan: Plan, table: Any) -> list[tuple[int | None, str]]:
    _, summary = score_frame(plan, table)
    return [(issue.position.line, issue.code) for issue in summary.issues]


def sheet(folder: Path, *rows: list[Any]) -> str:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    (folder / "t.xlsx").write_bytes(data.getvalue())
    return str(folder / "t.xlsx")


def test_a_unit_written_in_other_code_points_is_the_same_unit(plan: Plan, tmp_path: Path) -> None:
    assert APART != NAME
    assert codes(plan, pa.table({"unit": [NAME, APART], **FIGURES})) == [(2, "D441")]
    file = tmp_path / "t.csv"
    file.write_text(f"unit,done,all,liked\n{NAME},9,10,50%\n{APART},9,10,50%\n", encoding="utf-8")
    assert codes(plan, str(file)) == [(3, "D441")]


def test_a_parent_written_in_other_code_points_is_found(plan: Plan) -> None:
    units = {"unit": [NAME, "x"], "unit_kind": ["province", "district"], "unit_parent": [None, APART]}
    assert codes(plan, pa.table({**units, **FIGURES})) == []


@pytest.mark.parametrize(
    ("unit", "name", "code"),
    [
        ("a\x1b[31m", "A", "D419"),
        ("a", "A\x07", "D419"),
        ("a", "A\x85A", "D419"),
        ("a", "\uffff", "D419"),
        ("x" * 201, "A", "D420"),
        ("Tổng cộng", "", "D409"),
        ("TỔNG SỐ:", "A", "D409"),
        ("Tổng Công ty", "Tổng cộng", ""),
        ("a", "Xã Â Ê Ô ° –", ""),
        ("ế" * 200, "dòng\nhai\ttab", ""),
    ],
)
def test_names_are_refused_as_single_readings_refuse_them(
    plan: Plan, tmp_path: Path, unit: str, name: str, code: str
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f'unit,unit_name,done,all,liked\n"{unit}","{name}",9,10,50%\n', encoding="utf-8")
    expected = [(2, code)] if code else []
    assert codes(plan, str(file)) == expected
    try:
        load_all_readings(file, plan.indicators)
        refused = []
    except ReadingsError as error:
        refused = [(issue.position.line, issue.code) for issue in error.issues]
    assert refused == expected


def test_the_message_of_a_name_says_which_character(plan: Plan) -> None:
    _, summary = score_frame(plan, pa.table({"unit": ["a\x00", "b"], **FIGURES}))
    assert [issue.text("en") for issue in summary.issues] == [
        "<frame>:1: D419: character U+0000 is not allowed\n    at    unit"
    ]
    assert summary.issues[0].text("vi").startswith("<frame>:1: D419: ký tự U+0000 không được phép")


@pytest.mark.parametrize("form", ["wide", "long"])
def test_a_row_that_adds_up_the_units_is_not_the_best_of_them(tmp_path: Path, form: str) -> None:
    best = leaf({"relative_to_best": {"best": "largest"}}, id="1", max_points="2", value={"amount": "income"})
    file = tmp_path / "t.csv"
    lines = ["unit,income", "a,30", "b,15", "Tổng cộng,45"]
    if form == "long":
        lines = ["unit,indicator,value", *(line.replace(",", ",income,") for line in lines[1:])]
    file.write_text("\n".join(lines), encoding="utf-8")
    plan = compile_plan(book_of(book_tree(best, indicators={"income": "amount"})))
    found, summary = score_frame(plan, str(file))
    assert (found["unit"].to_pylist(), found["1"].to_pylist()) == (["a", "b"], [2, 1])
    assert [(issue.code, issue.position.line) for issue in summary.issues] == [("D409", 4)]


def test_units_of_a_workbook_are_told_by_sheet_and_cell(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    sheets = openpyxl.Workbook()
    sheet = sheets.create_sheet("2025", 0)
    for line in (["done", "Tên đơn vị", "Đơn vị"], [9, "A", "a"], [9, "A", "a"], [9, "B" * 201, "b"], [9, "C"]):
        sheet.append(line)
    sheets.save(path)
    _, summary = score_frame(plan, str(path))
    assert [(issue.code, str(issue.position)) for issue in summary.issues] == [
        ("D441", f"{path}[2025]!C3"), ("D420", f"{path}[2025]!B4"), ("D434", f"{path}[2025]!C5"),
    ]  # fmt: skip
    assert summary.issues[0].facts["first"] == f"{path}[2025]!C2"


def test_a_time_is_a_day_only_at_midnight(growing: Plan) -> None:
    hanoi = timezone(timedelta(hours=7))
    starts = [datetime(2024, 1, 1, tzinfo=hanoi), datetime(2024, 1, 1, 10, tzinfo=hanoi)]
    column = pa.array(starts, pa.timestamp("ns", "Asia/Ho_Chi_Minh"))
    table = pa.table({"unit": ["a", "b"], "valid_from": column, "firms": [1, 1], "firms_before": [1, 1]})
    found, summary = score_frame(growing, table)
    assert found["unit"].to_pylist() == ["a"]
    assert [(issue.position.line, issue.code) for issue in summary.issues] == [(2, "D476")]


@pytest.mark.parametrize("kind", [pa.decimal32(5, 2), pa.decimal64(15, 2), pa.decimal128(30, 2), pa.decimal256(60, 2)])
def test_decimals_of_every_width_are_counts_where_they_are_whole(plan: Plan, kind: Any) -> None:
    done = pa.array([Decimal("9.00"), Decimal("2.50")], kind)
    found, summary = score_frame(plan, pa.table({"unit": ["a", "b"], **FIGURES, "done": done}))
    assert (found["unit"].to_pylist(), found["1"].to_pylist()) == (["a"], [2])
    assert [(issue.position.line, issue.code) for issue in summary.issues] == [(2, "D473")]


@pytest.mark.parametrize("column", ["unit", "unit_name", "unit_kind", "unit_parent", "period", "valid_from"])
@pytest.mark.parametrize(("wrong", "code"), [("#REF!", "D498"), ('="x"&1', "D429")])
def test_a_cell_without_a_value_names_nobody(plan: Plan, tmp_path: Path, column: str, wrong: str, code: str) -> None:
    heads = dict.fromkeys(["unit", column, "period", "done", "all", "liked"])
    good = {"unit": "b", "period": "2024", "done": 9, "all": 10, "liked": "50%"}
    bad = {**good, "unit": "a", column: wrong}
    table = sheet(tmp_path, list(heads), [bad.get(h) for h in heads], [good.get(h) for h in heads])
    found, summary = score_frame(plan, table)
    assert found["unit"].to_pylist() == ["b"]
    cell = "ABCDEF"[list(heads).index(column)] + "2"
    assert [(issue.position.cell, issue.code) for issue in summary.issues] == [(cell, code)]


def test_a_cell_without_a_value_names_nobody_in_a_long_table(plan: Plan, tmp_path: Path) -> None:
    rows = [["unit", "indicator", "value"], ["a", "done", 1], ["#REF!", "all", 3], ["a", "#N/A", 3]]
    _, summary = score_frame(plan, sheet(tmp_path, *rows))
    assert [(issue.position.cell, issue.code) for issue in summary.issues] == [("A3", "D498"), ("B4", "D498")]


@pytest.mark.parametrize("bad", [range(3), range(3, 6)], ids=["first part", "last part"])
def test_a_part_without_any_good_row_changes_no_column(plan: Plan, monkeypatch: pytest.MonkeyPatch, bad: range) -> None:
    monkeypatch.setattr(source, "BATCH_ROWS", 3)
    done = [-1 if row in bad else 9 for row in range(6)]
    found, summary = score_frame(
        plan, pa.table({"unit": [*"abcdef"], "done": done, "all": [10] * 6, "liked": ["50%"] * 6})
    )
    assert (found.num_rows, len(summary.rejects)) == (3, 3)
    assert (found["rank"].to_pylist(), found["grade"].to_pylist()) == ([1] * 3, ["B"] * 3)


def test_a_long_table_of_which_no_unit_is_left_tells_why(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("unit,indicator,value\na,done,1\na,done,2\nb,nothing,1\n")
    found, summary = score_frame(plan, str(file))
    assert found.num_rows == 0
    assert [(issue.position.line, issue.code) for issue in summary.issues] == [(3, "D442"), (4, "D443")]


@pytest.mark.parametrize("group", ["unit_kind", "unit_parent"])
def test_groups_need_the_column_that_says_them(plan: Plan, tmp_path: Path, group: str) -> None:
    table = pa.table({"unit": ["a", "b"], **FIGURES})
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, table, BatchOptions(group=group))
    hint = "    hint  add it, or leave --group out"
    assert refused.value.text("en") == f"<frame>: B636: the table has no column {group} to group by\n{hint}"
    assert f"B636: bảng không có cột {group} để chia nhóm\n    gợi ý thêm cột ấy" in refused.value.text("vi")
    assert score_frame(plan, table, BatchOptions(group="period"))[1].issues == []
