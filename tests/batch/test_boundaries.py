"""Units on boundaries: every threshold there is, wherever in a rulebook it stands, and every answer."""

from __future__ import annotations

from fractions import Fraction

from small_books import REFERENCE, book_of, book_tree, leaf
from tieuchi.batch.boundaries import COARSE, boundary_units
from tieuchi.model.plan import Plan, compile_plan

NUMBERS = ("applies", "part", "branch", "found", "aim")
KINDS = {**dict.fromkeys(NUMBERS, "amount"), "sound": "yes_no"}


def plan() -> Plan:
    """Return a rulebook with thresholds in all places but bands."""
    part = {"clause": "a", "points": "1", "when": [{"value": {"amount": "part"}, "more_than": "20"}]}
    branch = {"clause": "a", "points": "1", "when": [{"value": {"amount": "branch"}, "at_most": "30"}]}
    rest = {"clause": "b", "otherwise": "true", "points": "0"}
    applies = [{"value": {"amount": "applies"}, "at_least": "10"}]
    leader = {"target_and_leader": {"target": "50", "at_target": "0.5"}}
    finding = {
        "id": "found", "title": "Found", **REFERENCE,
        "when": [{"value": {"amount": "found"}, "exactly": "40"}, {"indicator": "sound", "is": "false"}],
        "consequences": [{"criterion": "1", "clause": "f", "at_most": "0"}],
    }  # fmt: skip
    return compile_plan(
        book_of(
            book_tree(
                leaf({"checklist": [part]}, id="1", applies_when=applies),
                leaf({"branches": [branch, rest]}, id="2"),
                leaf(leader, id="3", value={"amount": "aim"}),
                indicators=KINDS,
                findings=[finding],
            )
        )
    )


def test_every_threshold_is_met_and_missed_by_a_hair() -> None:
    units = list(boundary_units(plan(), COARSE))
    hair = COARSE[0]
    for name, threshold in zip(NUMBERS, (10, 20, 30, 40, 50), strict=True):
        figures = {unit.values[name].value for unit in units if name in unit.values}
        assert {threshold - hair, Fraction(threshold), threshold + hair} <= figures


def test_every_answer_is_given() -> None:
    answers = {unit.values["sound"].value for unit in boundary_units(plan(), COARSE) if "sound" in unit.values}
    assert answers == {True, False}
