"""What we export gives the same points where other people's engines run it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from foreign_engines import PyDmnRules, Zen, jpmml, plain, takes_only_readings
from small_books import book_of, book_tree, leaf
from small_scales import KINDS, MAKERS, ScaleMaker, every_reading
from tieuchi.boundary_book.rows import Row, boundary_rows
from tieuchi.cli import run
from tieuchi.errors import RulebookError
from tieuchi.exchange.dmn_in import import_dmn
from tieuchi.exchange.dmn_out import dmn_text
from tieuchi.exchange.feel import feel_name
from tieuchi.exchange.pmml import pmml_text
from tieuchi.exchange.pmml_forms import name_of
from tieuchi.exchange.portable import portable
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import load_rulebook, rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.plan import LeafPlan, Plan, compile_plan
from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.scorer import Scorer

NEAR = 1e-9


def scored(plan: Plan, kept: tuple[LeafPlan, ...]) -> Iterator[tuple[LeafPlan, Row]]:
    """Yield the rows of the boundary book that have points, of the sub-criteria that were exported."""
    by_id = {leaf.id: leaf for leaf in kept}
    for row in boundary_rows(plan):
        if row.criterion in by_id and row.points is not None:
            yield by_id[row.criterion], row


@pytest.mark.parametrize("name", rulebook_names())
def test_jpmml_gives_the_points_of_every_boundary_of_the_bundled_rulebooks(name: str, tmp_path: Path) -> None:
    plan = compile_plan(load_rulebook(name))
    kept = tuple(leaf for leaf in portable(plan, "PMML").leaves if not leaf.declared)
    evaluators: dict[str, Any] = {}
    rows = 0
    for one, row in scored(plan, kept):
        if one.id not in evaluators:
            evaluators[one.id] = jpmml(pmml_text(plan, [one]), tmp_path)
        values = {n: plain(v, plan.indicators[n].kind) for n, v in row.readings.items() if n in one.indicators}
        found = evaluators[one.id].evaluate(values)
        assert abs(found["points"] - float(row.points or 0)) < NEAR, (row, found)
        if "+" not in (row.clause or "") and row.clause != "none" and not _tally(one):
            assert found["reason_1"] == f"{one.id}/{row.clause}"
        rows += 1
    assert rows > 10


def _tally(one: LeafPlan) -> bool:
    return one.criterion.scale is not None and one.criterion.scale.kind == "checklist"


@pytest.mark.parametrize("name", rulebook_names())
def test_zen_gives_the_points_of_every_boundary_of_the_bundled_rulebooks(name: str) -> None:
    plan = compile_plan(load_rulebook(name))
    kept = portable(plan, "DMN").leaves
    zen = Zen(dmn_text(plan, kept))
    rows = 0
    for one, row in scored(plan, kept):
        values = {feel_name(n): plain(v) for n, v in row.readings.items()}
        points = zen.points(name_of(one.id), values)
        assert points is not None, row
        assert abs(points - float(row.points or 0)) < NEAR, (row, points)
        rows += 1
    assert rows > 10


def test_another_dmn_engine_reads_the_file_of_every_sub_criterion_on_plain_readings() -> None:
    """What is on sums and quotients of readings is for ZEN, which works them out."""
    rows, read = 0, set()
    for book in rulebook_names():
        plan = compile_plan(load_rulebook(book))
        engines: dict[str, PyDmnRules] = {}
        kept = {one.id: dmn_text(plan, [one]) for one in portable(plan, "DMN").leaves if not one.declared}
        kept = {one: text for one, text in kept.items() if takes_only_readings(text)}
        for one, row in scored(plan, tuple(plan.by_id[name] for name in kept)):
            if one.id not in engines:
                engines[one.id] = PyDmnRules(kept[one.id])
            given = {feel_name(n): plain(v) for n, v in row.readings.items() if n in one.indicators}
            assert abs(engines[one.id].points(given) - float(row.points or 0)) < NEAR, row
            read.add((book, one.id))
            rows += 1
    assert rows > 100
    assert {one for name, one in read if name == "curb-65/2003"} == {"C", "U", "R", "B", "65"}


@pytest.mark.parametrize("kind", ["bands_on_count", "any_violation", "stairs", "branches", "by_unit_kind"])
def test_another_dmn_engine_agrees_on_random_scales_of_plain_readings(kind: str) -> None:
    compared = 0
    for seed in range(12):
        plan = compile_plan(book_of(ScaleMaker(Random(f"dmn-{kind}-{seed}")).make(kind)))
        one, scorer = plan.leaves[0], Scorer(plan)
        text = dmn_text(plan, [one])
        if not takes_only_readings(text):
            continue
        engine = PyDmnRules(text)
        readings = list(every_reading(plan.indicators, one.indicators))
        for number, values in enumerate(readings[:: 1 + len(readings) // 20]):
            unit = KINDS[number % len(KINDS)]
            trace = scorer.score_one(one, Inputs(unit, values, {}), {})
            if trace.points is None:
                continue
            given = {name: plain(value) for name, value in values.items()}
            given |= {"unit_kind": unit} if "unit_kind" in text else {}
            assert abs(engine.points(given) - float(trace.points)) < NEAR, (text, values)
            compared += 1
    assert compared > 20


def test_the_whole_curb_65_card_adds_up_in_jpmml(tmp_path: Path) -> None:
    plan = compile_plan(load_rulebook("curb-65/2003"))
    card = jpmml(pmml_text(plan, plan.leaves), tmp_path)
    readings = {"new_confusion": True, "blood_urea": 7.0, "respiratory_rate": 30, "systolic_pressure": 90}
    found = card.evaluate({**readings, "diastolic_pressure": 60, "age": 65})
    assert found["points"] == 4
    assert found["reason_1"] == "U/normal"


def test_a_missing_reading_is_no_zero_in_jpmml_either(tmp_path: Path) -> None:
    plan = compile_plan(load_rulebook("curb-65/2003"))
    card = jpmml(pmml_text(plan, plan.leaves), tmp_path)
    with pytest.raises(Exception, match="UndefinedResult"):
        card.evaluate({"new_confusion": True, "blood_urea": 7.0})


@pytest.mark.parametrize("kind", MAKERS)
def test_both_engines_agree_on_random_scales_of_every_kind(kind: str, tmp_path: Path) -> None:
    compared = 0
    for seed in range(8):
        tree = ScaleMaker(Random(f"export-{kind}-{seed}")).make(kind)
        try:
            plan = compile_plan(book_of(tree))
        except RulebookError:
            continue  # a gap that the loader refuses
        one, scorer = plan.leaves[0], Scorer(plan)
        card = jpmml(pmml_text(plan, [one]), tmp_path)
        zen = Zen(dmn_text(plan, [one]))
        readings = list(every_reading(plan.indicators, one.indicators))
        for number, values in enumerate(readings[:: 1 + len(readings) // 30]):
            unit = KINDS[number % len(KINDS)]
            trace = scorer.score_one(one, Inputs(unit, values, {}), {})
            if trace.points is None:
                continue
            given = {name: plain(value) for name, value in values.items()} | {"unit_kind": unit}
            dated = given | {n: plain(v, plan.indicators[n].kind) for n, v in values.items()}
            assert abs(card.evaluate(dated)["points"] - float(trace.points)) < NEAR, (tree, values)
            points = zen.points(name_of(one.id), given)
            assert abs((points or 0) - float(trace.points)) < NEAR, (tree, values)
            compared += 1
    assert compared > 20


def test_what_a_target_can_not_say_is_refused_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "x.pmml"
    assert run(["export", "par-index-province/2017", "--to", "pmml", "--out", str(out), "--lang", "en"]) == 2
    assert "“5.2”: PMML can't say findings" in capsys.readouterr().err
    assert not out.exists()
    assert run(["export", "par-index-province/2017", "--to", "pmml", "--partial", "--out", str(out)]) == 0
    assert out.exists()


def test_dmn_written_and_read_again_gives_the_same_points() -> None:
    plan = compile_plan(load_rulebook("curb-65/2003"))
    back = compile_plan(
        rulebook_of(parse_yaml(import_dmn(dmn_text(plan, plan.leaves).encode(), "c.dmn", "c").encode(), "c"))
    )
    again = Scorer(back)
    for row in boundary_rows(plan):
        trace = again.score_one(back.by_id[row.criterion], Inputs("", row.readings, {}), {})
        assert (trace.points, trace.clause) == (row.points, row.clause)


def test_a_table_that_says_more_than_a_rulebook_is_refused_by_name() -> None:
    counts = {"done": "count", "all": {"kind": "count", "range": {"at_least": "1"}}}
    plan = compile_plan(book_of(book_tree(leaf({"linear": {}}, value={"ratio": ["done", "all"]}), indicators=counts)))
    with pytest.raises(RulebookError, match=r"c_1.*E102"):
        import_dmn(dmn_text(plan, plan.leaves).encode(), "x.dmn", "x")
    with pytest.raises(RulebookError, match=r"E101.*DOCTYPE"):
        import_dmn(b'<!DOCTYPE a [<!ENTITY x "y">]><a/>', "x.dmn", "x")
    with pytest.raises(RulebookError, match=r"E101.*DOCTYPE"):
        import_dmn('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'.encode("utf-16"), "x.dmn", "x")


def test_exact_thirds_survive_feel() -> None:
    bands = [{"clause": "a", "at_least": "1/3", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    plan = compile_plan(book_of(book_tree(leaf({"bands": bands}, value={"amount": "x"}), indicators={"x": "amount"})))
    book = rulebook_of(parse_yaml(import_dmn(dmn_text(plan, plan.leaves).encode(), "x.dmn", "x").encode(), "x"))
    scale = next(book.leaves()).scale
    assert scale is not None
    assert scale.bands is not None
    assert {band.at_least or band.less_than for band in scale.bands} == {Fraction(1, 3)}
