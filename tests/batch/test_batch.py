"""Tables in and out: the same points as the exact road, bad rows told and kept, no half file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_books import book_of, book_tree, group, leaf, readings_of
from tieuchi.api import score
from tieuchi.batch.score import BatchOptions, score_file, score_frame
from tieuchi.errors import ReadingsError
from tieuchi.model.plan import Plan, compile_plan

CSV = "unit,period,done,all,liked\na,2024,9,10,100%\nb,2024,8,10,50%\nc,2024,x,10,50%\nd,2024,9,10,\ne,2024,8,10,50%\n"


def test_a_bad_row_is_told_with_its_line_and_the_others_are_scored(plan: Plan, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    table.write_text(CSV)
    summary = score_file(plan, table, out, BatchOptions())
    found = pq.read_table(out).to_pylist()
    assert [(row["unit"], row["total"], row["rank"], row["grade"]) for row in found] == [
        ("a", Fraction(5), 1, "A"),
        ("b", Fraction(5, 2), 2, "B"),
        ("d", None, None, None),
        ("e", Fraction(5, 2), 2, "B"),
    ]  # fmt: skip
    assert [str(issue.position) for issue in summary.issues] == [f"{table}:4"]
    errors = (tmp_path / "out.errors.csv").read_text()
    assert "D460" in errors
    assert "unit=c; period=2024; done=x; all=10; liked=50%" in errors


def test_what_lacks_leaves_an_interval(plan: Plan) -> None:
    found, _ = score_frame(
        plan, pa.table({"unit": ["d"], "done": [9], "all": [10], "liked": pa.array([None], pa.float64())})
    )
    row = found.to_pylist()[0]
    assert (row["total"], row["total:low"], row["total:high"], row["2:state"]) == (None, 2, 5, "missing")


def test_strict_refuses_and_writes_nothing(plan: Plan, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    table.write_text(CSV)
    with pytest.raises(ReadingsError):
        score_file(plan, table, out, BatchOptions(strict=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_long_and_wide_tables_give_the_same(plan: Plan, tmp_path: Path) -> None:
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    wide.write_text("unit,done,all,liked\na,9,10,100%\nb,8,10,50%\n")
    lines = [f"{unit},{name},{value}" for unit, *values in (("a", 9, 10, "100%"), ("b", 8, 10, "50%"))
             for name, value in zip(("done", "all", "liked"), values, strict=True)]  # fmt: skip
    long.write_text("unit,indicator,value\n" + "\n".join(lines) + "\n")
    assert score_frame(plan, str(wide))[0].to_pylist() == score_frame(plan, str(long))[0].to_pylist()


def test_an_unknown_column_is_refused_by_name(plan: Plan) -> None:
    with pytest.raises(ReadingsError, match="liket"):
        score_frame(plan, pa.table({"unit": ["a"], "liket": [1]}))


def test_ranks_go_by_exact_totals_not_by_rounded_ones(plan: Plan) -> None:
    liked = ["50.0000001", "50", "50"]
    found, _ = score_frame(plan, pa.table({"unit": ["a", "b", "c"], "done": [9] * 3, "all": [10] * 3, "liked": liked}))
    assert found["total"][0] == found["total"][1]
    assert found["rank"].to_pylist() == [1, 2, 2]


def test_details_are_sums_then_points_then_what_was_lost_and_why(plan: Plan) -> None:
    table = pa.table({"unit": ["a"], "done": [8], "all": [10], "liked": [50]})
    sums = ["total", "total:low", "total:high", "total:state", "rank", "grade"]
    lost = [f"{name}:{title}" for name in ("1", "2") for title in ("lost", "clause", "state")]
    found = {kind: score_frame(plan, table, BatchOptions(detail=kind))[0] for kind in ("totals", "points", "full")}
    assert found["totals"].column_names == ["unit", *sums]
    assert found["points"].column_names == ["unit", "1", "2", *sums]
    assert set(found["full"].column_names) == {"unit", "1", "2", *lost, *sums, "total:lost"}
    row = found["full"].to_pylist()[0]
    assert (row["total"], row["total:lost"], row["1:lost"], row["2:lost"]) == (Fraction(5, 2), Fraction(5, 2), 1, 1.5)


def test_what_blocks_lose_adds_up_with_the_rest() -> None:
    """A bonus takes nothing off the total but adds to it; a penalty takes off what it has."""
    item = {"per_item": {"each": "1"}}
    criteria = [
        leaf({"linear": {}}, id="1", max_points="10", value={"amount": "liked"}),
        group(
            "2", leaf(item, id="2.1", max_points="9", value={"count": "ideas"}), block={"kind": "bonus", "at_most": 3}
        ),
        group(
            "3", leaf(item, id="3.1", max_points="9", value={"count": "bad"}), block={"kind": "penalty", "at_most": 4}
        ),
    ]
    named = {"liked": "percent", "ideas": "count", "bad": "count"}
    plan = compile_plan(book_of(book_tree(*criteria, indicators=named)))
    found, _ = score_frame(plan, pa.table({"unit": ["a"], "liked": [50], "ideas": [5], "bad": [2]}))
    row = found.to_pylist()[0]
    assert [row[f"{name}:lost"] for name in ("1", "2", "3", "total")] == [5, -3, 2, 4]
    readings = readings_of(liked="50%", ideas=5, bad=2)
    total = score(plan.book, readings, road="exact").total
    assert [total.lost, *(part.lost for part in total.parts)] == [4, 5, -3, 2]
