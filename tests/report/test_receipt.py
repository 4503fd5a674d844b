from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import typer

from random_books import draw_book, draw_readings
from tieuchi.api import load_readings, load_rulebook, score
from tieuchi.cli.receipt import is_card, verify_receipt
from tieuchi.errors import ReadingsError
from tieuchi.loading.rulebook import fingerprint
from tieuchi.model.plan import compile_plan
from tieuchi.receipt import check_card, rulebook_name
from tieuchi.render.card_json import card_json
from tieuchi.scoring.scorer import Scorer

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
MARK = fingerprint(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)


@pytest.fixture(scope="module")
def printed() -> Any:
    card = score(BOOK, SOC_TRANG, road="exact")
    return json.loads(json.dumps(card_json(card, rulebook_sha256=MARK, version="1")))


@pytest.fixture
def card(printed: Any) -> Any:
    return copy.deepcopy(printed)


def test_a_true_scorecard_agrees_with_itself(card: Any) -> None:
    assert check_card(card, PLAN, MARK).sound


@pytest.mark.parametrize("seed", range(40))
def test_scorecards_of_every_kind_are_scored_again_to_the_same(seed: int) -> None:
    random = Random(seed)
    plan = draw_book(random)
    units = [draw_readings(random, plan, f"unit-{n}") for n in range(3)]
    group = units[1:] if seed % 3 else ()
    made = card_json(Scorer(plan).score(units[0], group), rulebook_sha256="x", version="1")
    receipt = check_card(json.loads(json.dumps(made)), plan, "x")
    assert receipt.differences == ()


def test_a_changed_point_is_found_by_its_place(card: Any) -> None:
    field = next(c for c in card["criteria"] if c["id"] == "8")
    leaf = next(c for c in field["criteria"] if c["id"] == "8.2")
    leaf["points"]["exact"] = "1"
    found = check_card(card, PLAN, MARK).differences
    assert [(d.path, d.stored, d.scored) for d in found] == [("criteria[8].criteria[8.2].points.exact", "1", "0.5")]


def test_a_changed_reading_moves_the_points_it_makes(card: Any) -> None:
    card["receipt"]["readings"]["enterprises_new"]["value"] = "423"
    paths = {d.path for d in check_card(card, PLAN, MARK).differences}
    assert "points.exact" in paths
    assert "criteria[8].criteria[8.2].clause" in paths
    assert not any(path.startswith("criteria[1]") for path in paths)


def test_another_rulebook_is_told(card: Any) -> None:
    receipt = check_card(card, PLAN, "0" * 64)
    assert receipt.rulebook_differs
    assert not receipt.sound


def test_a_left_out_criterion_is_found(card: Any) -> None:
    card["criteria"].pop()
    assert [d.path for d in check_card(card, PLAN, MARK).differences] == ["criteria"]


@pytest.mark.parametrize(
    "bad", [None, [], {}, {"schema": "x"}, {"schema": "tieuchi/scorecard/1", "rulebook": []}, "text"]
)
def test_what_is_no_scorecard_is_refused(bad: Any) -> None:
    with pytest.raises(ReadingsError, match="K840"):
        check_card(bad, PLAN, MARK)


def test_a_scorecard_without_readings_is_refused(card: Any) -> None:
    del card["receipt"]
    with pytest.raises(ReadingsError, match="K841"):
        check_card(card, PLAN, MARK)


@pytest.mark.parametrize("value", [1, 0.5, "x", True, {}, "1/0"])
def test_a_reading_of_the_wrong_kind_is_refused(card: Any, value: Any) -> None:
    card["receipt"]["readings"]["enterprises_new"]["value"] = value
    with pytest.raises(ReadingsError, match="K840"):
        check_card(card, PLAN, MARK)


def test_the_command_says_what_differs_and_ends_with_one(card: Any, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(card), encoding="utf-8")
    assert is_card(str(path))
    assert rulebook_name(card) == BOOK.id
    verify_receipt(str(path), "vi")
    assert "khớp" in capsys.readouterr().out
    card["points"]["shown"] = "99.99"
    path.write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(typer.Exit) as ended:
        verify_receipt(str(path), "en")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().out == 'points.shown: it says "99.99", scored again "74.51"\n'


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "\x00"])
def test_a_file_that_is_no_json_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadingsError, match="K840"):
        verify_receipt(str(path), "vi")
