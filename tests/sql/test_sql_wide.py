"""With ``--wide`` every product is reckoned as wide as it may be, also of points so few that a byte holds them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from postgres_cluster import Cluster
from small_books import book_of, book_tree, leaf, readings_of, yaml_text
from sql_rows import differences, fitting
from tieuchi.cli import run
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.errors import RulebookError
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.sql import dialects
from tieuchi.sql.generate import generate
from tieuchi.sql.run import score_duckdb, score_postgres, score_sqlite


@pytest.mark.parametrize("places", [0, 1, 2])
@pytest.mark.parametrize("quantum", ["1/3", "1/10", "1/100", "1/7", "1/1000000"])
@pytest.mark.parametrize("count", [1, 3])
def test_few_points_and_large_factors_do_not_overflow(quantum: str, places: int, count: int) -> None:
    pytest.importorskip("duckdb")
    scale = {"linear": {}}
    leaves = [leaf(scale, id=str(i), max_points="12", value={"ratio": [f"c{i}", "all"]}) for i in range(1, count + 1)]
    indicators = {**{f"c{i}": "count" for i in range(1, 4)}, "all": "count"}
    rounding = {"total": {"places": places}, "points": {"places": 2}}
    tree = book_tree(*leaves, indicators=indicators, quantum=quantum, rounding=rounding)
    plan = compile_plan(book_of(tree))
    units = [readings_of({"c1": a, "c2": b, "c3": 2}) for a in (0, 2, 3) for b in (1, 5)]
    given = fitting(plan, units)
    _, _, program, rows = given
    assert differences(given, score_duckdb(program, rows, wide=True)) == []
    assert differences(given, score_duckdb(program, rows)) == []
    assert differences(given, score_sqlite(program, rows)) == []


def large(count: int) -> Plan:
    """Return a rulebook whose quotients have more than 64 bits, stairs, cuts to a step and a best among them."""
    leaves = [
        leaf({"deduction": {"each": "0.001", "per": "0.01", "floor": "0"}}, id="1", value={"amount": "a"}),
        leaf({"linear": {"full_at": "12"}}, id="2", value={"truncate": {"of": {"amount": "a"}, "step": "1%"}}),
        leaf({"relative_to_best": {}}, id="3", value={"difference": ["a", "b"]}),
    ]
    return compile_plan(book_of(book_tree(*leaves[:count], indicators={"a": "amount", "b": "amount"})))


@pytest.mark.parametrize("road", ["duckdb", "postgres"])
def test_quotients_of_more_than_64_bits_are_reckoned_with_wide(road: str, cluster: Cluster) -> None:
    figures = (0, 1, 7, 10**14, 10**17 + 1, 2**62 + 5, -(2**62))
    units = [readings_of({"a": a, "b": Fraction(b, 10**6)}) for a in figures for b in (1, 10**6 - 1)]
    program, rows = rows_of(large(3), units)
    exact = score_rows(program, rows, road="numpy")
    found = score_duckdb(program, rows, wide=True) if road == "duckdb" else score_postgres(program, rows, cluster.dsn)
    for place, op in enumerate(program.leaves):
        assert found[op.id] == exact.points[place].tolist()
        assert found[f"{op.id} clause"] == exact.clauses[place].tolist()


def test_a_database_that_refuses_is_told_in_one_line() -> None:
    plan = large(2)
    rows = Rows(1, {"a": Column(np.array([2**62]))}, np.array([-1]))
    with pytest.raises(RuntimeError, match=r"^Out of Range Error: Overflow in multiplication of INT64") as refused:
        score_duckdb(compile_program(plan), rows)
    assert "\n" not in str(refused.value)


def flat(count: int) -> Plan:
    leaves = [leaf({"linear": {}}, id=f"c{i}", value={"ratio": [f"n{i % 20}", "all"]}) for i in range(count)]
    names = [*(f"n{i}" for i in range(20)), "all"]
    return compile_plan(book_of(book_tree(*leaves, indicators=dict.fromkeys(names, "count"))))


def test_a_thousand_sub_criteria_are_added_up_though_databases_limit_how_deep_a_sum_is(cluster: Cluster) -> None:
    plan = flat(1100)
    units = [readings_of({**{f"n{i}": (i + u) % 8 for i in range(20)}, "all": 7}) for u in range(3)]
    units.append(readings_of({"all": 7}))
    program, rows = rows_of(plan, units)
    exact = score_rows(program, rows, road="numpy", ranges=True)
    assert exact.sum_low is not None
    assert exact.sum_high is not None
    expected: dict[str, Any] = {"low": exact.sum_low[0].tolist(), "high": exact.sum_high[0].tolist()}
    for found in (
        score_duckdb(program, rows, detail="totals"),
        score_sqlite(program, rows, detail="totals"),
        score_postgres(program, rows, cluster.dsn, detail="totals"),
    ):
        assert {end: found[f"test/2024 {end}"] for end in expected} == expected


@pytest.mark.parametrize(("dialect", "most"), [("sqlite", 2000), ("postgres", 1600)])
def test_more_columns_than_a_database_holds_are_refused(dialect: Any, most: int) -> None:
    with pytest.raises(RulebookError) as refused:
        generate(compile_program(flat(700)), dialect)
    assert refused.value.text("en") == (
        f"sql: B650: 2105 columns side by side are needed, {dialect} holds {most}\n"
        "    hint  take --detail points or totals"
    )
    assert refused.value.text("vi") == (
        f"sql: B650: cần 2105 cột cạnh nhau, {dialect} chỉ chứa {most} cột\n    gợi ý chọn --detail points hoặc totals"
    )


def test_verify_leaves_out_a_database_that_holds_too_few_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.yaml"
    tree = book_tree(leaf({"linear": {}}, value={"amount": "liked"}), indicators={"liked": "percent"})
    book.write_text(yaml_text(tree), encoding="utf-8")
    monkeypatch.setitem(dialects._DIALECTS, "sqlite", replace(dialects.dialect_of("sqlite"), columns=3))
    assert run(["verify", str(book), "--road", "sqlite", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "sqlite: skipped: the rulebook is beyond the limits of sqlite\n"
    assert run(["verify", str(book), "--road", "sqlite", "--lang", "vi"]) == 0
    assert capsys.readouterr().out == "sqlite: bỏ qua: bộ tiêu chí vượt giới hạn của sqlite\n"
