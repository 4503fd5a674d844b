"""Rulebooks with one subtle fault each, as they come of typing a decree: each is caught by the code that names it."""

from __future__ import annotations

from typing import Any

import pytest

from small_books import REFERENCE, book_tree, group, leaf, node_of, yaml_text
from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.proofs.prove import doubts_of

SHARE = {"ratio": ["done", "assigned"]}
LATE = {"count": "late"}
INDICATORS: dict[str, Any] = {
    "assigned": {"kind": "count", "range": {"at_least": "1"}},
    "done": {"kind": "count", "part_of": "assigned"},
    "late": "count",
    "held": "yes_no",
    "p": "percent",
    "q": "percent",
    "a": "amount",
    "day": "date",
    "level": {"kind": "choice", "choices": ["low", "high"]},
}
OTHERWISE = {"otherwise": "true"}
Tree = dict[str, Any]


def bands(*rows: tuple[str, str, Tree]) -> Tree:
    return {"bands": [{"clause": clause, "points": points, **ends} for clause, points, ends in rows]}


def steps(first: Tree, second: Tree | None = None, points: str = "1") -> Tree:
    middle = [] if second is None else [("b", "0.5", second)]
    return bands(("a", points, first), *middle, ("c", "0", OTHERWISE))


def branches(*whens: Any) -> Tree:
    points = ("1", "0.5", "0.25")
    listed = [{"clause": c, "when": w, "points": p} for c, w, p in zip("xyw", whens, points, strict=False)]
    return {"branches": [*listed, {"clause": "z", "otherwise": "true", "points": "0"}]}


def finding(name: str, when: Any, *consequences: Tree) -> Tree:
    struck = [{"criterion": "1", **consequence} for consequence in consequences]
    return {"id": name, "title": name, "when": when, "consequences": struck, **REFERENCE}


def weighted(*weights: str) -> Tree:
    return {"weighted_mean": [{"of": {"amount": n}, "weight": w} for n, w in zip("pq", weights, strict=True)]}


def grades(by: str, *classes: tuple[str, Tree]) -> Tree:
    return {"by": by, "classes": [{"grade": name, **end} for name, end in classes], **REFERENCE}


SOUND = steps({"at_least": "80%"}, {"at_least": "50%"})
ONLY = leaf({"findings_only": {}})
HELD = {"indicator": "held", "is": "true"}
TWO = (leaf(SOUND, value=SHARE), leaf({"any_violation": {}}, value=LATE, id="2", max_points="99"))

