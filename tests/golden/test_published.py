"""What the report publishes must come out: the one real case that every version reproduces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tieuchi import load_readings, load_rulebook, score
from tieuchi.cli import run
from tieuchi.explain import Prober, ledger_of
from tieuchi.model.reading import Reading
from tieuchi.model.scorecard import Scorecard

# Report 86/BC-SNV of 04/06/2018, section I: points of the eight fields and their rates.
PUBLISHED = {
    "1": ("7.939", "79.39%"),
    "2": ("8.561", "85.61%"),
    "3": ("11.244", "77.54%"),
    "4": ("7.994", "72.68%"),
    "5": ("9.435", "58.97%"),
    "6": ("5.219", "74.56%"),
    "7": ("10.621", "66.38%"),
    "8": ("13.500", "87.10%"),
}


@pytest.fixture(scope="module")
def card() -> Scorecard:
    book = load_rulebook("par-index-province/2017")
    return score(book, load_readings("soc-trang-2017", book))


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run(["score", "par-index-province/2017", "soc-trang-2017", "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_eight_fields_have_their_published_points_and_rates(printed: dict[str, Any]) -> None:
    fields = {f["id"]: (f["points"]["shown"], f["rate"]["shown"]) for f in printed["criteria"]}
    assert fields == PUBLISHED


def test_the_total_the_survey_and_the_self_assessed_part_are_as_published(printed: dict[str, Any]) -> None:
    parts = {p["assessed_by"]: (p["points"]["shown"], p["max_points"]) for p in printed["assessors"]}
    assert printed["points"]["shown"] == "74.51"
    assert parts == {"self": ("46.487", "65.5"), "survey": ("28.03", "34.5")}


def test_sums_in_the_json_can_be_redone_exactly(printed: dict[str, Any]) -> None:
    for node in nodes(printed):
        if node.get("criteria"):
            parts = [Fraction(part["points"]["exact"]) for part in node["criteria"]]
            assert sum(parts) == Fraction(node["points"]["exact"])
        lost = Fraction(node["max_points"]) - Fraction(node["points"]["exact"])
        assert Fraction(node["lost"]["exact"]) == lost


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("criteria", ()):
        yield from nodes(part)


@pytest.mark.parametrize(
    ("criterion", "points", "clause", "lost"),
    [("8.3", "0", "b", "1.5"), ("8.2", "1/2", "b", "1/2"), ("5.6.1", "1/2", "b", "1/2")],
    ids=["budget revenue 92.82% of plan", "new enterprises +10.77%", "commune civil servants 98.38%"],
)
def test_the_three_known_sub_criteria_score_as_published(
    card: Scorecard, criterion: str, points: str, clause: str, lost: str
) -> None:
    node = card[criterion]
    assert node.trace is not None
    assert (node.points, node.trace.clause, node.lost) == (Fraction(points), clause, Fraction(lost))


def test_eighteen_more_commune_civil_servants_bring_the_other_half(card: Scorecard) -> None:
    step = Prober(card.plan).next_step(card, "5.6.1")
    assert step is not None
    assert (step.value, step.target, step.gain) == (1092, 1110, Fraction(1, 2))


def test_the_ledger_adds_up_exactly_by_field_by_office_and_in_all(card: Scorecard) -> None:
    ledger = ledger_of(card)
    lost = card.total.max_points - Fraction(card.total.points or 0)
    assert sum(row.lost or 0 for row in ledger.rows) == lost
    assert {name: ends[0] for name, ends in ledger.by_field().items()} == {p.id: p.lost for p in card.total.parts}
    assert sum(ends[0] for ends in ledger.by_owner().values()) == lost


@pytest.mark.parametrize(
    ("reading", "touched"),
    [
        ("inspection_recruitment_violations", {"4.2", "5.2"}),
        ("inspection_appointment_violations", {"5.3"}),
        ("inspection_recruitment_wrongly_delegated", {"4.2"}),
    ],
)
def test_one_withdrawn_finding_moves_exactly_what_it_touches(card: Scorecard, reading: str, touched: set[str]) -> None:
    before = card.readings
    old = before.values[reading]
    new = Reading(reading, Fraction(0), old.at)
    after = type(before)(before.unit, before.period, {**before.values, reading: new}, before.declared)
    changed = score(card.plan.book, after)
    moved = {node.id for node, was in zip(changed.leaves(), card.leaves(), strict=True) if node.points != was.points}
    assert moved == touched


def test_the_scorecard_keeps_to_its_schema(printed: dict[str, Any]) -> None:
    schema = json.loads(Path("rules/schema/scorecard.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(printed)
