"""Long tables: the same figures are taken, and the same refused, as by the readings of single units."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings
from tieuchi.model.plan import Plan

LONG = "unit,indicator,value"


def issues(plan: Plan, tmp_path: Path, text: str, **options: object) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the units scored and what is wrong, by code and line."""
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    found, summary = score_frame(plan, str(table), BatchOptions(**options))  # type: ignore[arg-type]
    return found["unit"].to_pylist(), [(issue.code, issue.position.line) for issue in summary.issues]


def alone(plan: Plan, tmp_path: Path) -> list[tuple[str, int]]:
    """Return what the readings of single units have against the same file."""
    with pytest.raises(ReadingsError) as refused:
        load_all_readings(tmp_path / "t.csv", plan.indicators)
    return [(issue.code, issue.position.line) for issue in refused.value.issues]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("a,done,9\na,done,9\n", [("D442", 3)]),
        ("a,done,9\na,done,8\n", [("D442", 3)]),
        ("a,done,\na,done,9\n", [("D442", 3)]),
        ("a,dnoe,9\n,done,9\n,,9\na,,9\n", [("D443", 2), ("D434", 3), ("D434", 4), ("D451", 4), ("D451", 5)]),
        ("a,done,x\na,all,1.5\na,liked,101\n", [("D460", 2), ("D473", 3), ("D475", 4)]),
    ],
)
def test_rows_are_refused_as_they_are_for_single_units(
    plan: Plan, tmp_path: Path, rows: str, wrong: list[tuple[str, int]]
) -> None:
    units, found = issues(plan, tmp_path, f"{LONG}\n{rows}b,done,9\nb,all,10\n")
    assert (units, found) == (["b"], wrong)
    assert {*alone(plan, tmp_path)} <= {*wrong}


def test_a_figure_not_accepted_must_be_one_all_the_same(plan: Plan, tmp_path: Path) -> None:
    rows = [
        "a,done,x,no proof",
        "b,liked,không áp dụng,no proof",
        "c,done,9,no proof",
        "d,done,,never sent",
        "d,all,5,",
    ]
    units, found = issues(plan, tmp_path, "\n".join([f"{LONG},refused", *rows]))
    assert (units, found) == (["c", "d"], [("D460", 2), ("D444", 3)])
    assert alone(plan, tmp_path) == found


def test_a_unit_of_a_long_table_is_scored_only_in_its_time(plan: Plan, tmp_path: Path) -> None:
    rows = ["a,2025,done,9,,2025-06-30", "b,2025,done,9,2024-01-01,", "b,2025,all,10,,", "c,2025,done,9,2026-01-01,"]
    units, found = issues(plan, tmp_path, "\n".join(["unit,period,indicator,value,valid_from,valid_to", *rows]))
    assert (units, found) == (["b"], [("B618", 2), ("B618", 5)])
    assert alone(plan, tmp_path) == found


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            "unit,indicator,value,colour,nte",
            ["1:22: D438: unknown column “colour”", "1:29: D438: unknown column “nte”"],
        ),
        ("unit,đơn vị,indicator,value", ["1:6: D448: column “đơn vị” is already at {file}:1:1"]),
        ("indicator,value", ["1:1: D436: the header has no column “unit” (đơn vị / mã đơn vị)"]),
        ("unit,indicator", ["1:1: D436: the header has no column “value” (số liệu / giá trị)"]),
        (
            "unit,value,liked",
            [
                "1:1: D436: the header has no column “indicator” (chỉ số / chỉ tiêu / mã chỉ số / mã chỉ tiêu)",
                "1:12: D438: unknown column “liked”",
            ],
        ),
        ("unit,indicator,value,declared:9", ["1:22: D502: there is no sub-criterion “9” to declare points for"]),
    ],
)
def test_a_header_is_refused_with_everything_wrong_in_it(
    plan: Plan, tmp_path: Path, header: str, told: list[str]
) -> None:
    row = ["a", "done", "9", "1", "1"][: header.count(",") + 1]
    with pytest.raises(ReadingsError) as refused:
        issues(plan, tmp_path, f"{header}\n{','.join(row)}\n")
    file = tmp_path / "t.csv"
    lines = [issue.text("en").splitlines()[0] for issue in refused.value.issues]
    assert lines == [f"{file}:{line.format(file=file)}" for line in told]


def test_unknown_columns_are_passed_over_where_that_is_asked_for(plan: Plan, tmp_path: Path) -> None:
    units, found = issues(plan, tmp_path, f"{LONG},colour\na,done,9,red\na,all,10,\n", ignore_extra=True)
    assert (units, found) == (["a"], [])


def test_a_value_under_no_name_is_told(plan: Plan, tmp_path: Path) -> None:
    units, found = issues(plan, tmp_path, f"{LONG},\na,done,9,?\nb,done,9,\n")
    assert (units, found) == (["b"], [("D450", 2)])


def test_a_long_frame_is_refused_in_the_same_words(plan: Plan) -> None:
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, pa.table({"indicator": ["done"], "value": [9], "colour": ["red"]}))
    assert [issue.text("vi").splitlines()[0] for issue in refused.value.issues] == [
        "<frame>: D436: dòng tiêu đề thiếu cột “unit” (đơn vị / mã đơn vị)",
        "<frame>: D438: không có cột “colour”",
    ]


def test_a_column_of_a_long_table_is_there_though_nothing_stands_in_it(plan: Plan, tmp_path: Path) -> None:
    text = "unit,unit_kind,indicator,value\na,,done,9\nb,,done,9\n"
    assert issues(plan, tmp_path, text, group="unit_kind") == (["a", "b"], [])
