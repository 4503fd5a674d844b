"""Spark in local mode: Parquet to Parquet, and the SELECT, give the points of the exact road. One session for all."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from random_books import draw_book, draw_readings
from small_books import book_of, book_tree, leaf
from sql_rows import differences, drawn, fitting
from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.batch.spark import score_on_spark, spark_session
from tieuchi.cli import run
from tieuchi.errors import ReadingsError, RulebookError
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.sql.generate import generate
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
    assert score_on_spark(session, plan, str(given), str(out)) == (0, ())
    found = sorted(parquet.read_table(out).to_pylist(), key=lambda row: int(row["unit"][1:]))
    expected, summary = score_frame(plan, str(given))
    assert summary.issues == []
    ranks = {"rank"} & set(expected.column_names)
    assert list(found[0]) == [name for name in expected.column_names if name not in ranks]
    for here, there in zip(found, expected.to_pylist(), strict=True):
        kept = {name: there[name] for name in here}
        for name, value in here.items():
            if name.endswith(":clause") and value == "":
                here[name] = None
        assert here == kept


@pytest.mark.parametrize("detail", ["points", "totals"])
def test_less_detail_gives_the_same_in_fewer_columns(session: Any, plan: Plan, tmp_path: Path, detail: Any) -> None:
    given, out, options = tmp_path / "in.parquet", tmp_path / "out.parquet", BatchOptions(detail=detail)
    parquet.write_table(table(60).drop_columns(["sent", "online"]), given)
    assert score_on_spark(session, plan, str(given), str(out), options) == (0, ("sent", "online"))
    found = sorted(parquet.read_table(out).to_pylist(), key=lambda row: int(row["unit"][1:]))
    expected = [
        {name: cell for name, cell in row.items() if name != "rank"}
        for row in score_frame(plan, str(given), options)[0].to_pylist()
    ]
    assert found == expected
    assert ("1" in found[0]) == (detail == "points")


def test_rows_out_of_range_go_to_the_errors_and_strict_refuses(session: Any, plan: Plan, tmp_path: Path) -> None:
    given = tmp_path / "in.parquet"
    bad = table(4).to_pylist()
    bad[0]["done"], bad[1]["liked"], bad[2]["unit"] = 21, Decimal("100.01"), ""
    parquet.write_table(pa.Table.from_pylist(bad), given)
    with pytest.raises(ReadingsError, match="B644"):
        score_on_spark(session, plan, str(given), str(tmp_path / "o"), BatchOptions(strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]
    assert score_on_spark(session, plan, str(given), str(tmp_path / "o")).rejected == 3
    errors = parquet.read_table(tmp_path / "o.errors").to_pylist()
    assert sorted((row["unit"], row["column"]) for row in errors) == [("", "unit"), ("u0", "done"), ("u1", "liked")]


def test_units_that_occur_twice_and_figures_of_too_many_bits_are_bad_rows(
    session: Any, plan: Plan, tmp_path: Path
) -> None:
    """Wherever a unit occurs twice: files in a lake have no order that says which one is the first."""
    given, out = tmp_path / "in.parquet", tmp_path / "o"
    rows = table(6).drop_columns(["sent"]).to_pylist()
    rows = [row | {"done": 9, "all": 20} for row in rows]
    rows[2] |= {"unit": "u0", "period": rows[0]["period"]}
    rows[3] |= {"unit": "u0", "period": "2020"}
    rows[4]["income"] = Decimal("9223372036854775.808")
    rows[5]["income"] = Decimal(10) ** 34
    income = pa.array([row["income"] for row in rows], pa.decimal128(38, 3))
    parquet.write_table(pa.Table.from_pylist(rows).drop_columns(["income"]).append_column("income", income), given)
    assert score_on_spark(session, plan, str(given), str(out)).rejected == 4
    errors = parquet.read_table(f"{out}.errors").to_pylist()
    expected = [("u0", "unit"), ("u0", "unit"), ("u4", "income"), ("u5", "income")]
    assert sorted((row["unit"], row["column"]) for row in errors) == expected
    assert sorted(row["unit"] for row in parquet.read_table(out).to_pylist()) == ["u0", "u1"]


def test_rows_of_sums_and_blank_periods_are_what_they_are_to_batch(session: Any, plan: Plan, tmp_path: Path) -> None:
    plan = replace(plan, book=plan.book.model_copy(update={"period": "năm '25"}))
    given, out = tmp_path / "in.parquet", tmp_path / "o"
    names = [("a", None), ("a ", "năm '25"), ("b", " "), ("Tổng cộng", "2024"), ("c", "2024")]
    rows = [{"unit": unit, "period": period, "done": 9, "all": 20} for unit, period in names]
    parquet.write_table(pa.Table.from_pylist(rows), given)
    assert score_on_spark(session, plan, str(given), str(out)).rejected == 3
    errors = parquet.read_table(f"{out}.errors").to_pylist()
    assert sorted(row["unit"] for row in errors) == ["Tổng cộng", "a", "a"]
    kept = sorted((row["unit"], row["period"]) for row in parquet.read_table(out).to_pylist())
    assert kept == [("b", "năm '25"), ("c", "2024")]
    options = BatchOptions(detail="totals")
    there = [score_frame(plan, parquet.read_table(given), options)[0].select(["unit", "period"]).to_pylist()]
    assert there == [[{"unit": "a", "period": "năm '25"}, *({"unit": u, "period": p} for u, p in kept)]]


def test_checklists_are_told_by_the_parts_that_hold(session: Any, tmp_path: Path) -> None:
    names = [f"n{place}" for place in range(33)]
    items = [{"clause": f"c{place}", "indicator": name, "points": "1"} for place, name in enumerate(names)]
    worse = {"bands": [{"clause": "w", "otherwise": "true", "points": "0"}]}
    branches = [
        {"clause": "held", "when": {"indicator": "held", "is": "true"}, "scale": {"checklist": items}},
        {"clause": "not-held", "otherwise": "true", "value": {"count": "n"}, "scale": worse},
    ]
    kinds = {**dict.fromkeys(names, "yes_no"), "held": "yes_no", "n": "count"}
    made = [
        leaf({"checklist": items}, id="1", max_points="33"),
        leaf({"branches": branches}, id="2", max_points="33"),
    ]
    plan = compile_plan(book_of(book_tree(*made, indicators=kinds)))
    random = Random(1)
    rows = [{"unit": f"u{i}", "held": i % 3 > 0, "n": i} for i in range(12)]
    rows = [row | {name: random.random() < 0.4 for name in names} for row in rows]
    rows[0] |= dict.fromkeys(names, False)
    rows[1] |= dict.fromkeys(names, True)
    rows[2] |= {"n32": None}
    given, out = tmp_path / "in.parquet", tmp_path / "o"
    parquet.write_table(pa.Table.from_pylist(rows), given)
    assert score_on_spark(session, plan, str(given), str(out)).rejected == 0
    wanted = ["unit", "1", "1:clause", "2", "2:clause", "total"]
    there = score_frame(plan, parquet.read_table(given), BatchOptions())[0].select(wanted).to_pylist()
    here = parquet.read_table(out).select(wanted).to_pylist()
    assert sorted(here, key=lambda row: row["unit"]) == sorted(there, key=lambda row: row["unit"])
    assert {row["1:clause"] for row in here} >= {"none", "+".join(f"c{place}" for place in range(33)), None}


def test_several_files_and_a_partition_by_period_are_one_table(session: Any, plan: Plan, tmp_path: Path) -> None:
    lake, out = tmp_path / "lake", tmp_path / "o"
    for period in ("2024", "2025"):
        (lake / f"period={period}").mkdir(parents=True)
        for file in ("a", "b"):
            row = {"unit": [f"x{file}"], "done": [9 if period == "2024" else 18], "all": [20]}
            parquet.write_table(pa.table(row), lake / f"period={period}" / f"{file}.parquet")
    assert score_on_spark(session, plan, str(lake), str(out), BatchOptions(detail="points")).rejected == 0
    found = sorted((row["unit"], row["period"], row["1"]) for row in parquet.read_table(out).to_pylist())
    assert found == [(f"x{f}", p, Decimal(n)) for f in "ab" for p, n in (("2024", 1), ("2025", 2))]


def test_a_job_that_fails_leaves_no_folder(session: Any, plan: Plan, tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", tmp_path / "o"
    parquet.write_table(table(4), given)
    whole = given.read_bytes()
    given.write_bytes(whole[:4] + b"\0" * 400 + whole[404:])
    with pytest.raises(ReadingsError, match="B642"):
        score_on_spark(session, plan, str(given), str(out))
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_what_can_t_be_done_on_spark_is_refused_in_words(session: Any, plan: Plan, tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", str(tmp_path / "o")
    parquet.write_table(table(4), given)
    thirds = compile_plan(
        book_of(
            book_tree(leaf({"linear": {}}, value={"amount": "liked"}), indicators={"liked": "percent"}, quantum="1/3")
        )
    )
    parquet.write_table(table(4).select(["unit", "liked"]), tmp_path / "liked.parquet")
    with pytest.raises(RulebookError) as refused:
        score_on_spark(session, thirds, str(tmp_path / "liked.parquet"), out)
    assert refused.value.text("en") == (
        "spark: B652: a quantum of 1/3 is no power of ten, so Spark can't write points as decimals\n"
        "    hint  score with --engine auto"
    )
    assert refused.value.text("vi") == (
        "spark: B652: đơn vị 1/3 không phải là lũy thừa của 10, Spark không ghi điểm ra số thập phân được\n"
        "    gợi ý chấm bằng --engine auto"
    )
    with pytest.raises(ReadingsError, match="B636: the table has no column unit_kind to group by"):
        score_on_spark(session, plan, str(given), out, BatchOptions(group="unit_kind"))
    parquet.write_table(table(4).slice(0, 0), given)
    with pytest.raises(ReadingsError, match="D433: there is no row below the header"):
        score_on_spark(session, plan, str(given), out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "liked.parquet"]


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


def test_sums_of_rounded_sums_are_rounded_in_spark_though_that_takes_many_steps(session: Any) -> None:
    """Each goes by exact fractions where quanta are in doubt: more steps than Spark resolves by default."""
    random = Random("x21")
    plan = draw_book(random, random.randint(1, 6))
    given = fitting(plan, [draw_readings(random, plan, f"u{i}") for i in range(12)])
    assert generate(given[2], "spark").count(" AS step") > 50
    assert differences(given, score_spark(*given[2:], session)) == []


@pytest.mark.parametrize("scale", ["growth", "relative"])
def test_the_select_gives_the_exact_points_in_spark(scale: str, session: Any) -> None:
    given = drawn(scale, 1, units=12)
    assert given[-1].count
    assert differences(given, score_spark(*given[2:], session)) == []


INSTALL = {
    "vi": "B651: Spark cần {what} mà ở đây chưa có\n    gợi ý cài Java 17 trở lên và pip install 'tieuchi[spark]'\n",
    "en": """B651: Spark needs {what}, which is not here
    hint  install Java 17 or later; pip install 'tieuchi[spark]'
