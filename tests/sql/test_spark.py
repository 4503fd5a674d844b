"""Spark in local mode: Parquet to Parquet, and the SELECT, give the points of the exact road. One session for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from small_books import book_of, book_tree, leaf
from sql_rows import differences, drawn
from tieuchi.batch.score import score_frame
from tieuchi.batch.spark import score_on_spark
from tieuchi.errors import ReadingsError
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.sql.run import score_spark

pytestmark = [
    # pyspark warns of the versions of other libraries, and leaves its sockets to the collector.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    bands = [{"clause": "a", "at_least": "90%", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "1"}]
    late = [{"clause": "a", "at_least": "1", "points": "0"}, {"clause": "b", "otherwise": "true", "points": "1"}]
    return compile_plan(
        book_of(
            book_tree(
                leaf({"bands": bands}, id="1", max_points="2", value={"coverage": ["done", "all"]}),
                leaf({"linear": {}}, id="2", max_points="3", value={"amount": "liked"}),
                leaf({"bands": late}, id="3", value={"days_late": {"date": "sent", "due": "2024-01-10"}}),
                leaf({"checklist": [{"clause": "a", "indicator": "online", "points": "1"}]}, id="4"),
                leaf({"relative_to_best": {"best": "largest"}}, id="5", value={"amount": "income"}),
                indicators={
                    "done": "count", "all": "count", "liked": "percent", "sent": "date", "online": "yes_no",
                    "income": "amount",
                },
            )
        )
    )  # fmt: skip


def table(count: int) -> pa.Table:
    random = Random(5)
    return pa.table(
        {
            "unit": [f"u{i}" for i in range(count)],
            "unit_name": ["Xã"] * count,
            "period": [str(2024 + i % 2) for i in range(count)],
            "done": [random.choice([None, 0, 9, 18]) for _ in range(count)],
            "all": [random.choice([20, 1]) if i == 3 else 20 for i in range(count)],
            "liked": pa.array([Decimal(random.randrange(10_001)) / 100 for _ in range(count)], pa.decimal128(5, 2)),
            "sent": [random.choice([None, date(2024, 1, 10), date(2024, 1, 11)]) for _ in range(count)],
            "online": [random.choice([None, True, False]) for _ in range(count)],
            "income": pa.array(
                [Decimal(random.randrange(1, 10**9)) / 1000 for _ in range(count)], pa.decimal128(15, 3)
            ),
        }
    )


def test_parquet_to_parquet_gives_what_batch_gives(session: Any, plan: Plan, tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    parquet.write_table(table(60), given)
    assert score_on_spark(session, plan, str(given), str(out), group="period") == 0
    found = sorted(parquet.read_table(out).to_pylist(), key=lambda row: int(row["unit"][1:]))
    expected, summary = score_frame(plan, str(given))
    assert summary.issues == []
    for here, there in zip(found, expected.to_pylist(), strict=True):
        kept = {name: there[name] for name in here}
        for name, value in here.items():
            if name.endswith(":clause") and value == "":
                here[name] = None
        assert here == kept


def test_rows_out_of_range_go_to_the_errors_and_strict_refuses(session: Any, plan: Plan, tmp_path: Path) -> None:
    given = tmp_path / "in.parquet"
    bad = table(4).to_pylist()
    bad[0]["done"], bad[1]["liked"], bad[2]["unit"] = 21, Decimal("100.01"), ""
    parquet.write_table(pa.Table.from_pylist(bad), given)
    with pytest.raises(ReadingsError, match="B644"):
        score_on_spark(session, plan, str(given), str(tmp_path / "o"), strict=True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]
    assert score_on_spark(session, plan, str(given), str(tmp_path / "o")) == 3
    errors = parquet.read_table(tmp_path / "o.errors").to_pylist()
    assert sorted((row["unit"], row["column"]) for row in errors) == [("", "unit"), ("u0", "done"), ("u1", "liked")]


def test_columns_that_spark_can_t_read_exactly_are_refused(session: Any, plan: Plan, tmp_path: Path) -> None:
    given = tmp_path / "in.parquet"
    parquet.write_table(pa.table({"unit": ["a"], "liked": [0.5], "dnoe": [1], "sent": ["2024-01-01"]}), given)
    with pytest.raises(ReadingsError) as refused:
        score_on_spark(session, plan, str(given), str(tmp_path / "o"))
    assert sorted(issue.code for issue in refused.value.issues) == ["B605", "B641", "B641"]


def test_what_spark_can_t_read_or_write_is_refused_in_words(session: Any, plan: Plan, tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", tmp_path / "o"
    with pytest.raises(ReadingsError) as refused:
        score_on_spark(session, plan, str(given), str(out))
    assert refused.value.text("en").startswith(f"{given}: B642: Spark does not run: [PATH_NOT_FOUND]")
    assert refused.value.text("vi").startswith(f"{given}: B642: Spark không chạy được: [PATH_NOT_FOUND]")
    bad = table(4).to_pylist()
    bad[0]["done"] = 21
    parquet.write_table(pa.Table.from_pylist(bad), given)
    out.mkdir()
    with pytest.raises(ReadingsError, match="PATH_ALREADY_EXISTS"):
        score_on_spark(session, plan, str(given), str(out))
    assert not (tmp_path / "o.errors").exists()


@pytest.mark.parametrize("scale", ["growth", "relative"])
def test_the_select_gives_the_exact_points_in_spark(scale: str, session: Any) -> None:
    given = drawn(scale, 1, units=12)
    assert given[-1].count
    assert differences(given, score_spark(*given[2:], session)) == []
