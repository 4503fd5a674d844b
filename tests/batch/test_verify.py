"""`tieuchi verify`: every road that is there is compared, what differs is told by cell, what is absent is said."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from small_books import book_of, book_tree, leaf, yaml_text
from tieuchi.batch import verify
from tieuchi.batch.boundaries import COARSE, boundary_units
from tieuchi.batch.verify import Verifier
from tieuchi.cli import run
from tieuchi.model.plan import Plan, compile_plan

HERE = ["numpy", "duckdb", "sqlite"]


def test_all_roads_agree_on_boundaries_and_table(plan: Plan, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("unit,done,all,liked\na,9,10,50%\nb,0,0,\nc,x,1,1%\n")
    report, summary = Verifier(plan, [*HERE, "durable-rules"]).verify(str(table))
    assert summary is not None
    assert [issue.code for issue in summary.issues] == ["D460"]
    assert {name: found for name, found in report.differences.items() if found} == {}
    assert set(report.compared) | set(report.skipped) == {*HERE, "durable-rules"}
    assert min(report.compared.values()) >= 2 * len(list(boundary_units(plan, COARSE)))


def test_points_taken_over_keep_no_unit_from_the_databases() -> None:
    """A third of a point fits no column of decimals; the units on thresholds have one that does."""
    criteria = [
        leaf({"linear": {"cut_off": "30%"}}, id="1", max_points="2", value={"amount": "liked"}),
        leaf({"declared": {}}, id="2", max_points="4", min_points="1"),
    ]
    plan = compile_plan(book_of(book_tree(*criteria, indicators={"liked": "percent"})))
    report, _ = Verifier(plan, ["duckdb", "sqlite"]).verify()
    assert report.differences == {"duckdb": [], "sqlite": []}
    coarse = len(list(boundary_units(plan, COARSE)))
    assert min(report.compared.values()) >= coarse * len(plan.leaves)
    declared = {unit.declared["2"].points for unit in boundary_units(plan, COARSE) if unit.declared}
    assert declared == {Fraction("1.3333")}


def test_a_road_that_goes_wrong_is_told_by_unit_and_criterion(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    right = verify.score_duckdb

    def wrong(program: Any, rows: Any, **more: Any) -> Any:
        found = right(program, rows, **more)
        found["1"] = [None if points is None else points + 1 for points in found["1"]]
        return found

    monkeypatch.setattr(verify, "score_duckdb", wrong)
    report, _ = Verifier(plan, HERE).verify()
    assert report.differences["sqlite"] == report.differences["numpy"] == []
    assert report.differences["duckdb"][0] == "boundary-2: 1: scored 1000001 b ≠ scored 1000000 b"


def test_the_command_says_what_agrees_and_what_is_absent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.yaml"
    tree = book_tree(leaf({"linear": {}}, value={"amount": "liked"}), indicators={"liked": "percent"})
    book.write_text(yaml_text(tree), encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))  # no psql, no Java
    assert (
        run(["verify", str(book), "--lang", "en", *(f"--road={name}" for name in ("numpy", "postgres", "spark"))]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "postgres: skipped: give --postgres DSN to compare"
    assert lines[1].startswith("spark: skipped: ")
    assert lines[2].startswith("numpy: ")
    assert lines[2].endswith(" cells, 0 different")
    assert run(["verify", str(book), "--road", "gpu"]) == 2


def test_a_scorecard_is_verified_by_its_receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = tmp_path / "card.json"
    assert run(["score", "par-index-province/2017", "soc-trang-2017", "--format", "json", "--out", str(card)]) == 0
    assert run(["verify", str(card), "--lang", "en"]) == 0
    assert "everything agrees" in capsys.readouterr().out
    stored = json.loads(card.read_text(encoding="utf-8"))
    stored["points"]["exact"] = "99"
    card.write_text(json.dumps(stored), encoding="utf-8")
    assert run(["verify", str(card), "--lang", "en"]) == 1
    assert "99" in capsys.readouterr().out


def test_boundaries_are_figures_that_can_be_read() -> None:
    """Roads are free to differ on what no reading can be: a whole of −1 is refused before any of them sees it."""
    scale = {"increments": {"base": "0.25", "up_to": "0.5", "each": "0.25", "per": "0.1"}}
    book = book_of(
        book_tree(leaf(scale, value={"ratio": ["part", "whole"]}), indicators={"part": "count", "whole": "count"})
    )
    plan = compile_plan(book)
    values = [reading.value for unit in boundary_units(plan, COARSE) for reading in unit.values.values()]
    assert min(value for value in values if isinstance(value, Fraction)) == 0
    assert {name: found for name, found in Verifier(plan, HERE).verify()[0].differences.items() if found} == {}


def test_units_that_a_database_can_t_take_are_not_compared_with_either(tmp_path: Path) -> None:
    tree = book_tree(leaf({"relative_to_best": {}}, value={"amount": "income"}), indicators={"income": "amount"})
    plan = compile_plan(book_of(tree))
    table = tmp_path / "t.csv"
    table.write_text(f"unit,income\na,{10**30}\nb,7\nc,3\n")
    report, _ = Verifier(plan, HERE).verify(str(table))
    assert report.left_out["duckdb"] >= 1
    assert {name: found for name, found in report.differences.items() if found} == {}