SCALES: dict[str, tuple[Tree, set[str]]] = {
    "a threshold nudged past its neighbour": (
        leaf(steps({"at_least": "80%"}, {"at_least": "85%"}), value=SHARE),
        {"R306"},
    ),
    "two thresholds made one": (leaf(steps({"at_least": "80%"}, {"at_least": "80%"}), value=SHARE), {"R306"}),
    "both ends closed": (
        leaf(bands(("a", "1", {"at_least": "80%"}), ("b", "0", {"at_most": "80%"})), value=SHARE),
        {"R309"},
    ),
    "both ends open": (
        leaf(bands(("a", "1", {"more_than": "80%"}), ("b", "0", {"less_than": "80%"})), value=SHARE),
        {"R313"},
    ),
    "whole ends for what is no count": (
        leaf(bands(("a", "1", {"at_least": "5"}), ("b", "0", {"at_most": "4"})), value={"amount": "a"}),
        {"R313"},
    ),
    "a slip of a digit in one end": (
        leaf(steps({"at_least": "80%"}, {"at_least": "50%", "less_than": "79.99%"}), value=SHARE),
        {"R336"},
    ),
    "80 for 80%": (leaf(steps({"at_least": "80"}, {"at_least": "50"}), value=SHARE), {"W519"}),
    "95 for 95% of a percentage": (leaf(steps({"at_least": "95"}), value={"amount": "p"}), {"W519"}),
    "30 for 30% of growth": (leaf(steps({"at_least": "30"}), value={"growth": ["late", "assigned"]}), {"W519"}),
    "60 for 60% in a cut-off": (leaf({"linear": {"cut_off": "60"}}, value=SHARE), {"R321"}),
    "90 for 90% in a target": (leaf({"linear": {"full_at": "90"}}, value=SHARE), {"W519"}),
    "5 for 5% in a step": (
        leaf({"increments": {"base": "0", "up_to": "0", "each": "0.1", "per": "5"}}, value=SHARE),
        {"W519"},
    ),
    "80 for 80% in a condition": (leaf(branches({"value": SHARE, "at_least": "80"})), {"W507", "W519"}),
    "80 for 80% in a list of conditions": (
        leaf(branches([{"value": SHARE, "at_least": "80"}, {"indicator": "late", "at_least": "1"}])),
        {"W507", "W519"},
    ),
    "2 for 200% beside a share": (
        leaf({"target_and_leader": {"target": "2", "at_target": "0.5"}}, value=SHARE),
        {"W519"},
    ),
    "growth from 0": (leaf(steps({"at_least": "30%"}), value={"growth": ["assigned", "late"]}), {"W508"}),
    "0/0 of a sum": (leaf(SOUND, value={"ratio": ["done", {"sum": ["late", "done"]}]}), {"W503"}),
    "a ratio upside down": (
        leaf(SOUND, value={"ratio": ["assigned", "done"]}),
        {"W501", "W503", "W505"},
    ),
    "a ratio of one thing": (leaf(SOUND, value={"ratio": ["assigned", "assigned"]}), {"W501", "W505"}),
    "a difference that cancels": (
        leaf(steps({"at_least": "1"}), value={"difference": ["late", "late"]}),
        {"W501", "W502"},
    ),
    "alternatives that leave nothing for one": (
        leaf(
            branches(
                {"indicator": "done", "at_least": "5"},
                [{"indicator": "assigned", "less_than": "3"}, {"indicator": "done", "at_least": "4"}],
            )
        ),
        {"W507"},
    ),
    "alternatives that leave nothing for the rest": (
        leaf(branches({"indicator": "late", "at_least": "5"}, {"indicator": "late", "at_most": "4"})),
        {"W504", "W505"},
    ),
    "all choices taken": (
        leaf(branches({"indicator": "level", "is": "low"}, {"indicator": "level", "is": "high"})),
        {"W504", "W505"},
    ),
    "a choice misspelt": (leaf(branches({"indicator": "level", "is": "hihg"})), {"R421"}),
    "points that repeat": (
        leaf(
            bands(("a", "1", {"at_least": "80%"}), ("b", "1", {"at_least": "50%"}), ("c", "0", OTHERWISE)), value=SHARE
        ),
        {"W506"},
    ),
    "points the wrong way": (
        leaf(
            bands(("a", "0.5", {"at_least": "80%"}), ("b", "1", {"at_least": "50%"}), ("c", "0", OTHERWISE)),
            value=SHARE,
            direction="higher_is_better",
        ),
        {"R426"},
    ),
    "a maximum that nobody earns": (leaf(steps({"at_least": "80%"}, points="0.9"), value=SHARE), {"W502"}),
    "points that everybody gets": (
        leaf(bands(("a", "1", {"at_least": "80%"}), ("c", "0.1", OTHERWISE)), value=SHARE),
        {"W505"},
    ),
    "weights of 0.999": (leaf({"linear": {}}, value=weighted("0.5", "0.499")), {"W514"}),
    "60% and 40": (leaf({"linear": {}}, value=weighted("60%", "40")), {"W514"}),
    "a weight below 0": (leaf({"linear": {}}, value=weighted("1.5", "-0.5")), {"R223"}),
    "parts of 0.999": (
        leaf(
            {
                "checklist": [
                    {"clause": "a", "indicator": "held", "points": "0.5"},
                    {"clause": "b", "when": {"indicator": "late", "at_least": "1"}, "points": "0.499"},
                ]
            }
        ),
        {"R324"},
    ),
    "one part twice": (
        leaf(
            {
                "checklist": [
                    {"clause": "a", "indicator": "held", "points": "0.5"},
                    {"clause": "b", "indicator": "held", "points": "0.5"},
                ]
            }
        ),
        {"W525"},
    ),
    "parts that shut each other out": (
        leaf(
            {
                "checklist": [
                    {"clause": "a", "when": {"indicator": "late", "at_least": "3"}, "points": "0.5"},
                    {"clause": "b", "when": {"indicator": "late", "less_than": "3"}, "points": "0.5"},
                ]
            }
        ),
        {"W502", "W505"},
    ),
    "late is better than in time": (
        leaf(
            {"lateness": {"assigned": "assigned", "done": "done", "late": "late", "on_time": "0.5", "some_late": "1"}}
        ),
        {"W526"},
    ),
    "after the deadline is better": (
        leaf({"deadline": {"date": "day", "by": "31/01/2017", "on_time": "0.5", "late": "1"}}),
        {"W505", "W526"},
    ),
    "a threshold that no cut value meets": (
        leaf(steps({"at_least": "79.5%"}), value={"truncate": {"of": SHARE, "step": "1%"}}),
        {"W527"},
    ),
    "an item worth more than all": (leaf({"per_item": {"each": "3"}}, value=LATE), {"W524"}),
    "a violation that takes more than all": (leaf({"deduction": {"each": "3"}}, value=LATE), {"W524"}),
    "steps that begin too late": (
        leaf({"increments": {"base": "0.2", "up_to": "90%", "each": "0.1", "per": "5%"}}, value=SHARE),
        {"W502"},
    ),
    "a criterion for nobody": (
        leaf(SOUND, value=SHARE, applies_when={"indicator": "assigned", "less_than": "1"}),
        {"W512"},
    ),
    "a letter of another alphabet": (
        leaf(SOUND, value={"ratio": ["d\N{CYRILLIC SMALL LETTER O}ne", "assigned"]}),
        {"R215"},
    ),
    "a clause of another alphabet": (
        leaf(
            bands(
                ("a", "1", {"at_least": "80%"}),
                ("\N{CYRILLIC SMALL LETTER A}", "0.5", {"at_least": "50%"}),
                ("c", "0", OTHERWISE),
            ),
            value=SHARE,
        ),
        {"R215"},
    ),
    "a digit of another width": (leaf(SOUND, value=SHARE, id="\N{FULLWIDTH DIGIT ONE}"), {"R215"}),
    "no maximum": (leaf(SOUND, value=SHARE, max_points="0"), {"R223"}),
    "an office that is not there": (leaf(SOUND, value=SHARE, owner="nobody"), {"R412"}),
}

