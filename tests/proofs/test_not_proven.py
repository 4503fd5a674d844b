"""Conditions that no solver decides in time are said to be not proven: a note, never a warning, never a claim."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from small_books import book_tree, leaf, node_of, yaml_text
from tieuchi.algebra import smt
from tieuchi.cli import run
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.proofs.prove import doubts_of


def market_split(sums: int, parts: int, *, seed: str = "split") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return conditions that whole numbers of 0 or 1 add up to just half of all weights, several times over.

    Nobody knows how to decide such sums but by trying; with few of them every solver does, with many none.
    """
    random = Random(seed)
    names = [f"x{number}" for number in range(parts)]
    when = []
    for _ in range(sums):
        weights = [random.randint(1, 99) for _ in names]
        mean = [{"of": {"count": name}, "weight": str(w)} for name, w in zip(names, weights, strict=True)]
        half = Fraction(sum(weights) // 2, sum(weights))
        when.append({"value": {"weighted_mean": mean}, "exactly": f"{half.numerator}/{half.denominator}"})
    return when, {name: {"kind": "count", "range": {"at_most": "1"}} for name in names}


def split_book(sums: int, parts: int, criteria: int = 1) -> dict[str, Any]:
    indicators: dict[str, Any] = {}
    leaves = []
    for number in range(criteria):
        when, indicators = market_split(sums, parts, seed=f"split-{number}")
        branches = [
            {"clause": "x", "when": when, "points": "1"},
            {"clause": "z", "otherwise": "true", "points": "0"},
        ]
        leaves.append(leaf({"branches": branches}, id=f"c{number}"))
    return book_tree(*leaves, indicators=indicators)


def test_what_no_solver_decides_in_time_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the limit this would not end."""
    monkeypatch.setattr(smt, "TIME_LIMIT_MS", 300)
    root = node_of(split_book(4, 30))
    found = doubts_of(rulebook_of(root), root)
    assert [doubt.code for doubt in found] == ["W598", "W599"]
    assert {doubt.severity for doubt in found} == {"note"}
    assert not any(doubt.examples for doubt in found)


def test_the_same_conditions_on_few_readings_are_decided() -> None:
    root = node_of(split_book(2, 6))
    assert [doubt.code for doubt in doubts_of(rulebook_of(root), root)] == ["W502", "W507"]


def test_many_of_them_share_the_time_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "TIME_LIMIT_MS", 200)
    root = node_of(split_book(4, 30, criteria=12))
    found = doubts_of(rulebook_of(root), root)
    assert {doubt.code for doubt in found} == {"W598", "W599"}
    assert len(found) == 24
    assert sum(smt.time_limit(unanswered) for unanswered in range(12)) < 2 * 200 + 12 * smt.SHORTEST_MS


def test_check_ends_well_and_says_what_it_could_not_prove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(smt, "TIME_LIMIT_MS", 100)
    path = tmp_path / "book.yaml"
    path.write_text(yaml_text(split_book(4, 30)), encoding="utf-8")
    assert run(["check", str(path), "--lang", "en"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "not proven: whether any reading reaches “x”" in shown
    assert "Not proven: 2" in shown