""",
}


@pytest.mark.parametrize(("lang", "said"), INSTALL.items())
def test_without_spark_or_java_the_command_says_what_to_install(
    lang: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", "curb-65/2003", "t.parquet", "--out", "o", "--engine", "spark", "--lang", lang]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyspark" else name)
    assert run(command) == 2
    assert capsys.readouterr().err == "spark: " + said.format(what="pyspark")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert run(command) == 2
    assert capsys.readouterr().err == "spark: " + said.format(what="Java")


def test_java_says_nothing_of_itself_but_why_it_does_not_begin(session: Any, tmp_path: Path) -> None:
    assert session.said_at_first == ""
    (tmp_path / "bin").mkdir()
    broken = tmp_path / "bin" / "java"
    broken.write_text("#!/bin/sh\necho no memory left >&2\nexit 1\n")
    broken.chmod(0o755)
    command = [sys.executable, "-m", "tieuchi", "verify", "curb-65/2003", "--road", "spark", "--lang", "en"]
    home = {"JAVA_HOME": str(tmp_path)}
    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, check=False, timeout=300)
    failed = r"spark: B642: Spark \(local\[\*\]\) does not run: .*JAVA_GATEWAY_EXITED.* no memory left .*\n"
    assert re.fullmatch(failed, done.stderr)
    assert done.returncode == 2


def test_a_cluster_that_does_not_answer_is_said_to_be_so_at_once() -> None:
    pytest.importorskip("pyspark")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ReadingsError) as refused:
        spark_session(f"spark://127.0.0.1:{port},127.0.0.1:{port}")
    said = f"Spark (spark://127.0.0.1:{port},127.0.0.1:{port})"
    assert refused.value.text("en") == f"spark: B642: {said} does not run: [Errno 111] Connection refused"
    assert refused.value.text("vi") == f"spark: B642: {said} không chạy được: [Errno 111] Connection refused"


def test_an_address_of_no_kind_that_spark_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["batch", "curb-65/2003", "t.parquet", "--out", "o", "--engine", "spark", "--master", "ftp://x"]
    pytest.importorskip("pyspark")
    assert run([*command, "--lang", "en"]) == 2
    known = "k8s://…, local[*], spark://…, yarn"
    assert capsys.readouterr().err == f"there is no choice “ftp://x” (known: {known})\n"
    assert run([*command, "--lang", "en", "--detail", "all"]) == 2
    assert capsys.readouterr().err == "there is no choice “all” (known: full, points, totals)\n"