BOOKS: dict[str, tuple[Tree, set[str]]] = {
    "limits that swallow a deduction": (
        book_tree(
            ONLY,
            findings=[finding("f", HELD, {"clause": "v", "at_most": "0"}, {"clause": "u", "deduct": "0.5"})],
            indicators=INDICATORS,
        ),
        {"W523"},
    ),
    "a finding within a stronger one": (
        book_tree(
            ONLY,
            findings=[
                finding("f", {"indicator": "late", "at_least": "1"}, {"clause": "v", "at_most": "0"}),
                finding("g", {"indicator": "late", "at_least": "5"}, {"clause": "u", "at_most": "0.5"}),
            ],
            indicators=INDICATORS,
        ),
        {"W523"},
    ),
    "findings that shut each other out": (
        book_tree(
            ONLY,
            findings=[
                finding("f", {"indicator": "late", "at_least": "3"}),
                finding(
                    "g", [{"finding": "f"}, {"indicator": "late", "less_than": "3"}], {"clause": "v", "at_most": "0"}
                ),
            ],
            indicators=INDICATORS,
        ),
        {"W510"},
    ),
    "a deduction beyond the maximum": (
        book_tree(ONLY, findings=[finding("f", HELD, {"clause": "v", "deduct": "5"})], indicators=INDICATORS),
        {"W524"},
    ),
    "a deduction below 0": (
        book_tree(ONLY, findings=[finding("f", HELD, {"clause": "v", "deduct": "-0.5"})], indicators=INDICATORS),
        {"R223"},
    ),
    "in force until before it begins": (
        book_tree(ONLY, in_force_from="2018-01-01", in_force_to="2017-01-01", indicators=INDICATORS),
        {"R420"},
    ),
    "a range upside down": (
        book_tree(
            leaf({"any_violation": {}}, value=LATE),
            indicators={"late": {"kind": "count", "range": {"at_least": "5", "at_most": "3"}}},
        ),
        {"R420"},
    ),
    "a part beyond its whole": (
        book_tree(
            leaf(SOUND, value=SHARE),
            indicators={
                "assigned": {"kind": "count", "range": {"at_least": "1", "at_most": "3"}},
                "done": {"kind": "count", "part_of": "assigned", "range": {"at_least": "5"}},
            },
        ),
        {"R420"},
    ),
    "parts of each other": (
        book_tree(
            leaf(SOUND, value=SHARE),
            indicators={
                "assigned": {"kind": "count", "part_of": "done"},
                "done": {"kind": "count", "part_of": "assigned"},
            },
        ),
        {"R415"},
    ),
    "a part of a yes": (
        book_tree(
            leaf({"any_violation": {}}, value=LATE),
            indicators={"late": {"kind": "count", "part_of": "held"}, "held": "yes_no"},
        ),
        {"R411"},
    ),
    "a grade by rate in points": (
        book_tree(*TWO, grades=grades("rate", ("A", {"at_least": "80"}), ("B", OTHERWISE)), indicators=INDICATORS),
        {"W519"},
    ),
    "a grade by points in per cent": (
        book_tree(*TWO, grades=grades("points", ("A", {"at_least": "80%"}), ("B", OTHERWISE)), indicators=INDICATORS),
        {"W520"},
    ),
    "a grade twice": (
        book_tree(*TWO, grades=grades("points", ("A", {"at_least": "80"}), ("A", OTHERWISE)), indicators=INDICATORS),
        {"R401"},
    ),
    "a block that is a sub-criterion": (
        book_tree(
            *TWO,
            leaf({"per_item": {"each": "0.1"}}, value=LATE, id="p", block={"kind": "penalty"}),
            indicators=INDICATORS,
        ),
        {"R227"},
    ),
    "a kind of unit misspelt": (
        book_tree(
            leaf({"by_unit_kind": {"of": "points", "factors": {"montain": "75%"}, "scale": SOUND}}, value=SHARE),
            unit_kinds={"mountain": "x"},
            indicators=INDICATORS,
        ),
        {"R414"},
    ),
    "a factor of 75 for 75%": (
        book_tree(
            leaf({"by_unit_kind": {"of": "thresholds", "factors": {"mountain": "75"}, "scale": SOUND}}, value=SHARE),
            unit_kinds={"mountain": "x"},
            indicators=INDICATORS,
        ),
        {"W501"},
    ),
    "a kind of unit that is taken already": (
        book_tree(
            leaf(branches({"unit_kind": ["mountain", "island"]}, {"unit_kind": ["island"]})),
            unit_kinds={"mountain": "x", "island": "y"},
            indicators=INDICATORS,
        ),
        {"W504"},
    ),
    "three faults far apart": (
        book_tree(
            leaf(steps({"at_least": "80%"}, {"at_least": "85%"}), value={"ratio": ["doen", "assigned"]}),
            max_points="3",
            indicators=INDICATORS,
        ),
        {"R306", "R402", "R410"},
    ),
}


