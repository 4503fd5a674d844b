"""``tieuchi test``: failures with both sides, and what no case exercises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tieuchi.cli import run

CASES = Path(__file__).parents[1] / "cases"


def test_all_cases_of_the_project_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(CASES), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] == 0
    assert told["passed"] > 600


def test_a_failure_shows_what_was_expected_and_how_the_points_came_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.yaml"
    text = (CASES / "curb-65" / "patients.yaml").read_text(encoding="utf-8")
    file.write_text(
        text.replace("U: {points: 1, clause: raised}", "U: {points: 0, clause: normal}", 1), encoding="utf-8"
    )
    assert run(["test", str(file), "--lang", "en"]) == 1
    shown = capsys.readouterr().out
    assert "U/points  0         1" in shown
    assert "► raised: > 7 → 1" in shown
    assert "15 passed, 1 failed" in shown


def test_clauses_that_no_case_takes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(
        "rulebook: curb-65/2003\ncases:\n  - {name: x, readings: {age: 70}, expect: {'65': {points: 1}}}\n",
        encoding="utf-8",
    )
    assert run(["test", str(file), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["coverage"]["curb-65/2003"]
    assert "65/young" in found["unexercised_clauses"]
    assert "65/old" not in found["unexercised_clauses"]
    assert "B/systolic" in found["unexercised_clauses"]


@pytest.mark.parametrize("book", ["curb-65", "index-egapro", "par-index-province"])
def test_the_cases_of_the_bundled_rulebooks_take_every_clause(book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(CASES / book), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["coverage"].values()
    assert found["unexercised_clauses"] == []
    assert found["unexercised_findings"] == []


def test_a_folder_without_cases_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(tmp_path)]) == 2
    assert "không có trường hợp thử nào" in capsys.readouterr().err
