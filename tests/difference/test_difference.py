"""What changed between two rulebooks, in words, and who gains or loses by it."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import pytest

from small_books import book_of, book_tree, group, leaf, readings_of, yaml_text
from tieuchi.cli import run
from tieuchi.difference.changes import Change, changes_between
from tieuchi.difference.effect import effects_of
from tieuchi.render.diff_text import sentence

COUNTS = {"done": {"kind": "count", "part_of": "all"}, "all": {"kind": "count", "range": {"at_least": "1"}}}
SHARE = {"ratio": ["done", "all"]}
BANDS = [
    {"clause": "a", "at_least": "80%", "points": "1"},
    {"clause": "b", "at_least": "50%", "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]


def tree(**more: Any) -> dict[str, Any]:
    parts = [leaf({"bands": BANDS}, id="1.1", value=SHARE), leaf({"linear": {}}, id="1.2", value=SHARE)]
    return copy.deepcopy(book_tree(group("1", *parts), indicators=COUNTS, **more))


def bands_of(book: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = book["criteria"][0]["criteria"][0]["scale"]["bands"]
    return found


def words(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    changes = changes_between(book_of(old), book_of(new))
    return [(c.criterion, sentence(c, "vi", share=True), sentence(c, "en", share=True)) for c in changes]


def test_nothing_changed_is_said_by_saying_nothing() -> None:
    assert words(tree(), tree()) == []


def test_a_threshold_and_points_are_told_by_clause_in_both_languages() -> None:
    new = tree()
    bands_of(new)[1] |= {"at_least": "60%", "points": "0.25"}
    assert words(tree(), new) == [
        ("1.1", "mức b, điểm: 0,5 → 0,25", "clause b, points: 0.5 → 0.25"),
        ("1.1", "mức b, từ: 50% → 60%", "clause b, at least: 50% → 60%"),
    ]


def test_a_new_clause_and_a_removed_one_are_told_whole() -> None:
    new = tree()
    bands_of(new)[1] = {"clause": "x", "at_least": "40%", "points": "0.5"}
    assert [w[2] for w in words(tree(), new)] == [
        "clause x: added: points 0.5, at least 40%",
        "clause b: removed: points 0.5, at least 50%",
    ]


def test_a_criterion_that_kept_its_title_is_renumbered_not_replaced() -> None:
    new = tree()
    new["criteria"][0]["criteria"][1] |= {"id": "1.9"}
    assert words(tree(), new) == [("1.9", "đổi mã từ 1.2", "was 1.2")]


def test_a_reference_that_changed_is_no_change_of_rules() -> None:
    new = tree()
    new["criteria"][0]["criteria"][0]["reference"] = {"item": "77"}
    assert words(tree(), new) == []


def test_the_effect_says_who_gains_and_who_loses_and_where() -> None:
    new = tree()
    bands_of(new)[1] |= {"at_least": "60%"}
    bands_of(new)[2] |= {"points": "0.25"}
    new["criteria"][0]["criteria"][0]["min_points"] = "0.25"
    units = [readings_of({"done": n, "all": 10}) for n in (3, 5, 9)]
    effects = effects_of(book_of(tree()), book_of(new), units)
    assert [(effect.delta, effect.by_criterion) for effect in effects] == [
        (Fraction(-1, 4), (("1.1", Fraction(-1, 4)),)),
        (Fraction(0), ()),
        (Fraction(1, 4), (("1.1", Fraction(1, 4)),)),
    ]


def test_the_command_ends_with_1_where_rulebooks_differ(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    new = tree()
    bands_of(new)[1]["at_least"] = "60%"
    files = []
    for name, book in (("old", tree()), ("new", new)):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(yaml_text(book), encoding="utf-8")
    table = tmp_path / "units.csv"
    table.write_text("unit,done,all\nnorth,55,100\nsouth,90,100\n")
    assert run(["diff", str(files[0]), str(files[0])]) == 0
    assert run(["diff", str(files[0]), str(files[1]), str(table), "--lang", "en"]) == 1
    shown = capsys.readouterr().out
    assert "0 units gain, 1 loses, 1 unchanged" in shown
    assert "clause b, at least: 50% → 60%" in shown
    assert run(["diff", str(files[0]), str(files[1]), str(table), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [effect["change"] for effect in told["effects"]] == ["-0.5", "0"]


def test_a_change_has_its_words_even_where_no_term_is_known() -> None:
    change = Change("changed", "1", "", ("scale", "deduction", "started"), None, True)
    assert sentence(change, "en") == "deduction, started: – → yes"


def test_a_changed_indicator_is_called_one_and_not_a_clause() -> None:
    new = tree()
    new["indicators"][0] |= {"kind": "amount"}
    name = new["indicators"][0]["id"]
    assert words(tree(), new) == [
        ("", f"chỉ số {name}, loại: count → amount", f"indicator {name}, kind: count → amount"),
    ]