def codes_of(text: str) -> set[str]:
    try:
        root = parse_yaml(text.encode(), "book.yaml")
        return {doubt.code for doubt in doubts_of(rulebook_of(root), root)}
    except RulebookError as error:
        return {issue.code for issue in error.issues}


@pytest.mark.parametrize("fault", SCALES)
def test_a_fault_of_a_scale_is_caught(fault: str) -> None:
    tree, codes = SCALES[fault]
    assert codes_of(yaml_text(book_tree(tree, indicators=INDICATORS))) == codes


@pytest.mark.parametrize("fault", BOOKS)
def test_a_fault_of_a_rulebook_is_caught(fault: str) -> None:
    tree, codes = BOOKS[fault]
    assert codes_of(yaml_text(tree)) == codes


NUMBERS = (
    "1e400", ".nan", "NaN", ".inf", "0o10", "0x10", "1:30", "on", "1_000", "0,5", "1/0", "50%%", "½", "−1", "１", "٣",
    "0." + "3" * 5_000,
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:8])
def test_what_other_readers_of_yaml_take_for_a_number_is_none(number: str) -> None:
    text = yaml_text(book_tree(leaf(steps({"at_least": "80%"}, points="NUMBER"), value=SHARE), indicators=INDICATORS))
    assert codes_of(text.replace("NUMBER", number)) == {"R210"}


def test_no_number_is_octal() -> None:
    text = yaml_text(book_tree(leaf(steps({"at_least": "80%"}, points="NUMBER"), value=SHARE), indicators=INDICATORS))
    assert codes_of(text.replace("NUMBER", "010")) == {"R310"}


@pytest.mark.parametrize("flag", ["on", "off", "yes", "no", "True", "TRUE", "1", "y"])
def test_only_true_and_false_are_flags(flag: str) -> None:
    scale = bands(("a", "1", {"at_least": "80%"}), ("c", "0", {"otherwise": "FLAG"}))
    text = yaml_text(book_tree(leaf(scale, value=SHARE), indicators=INDICATORS))
    assert codes_of(text.replace("FLAG", flag)) == {"R212"}


def test_keys_are_not_merged_and_nesting_ends() -> None:
    sound = yaml_text(book_tree(leaf(SOUND, value=SHARE), indicators=INDICATORS))
    merged = sound.replace("- id: '1'", "- <<: &x {basis: stated}\n  id: '1'")
    assert merged != sound
    assert "Y109" in codes_of(merged)
    deep = leaf(SOUND, value=SHARE, id="z")
    for number in range(60):
        deep = group(f"g{number}", deep)
    assert codes_of(yaml_text(book_tree(deep, indicators=INDICATORS))) == {"Y107"}


def test_what_only_looks_like_a_fault_is_none() -> None:
    """Ends that counts can't fall between; weights that are counted, not shares; growth beyond all bounds."""
    whole = bands(("a", "1", {"at_least": "5"}), ("b", "0", {"at_most": "4"}))
    sound = (
        leaf(whole, value=LATE),
        leaf({"linear": {}}, value=weighted("60", "40")),
        leaf(steps({"at_least": "150%"}), value={"growth": ["late", "assigned"]}),
        leaf(steps({"at_least": "1.5"}), value={"ratio": ["late", "assigned"]}),
        leaf({"deduction": {"each": "1"}}, value=LATE),
    )
    for tree in sound:
        root = node_of(book_tree(tree, indicators=INDICATORS))
        assert doubts_of(rulebook_of(root), root) == []
