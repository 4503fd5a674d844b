"""What ``check`` doubts, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from many_criteria import many_criteria
from small_books import book_of, book_tree, group, leaf, node_of
from tieuchi.algebra import smt
from tieuchi.algebra import solve as solve_module
from tieuchi.errors import Example, Issue
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
from tieuchi.proofs.prove import doubts_of

SHARE = {"ratio": ["done", "all"]}
COUNTS = {"done": {"kind": "count", "part_of": "all"}, "all": {"kind": "count", "range": {"at_least": "1"}}}
BANDS = [
    {"clause": "a", "at_least": "80%", "points": "1"},
    {"clause": "b", "at_least": "50%", "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]


def doubts(*criteria: Any, indicators: Any = COUNTS, **more: Any) -> list[Issue]:
    root = node_of(book_tree(*criteria, indicators=indicators, **more))
    return doubts_of(rulebook_of(root), root)


def codes(*criteria: Any, indicators: Any = COUNTS, **more: Any) -> list[str]:
    return [doubt.code for doubt in doubts(*criteria, indicators=indicators, **more)]


@pytest.mark.parametrize("name", rulebook_names())
def test_the_bundled_rulebooks_raise_no_doubt(name: str) -> None:
    root = rulebook_tree(name)
    assert doubts_of(rulebook_of(root), root) == []


def test_a_sound_scale_raises_no_doubt() -> None:
    assert codes(leaf({"bands": BANDS}, value=SHARE)) == []


def test_a_checklist_whose_parts_hold_together_raises_no_doubt() -> None:
    items = [{"clause": c, "when": {"indicator": "done", "at_least": n}, "points": "0.5"} for c, n in ("a2", "b4")]
    assert codes(leaf({"checklist": items})) == []


def test_a_clause_out_of_range_is_doubted_with_readings_and_the_clause_they_reach() -> None:
    bands = [{"clause": "top", "at_least": "50", "points": "1"}, *BANDS[1:]]
    counts = {"done": {"kind": "count", "range": {"at_most": "40"}}}
    bands[1] = {"clause": "b", "at_least": "20", "points": "0.5"}
    found = doubts(leaf({"bands": bands}, value={"count": "done"}), indicators=counts)
    assert [doubt.code for doubt in found] == ["W502", "W501"]
    assert found[1].clauses == ("top", "b")
    assert found[1].examples == (Example({"done": "40"}, total="0.5"),)
    assert found[1].there[0].line > found[1].position.line


def test_percent_written_as_a_plain_number_is_named_once() -> None:
    bands = [{**BANDS[0], "at_least": "80"}, *BANDS[1:]]
    found = doubts(leaf({"bands": bands}, value=SHARE))
    assert [(d.code, d.facts["meant"]) for d in found] == [("W519", "80%")]
    assert found[0].examples == (Example({"done": "1", "all": "1"}, total="0.5"),)
    assert found[0].clauses == ("a", "b")
    assert found[0].there


def test_a_count_against_a_percent_is_doubted() -> None:
    assert "W520" in codes(leaf({"bands": BANDS}, value={"count": "done"}))


def test_zero_over_zero_and_growth_from_zero_are_doubted_with_readings() -> None:
    counts = {"done": "count", "all": "count"}
    ratio = doubts(leaf({"bands": BANDS}, value=SHARE), indicators=counts)
    growth = doubts(leaf({"bands": BANDS}, value={"growth": ["done", "all"]}), indicators=counts)
    assert [(d.code, d.examples[0].readings["all"]) for d in ratio] == [("W503", "0")]
    assert [(d.code, d.examples[0].readings["all"]) for d in growth] == [("W508", "0")]


def test_saying_what_holds_when_nothing_was_assigned_settles_zero_over_zero() -> None:
    given = {"nothing_assigned": {"clause": "none", "points": "1"}}
    assert codes(leaf({"bands": BANDS}, value=SHARE, **given), indicators={"done": "count", "all": "count"}) == []


def test_neighbouring_bands_with_the_same_points_are_doubted() -> None:
    bands = [BANDS[0], {**BANDS[1], "points": "1"}, BANDS[2]]
    found = doubts(leaf({"bands": bands}, value=SHARE))
    assert [(d.code, d.clauses) for d in found] == [("W506", ("b", "a"))]


def test_a_branch_behind_one_that_takes_everything_is_doubted_with_both_places() -> None:
    branches = [
        {"clause": "a", "when": {"indicator": "done", "at_least": "5"}, "points": "1"},
        {"clause": "b", "when": {"indicator": "done", "at_least": "7"}, "points": "0.5"},
        {"clause": "c", "otherwise": "true", "points": "0"},
    ]
    found = doubts(leaf({"branches": branches}))
    assert [(d.code, d.clauses) for d in found] == [("W504", ("b", "a"))]
    assert found[0].examples == (Example({"done": "7"}, total="1"),)
    assert found[0].there


def test_conditions_on_several_readings_are_decided_by_the_solver() -> None:
    spent = {"sum": [{"count": "a"}, {"count": "b"}, {"count": "c"}]}
    branches = [
        {"clause": "x", "when": [{"value": spent, "at_most": "10"}], "points": "1"},
        {
            "clause": "y",
            "when": [{"indicator": "a", "less_than": "3"}, {"value": spent, "at_most": "9"}],
            "points": "0.5",
        },
        {"clause": "z", "otherwise": "true", "points": "0"},
    ]
    found = doubts(leaf({"branches": branches}), indicators=dict.fromkeys("abc", "count"))
    assert [(d.code, d.clauses) for d in found] == [("W504", ("y", "x"))]


def test_what_the_solver_can_not_decide_is_a_note_and_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "available", lambda: False)
    spent = {"weighted_mean": [{"of": {"count": n}, "weight": w} for n, w in (("a", "2"), ("b", "3"), ("c", "7"))]}
    branches = [
        {"clause": "x", "when": [{"value": spent, "exactly": "977/12"}], "points": "1"},
        {"clause": "z", "otherwise": "true", "points": "0"},
    ]
    found = doubts(leaf({"branches": branches}), indicators=dict.fromkeys("abc", "count"))
    assert {d.code for d in found} == {"W598", "W599"}
    assert not any(doubt.warns for doubt in found)


def test_findings_that_never_hold_or_take_nothing_are_doubted() -> None:
    never = [{"indicator": "done", "at_least": "5"}, {"indicator": "done", "less_than": "5"}]
    reference = {"reference": {"item": "1"}, "basis": "stated"}
    findings = [
        {"id": "never", "title": "x", "when": never, **reference},
        {
            "id": "idle",
            "title": "x",
            "when": [{"indicator": "done", "at_least": "5"}],
            "consequences": [{"criterion": "1", "clause": "v", "at_most": "1"}],
            **reference,
        },
    ]
    assert sorted(codes(leaf({"bands": BANDS}, value=SHARE), findings=findings)) == ["W510", "W511"]


def test_points_that_everybody_gets_are_doubted_until_they_are_declared() -> None:
    bands = [*BANDS[:2], {**BANDS[2], "points": "0.25"}]
    assert codes(leaf({"bands": bands}, value=SHARE)) == ["W505"]
    assert codes(leaf({"bands": bands}, value=SHARE, min_points="0.25")) == []


def test_weights_written_as_shares_must_add_up() -> None:
    mean = {"weighted_mean": [{"of": {"amount": "p"}, "weight": "0.5"}, {"of": {"amount": "q"}, "weight": "0.4"}]}
    percents = {"p": "percent", "q": "percent"}
    assert codes(leaf({"linear": {}}, value=mean), indicators=percents) == ["W514"]
    mean["weighted_mean"][0]["weight"] = "3"
    assert codes(leaf({"linear": {}}, value=mean), indicators=percents) == []


def test_a_grade_that_no_total_reaches_is_doubted() -> None:
    classes = [{"grade": "A", "at_least": "120%"}, {"grade": "B", "otherwise": "true"}]
    grades = {"by": "rate", "classes": classes, "reference": {"item": "1"}, "basis": "stated"}
    assert codes(leaf({"bands": BANDS}, value=SHARE), grades=grades) == ["W516"]
    classes[0]["at_least"] = "80"
    assert codes(leaf({"bands": BANDS}, value=SHARE), grades=grades) == ["W519"]


def test_a_grade_from_0_up_is_no_doubt_where_a_penalty_takes_totals_below() -> None:
    classes = [{"grade": "A", "at_least": "0"}, {"grade": "B", "otherwise": "true"}]
    grades = {"by": "points", "classes": classes, "reference": {"item": "1"}, "basis": "stated"}
    plain = leaf({"bands": BANDS}, value=SHARE)
    (found,) = doubts(plain, grades=grades)
    assert (found.code, found.clauses, found.examples[0].total) == ("W504", ("B", "A"), "0")
    penalty = group(
        "p", leaf({"per_item": {"each": "0.1"}}, value={"count": "done"}, id="p.1"), block={"kind": "penalty"}
    )
    assert codes(plain, penalty, grades=grades) == []


def test_a_thousand_sound_sub_criteria_raise_no_doubt_and_need_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long that takes is measured in tests/bench."""

    def never(*_: object) -> None:
        pytest.fail("the solver was asked")

    monkeypatch.setattr(solve_module, "solve_smt", never)
    root = node_of(many_criteria(1_000))
    assert doubts_of(rulebook_of(root), root) == []


def test_a_negative_minimum_needs_no_reading() -> None:
    assert book_of(book_tree(leaf({"bands": BANDS}, value=SHARE, min_points="-1"), indicators=COUNTS))
