"""Every form in which figures come gives the same points; every form of results can be read again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import csv, ipc, parquet

from small_books import book_of, book_tree, leaf
from tieuchi.api import score_table
from tieuchi.batch.score import BatchOptions, score_file, score_frame
from tieuchi.errors import ReadingsError, UnknownNameError
from tieuchi.model.plan import Plan, compile_plan

CHECKED = [
    {"clause": "a", "indicator": "online", "points": "1/2"},
    {"clause": "b", "when": {"indicator": "rank", "is": "good"}, "points": "1/2"},
]
UNITS = ["a", "b", "c", "d"]
DONE, ALL = [9, 8, 10, None], [10, 10, 10, 10]
LIKED = ["73.82", "50", "0.1", "100"]
EXPECTED = [Fraction("4.2146"), Fraction("2.5"), Fraction("2.003"), None]


def totals(plan: Plan, table: Any, **options: Any) -> list[Any]:
    found, summary = score_frame(plan, table, BatchOptions(**options))
    assert [i.text("en") for i in summary.issues] == []
    return [None if total is None else Fraction(total) for total in found["total"].to_pylist()]


def arrow(liked: Any, done: Any = None) -> pa.Table:
    return pa.table(
        {"unit": UNITS, "done": pa.array(DONE, pa.int64()) if done is None else done, "all": ALL, "liked": liked}
    )


@pytest.mark.parametrize(
    "liked",
    [
        pa.array(LIKED),
        pa.array(LIKED, pa.large_string()),
        pa.array(LIKED).dictionary_encode(),
        pa.array([float(x) for x in LIKED]),
        pa.array([np.float32(x) for x in LIKED], pa.float32()),
        pa.array([Decimal(x) for x in LIKED], pa.decimal128(5, 2)),
        pa.array([Decimal(x) for x in LIKED], pa.decimal128(38, 20)),
        pa.array([Decimal(x) for x in LIKED], pa.decimal256(60, 20)),
    ],
    ids=lambda array: str(array.type)[:20],
)
def test_every_arrow_type_of_a_number_gives_the_exact_points(plan: Plan, liked: Any) -> None:
    assert totals(plan, arrow(liked)) == EXPECTED


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int32(), pa.uint64(), pa.float64(), pa.decimal128(9, 0)])
def test_counts_come_in_every_whole_type(plan: Plan, kind: Any) -> None:
    assert (
        totals(plan, arrow(LIKED, pa.array([None if n is None else Decimal(n) for n in DONE]).cast(kind))) == EXPECTED
    )


def test_a_slice_of_a_larger_table_is_read_where_it_begins(plan: Plan) -> None:
    table = pa.concat_tables([arrow([float(x) for x in LIKED])] * 2).combine_chunks().slice(3, 3)
    with pytest.raises(AssertionError):
        totals(plan, pa.concat_tables([table, table]))  # units stand twice
    assert totals(plan, table) == [EXPECTED[3], *EXPECTED[:2]]


def test_a_float_that_was_reckoned_and_not_written_is_refused(plan: Plan) -> None:
    found, summary = score_frame(plan, arrow([0.1 + 0.2, float("inf"), 50.0, float("nan")]))
    assert [(i.code, i.position.line) for i in summary.issues] == [("B607", 1), ("B607", 2)]
    assert found["2:state"].to_pylist() == ["scored", "missing"]


def test_pandas_and_polars_frames_give_the_same(plan: Plan) -> None:
    columns = {"unit": UNITS, "done": DONE, "all": ALL, "liked": [float(x) for x in LIKED]}
    assert totals(plan, pd.DataFrame(columns)) == EXPECTED
    assert totals(plan, pl.DataFrame(columns)) == EXPECTED
    assert totals(plan, pl.DataFrame(columns).lazy()) == EXPECTED
    assert totals(plan, pa.RecordBatch.from_pydict(columns)) == EXPECTED


def test_a_frame_comes_back_as_the_kind_it_was(plan: Plan) -> None:
    columns = {"unit": UNITS, "done": DONE, "all": ALL, "liked": LIKED}
    for frame, kind in (
        (pd.DataFrame(columns), pd.DataFrame),
        (pl.DataFrame(columns), pl.DataFrame),
        (arrow(LIKED), pa.Table),
    ):
        scores = score_table(plan.book, frame)
        assert isinstance(scores.frame, kind)
        clauses = [getattr(clause, "as_py", lambda same=clause: same)() for clause in scores.frame["1:clause"]]
        assert clauses[:3] == ["a", "b", "a"]


def test_numbers_of_a_frame_are_not_copied(plan: Plan) -> None:
    from tieuchi.batch.figures import figures_of

    given = pl.DataFrame({"unit": ["a"] * 1000, "done": range(1000)})
    column = given.to_arrow()["done"].combine_chunks()
    read = figures_of(column, plan.indicators["done"]).column.values
    assert read.__array_interface__["data"][0] == column.buffers()[1].address


def write_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Đơn vị", "done", "all", "liked"])
    for unit, done, whole, liked in zip(UNITS, DONE, ALL, LIKED, strict=True):
        sheet.append([unit, done, whole, float(liked)])
    sheet["D2"] = 0.7382  # a cell of percent format stores the share
    sheet["D2"].number_format = "0.00%"
    book.save(path)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "arrow", "feather", "xlsx"])
@pytest.mark.parametrize("form", ["wide", "long"])
def test_every_kind_of_file_is_read_wide_and_long(plan: Plan, tmp_path: Path, suffix: str, form: str) -> None:
    path, table = tmp_path / f"t.{suffix}", arrow(LIKED)
    if form == "long":
        lines = [
            (u, n, str(row[n]))
            for u, row in zip(UNITS, table.to_pylist(), strict=True)
            for n in ("done", "all", "liked")
            if row[n] is not None
        ]
        table = pa.table({name: [line[i] for line in lines] for i, name in enumerate(("unit", "indicator", "value"))})
    if suffix in ("csv", "tsv"):
        csv.write_csv(table, path, csv.WriteOptions(delimiter="," if suffix == "csv" else "\t"))
    elif suffix == "parquet":
        parquet.write_table(table, path, row_group_size=2)
    elif suffix == "xlsx" and form == "wide":
        write_workbook(path)
    elif suffix == "xlsx":
        book = openpyxl.Workbook()
        for line in [table.column_names, *zip(*(c.to_pylist() for c in table.columns), strict=True)]:
            book.active.append(line)
        book.save(path)
    else:
        with ipc.new_file(str(path), table.schema) as writer:
            writer.write_table(table, max_chunksize=2)
    assert totals(plan, str(path)) == EXPECTED


def test_bad_cells_of_a_workbook_are_told_by_sheet_and_cell(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_workbook(path)
    book = openpyxl.load_workbook(path)
    book.active["B3"], book.active["D4"] = "8O", 120
    book.save(path)
    found, summary = score_frame(plan, str(path))
    assert [str(issue.position) for issue in summary.issues] == [f"{path}[Sheet]!B3", f"{path}[Sheet]!D4"]
    assert found["unit"].to_pylist() == ["a", "d"]


def test_a_long_table_keeps_what_was_refused_and_what_does_not_apply(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = ["a,done,9,no proof", "a,all,10,", "a,liked,không áp dụng,", "b,done,9,", "b,dnoe,1,", "b,all,10,"]
    path.write_text("\n".join(["unit,indicator,value,refused", *rows]), encoding="utf-8")
    found, summary = score_frame(plan, str(path))
    assert [(row["unit"], row["1:state"], row["2:state"]) for row in found.to_pylist()] == [
        ("a", "refused", "not_applicable")
    ]
    assert [(issue.code, issue.position.line) for issue in summary.issues] == [("D443", 6)]


@pytest.fixture(scope="module")
def typed() -> Plan:
    """A rulebook that reads every kind of indicator but plain numbers."""
    half = [{"clause": "a", "at_least": "1/2", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    late = [{"clause": "a", "at_least": "1", "points": "0"}, {"clause": "b", "otherwise": "true", "points": "1"}]
    return compile_plan(
        book_of(
            book_tree(
                leaf({"bands": half}, id="1", value={"amount": "share"}),
                leaf({"declared": {}}, id="2"),
                leaf({"bands": late}, id="3", value={"days_late": {"date": "sent", "due": "2024-01-10"}}),
                leaf({"checklist": CHECKED}, id="4"),
                indicators={
                    "share": "ratio", "sent": "date", "online": "yes_no",
                    "rank": {"kind": "choice", "choices": ["good", "poor"]},
                },
            )
        )
    )  # fmt: skip


TYPED = {
    "unit": ["a", "b"], "share": ["1/2", "1/3"], "declared:2": [Decimal("0.5"), Decimal(1)], "rank": ["good", "poor"]
}  # fmt: skip
DAYS = [date(2024, 1, 10), date(2024, 1, 11)]
TIMES = [datetime(2024, 1, 10), datetime(2024, 1, 11)]  # noqa: DTZ001 - as pandas keeps days


@pytest.mark.parametrize(
    ("columns", "frame"),
    [
        ({"sent": DAYS, "online": [True, False]}, pa.table),
        ({"sent": ["2024-01-10", "11/1/2024"], "online": ["có", "Không"]}, pa.table),
        ({"sent": TIMES, "online": [1, 0]}, pd.DataFrame),
        ({"sent": DAYS, "online": [True, False]}, pl.DataFrame),
    ],
    ids=["typed", "text", "pandas", "polars"],
)
def test_dates_answers_choices_ratios_and_points_come_typed_or_as_text(typed: Plan, columns: Any, frame: Any) -> None:
    assert totals(typed, frame(TYPED | columns), locale="vi") == [Fraction("3.5"), Fraction(1)]


def test_a_time_of_day_is_no_date(typed: Plan) -> None:
    times = [datetime(2024, 1, 10, 5), TIMES[1]]  # noqa: DTZ001
    _, summary = score_frame(typed, pa.table(TYPED | {"sent": times, "online": [True, False]}))
    assert [issue.code for issue in summary.issues] == ["D497"]


def test_a_time_with_a_zone_is_no_date_for_it_is_another_day_elsewhere(typed: Plan) -> None:
    times = pa.array([TIMES[0], None], pa.timestamp("us", "Asia/Ho_Chi_Minh"))
    _, summary = score_frame(typed, pa.table(TYPED | {"sent": times, "online": [True, False]}))
    assert [issue.text("vi").splitlines()[0] for issue in summary.issues] == [
        "<frame>:1: D497: “2024-01-10 07:00:00+07:00” có giờ, cần ngày"
    ]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "arrow", "feather"])
def test_results_are_written_whole_and_can_be_read_again(plan: Plan, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"o.{suffix}"
    score_file(plan, arrow(LIKED), out, BatchOptions())
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    if suffix == "parquet":
        found = parquet.read_table(out)
    elif suffix in ("csv", "tsv"):
        options = csv.ParseOptions(delimiter="," if suffix == "csv" else "\t")
        exact = csv.ConvertOptions(column_types={"total": pa.decimal128(18, 6)})
        found = csv.read_csv(out, parse_options=options, convert_options=exact)
    else:
        with ipc.open_file(str(out)) as reader:
            found = reader.read_all()
    assert found["unit"].to_pylist() == UNITS
    assert [None if t is None else Fraction(t) for t in found["total"].to_pylist()] == EXPECTED
    assert found["1:clause"].to_pylist()[:3] == ["a", "b", "a"]
    assert found["rank"].to_pylist() == [1, 2, 3, None]


def test_a_table_that_can_t_be_read_is_refused_in_words(plan: Plan, tmp_path: Path) -> None:
    broken = tmp_path / "t.parquet"
    broken.write_bytes(b"PAR1 no PAR1")
    with pytest.raises(ReadingsError, match="D401"):
        score_frame(plan, str(broken))
    with pytest.raises(ReadingsError, match="B608"):
        score_frame(plan, pa.table({"unit": ["a"], "done": [[1]]}))
    with pytest.raises(UnknownNameError, match="dict"):
        score_frame(plan, {"unit": ["a"]})
    with pytest.raises(UnknownNameError, match=r"t\.parqet"):
        score_frame(plan, str(tmp_path / "t.parqet"))
    with pytest.raises(ReadingsError, match="Y120"):
        score_file(plan, arrow(LIKED), tmp_path / "none" / "o.csv", BatchOptions())


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "frame"])
def test_a_table_without_rows_says_so(plan: Plan, tmp_path: Path, suffix: str) -> None:
    empty, path = arrow(LIKED).slice(0, 0), tmp_path / f"t.{suffix}"
    if suffix == "parquet":
        parquet.write_table(empty, path)
    elif suffix == "arrow":
        with ipc.new_file(str(path), empty.schema) as writer:
            writer.write_table(empty)
    with pytest.raises(ReadingsError, match="D433"):
        score_frame(plan, empty if suffix == "frame" else str(path))


def test_columns_of_one_name_are_refused(plan: Plan) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array([1]), pa.array([2])], names=["unit", "done", "done"])
    with pytest.raises(ReadingsError, match="D448"):
        score_frame(plan, table)


def test_decimals_of_parquet_take_as_few_bytes_as_their_maxima_need(plan: Plan, tmp_path: Path) -> None:
    large = compile_plan(
        book_of(
            book_tree(
                leaf({"linear": {}}, id="1", max_points="900", value={"amount": "liked"}),
                leaf({"linear": {}}, id="2", max_points="900", value={"amount": "liked"}),
                indicators={"liked": "percent"},
            )
        )
    )
    for book, physical, digits in ((plan, "INT32", 9), (large, "INT64", 18)):
        out = tmp_path / f"{physical}.parquet"
        score_file(book, arrow(LIKED).select(["unit", "liked"]), out, BatchOptions())
        columns = {column.name: column for column in parquet.ParquetFile(out).schema}
        assert columns["total"].physical_type == physical
        assert (columns["total"].precision, columns["total"].scale) == (digits, 6)
        assert columns["2"].physical_type == "INT32"
        assert parquet.read_schema(out).field("2:clause").type == pa.string()


def test_parquet_results_are_decimals_and_words_to_every_reader(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "o.parquet"
    score_file(plan, arrow(LIKED), out, BatchOptions())
    exact = [Decimal("4.214600"), Decimal("2.500000"), Decimal("2.003000"), None]
    clauses = ["a", "b", "a", None]
    by_polars = pl.read_parquet(out)
    assert by_polars.schema["total"] == pl.Decimal(9, 6)
    assert (by_polars["total"].to_list(), by_polars["1:clause"].to_list()) == (exact, clauses)
    by_duckdb = duckdb.sql(f"SELECT total, \"1:clause\", typeof(total) FROM '{out}'").fetchall()
    assert by_duckdb == [(*pair, "DECIMAL(9,6)") for pair in zip(exact, clauses, strict=True)]
    by_pandas = pd.read_parquet(out)
    assert by_pandas["total"].tolist() == exact
    assert by_pandas["1:state"].tolist() == ["scored", "scored", "scored", "missing"]
