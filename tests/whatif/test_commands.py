"""The commands that simulate: what they print, what they write, and that refused input writes nothing."""

from __future__ import annotations

import json

import pytest

from tieuchi.cli import run

BOOK = "par-index-province/2017"
UNIT = "soc-trang-2017"


def output(capsys, *arguments):
    assert run(arguments) == 0
    return capsys.readouterr().out


def found(capsys, *arguments):
    return json.loads(output(capsys, *arguments, "--format", "json"))


def test_whatif_prints_before_and_after(capsys):
    text = output(capsys, "whatif", BOOK, UNIT, "--set", "enterprises_new=423", "--exact")
    assert "74,51 → 75,01" in text
    assert "b → a" in text


def test_whatif_saves_what_it_replays(capsys, tmp_path):
    file = str(tmp_path / "s.yaml")
    first = found(capsys, "whatif", BOOK, UNIT, "--threshold", "8.2/b/at_least=15%", "--save", file, "--exact")
    second = found(capsys, "whatif", BOOK, UNIT, "--scenario", file, "--exact")
    assert first["total"] == second["total"]
    assert first["moved"][0]["clause"] == {"before": "b", "after": "c"}


def test_a_refused_scenario_ends_with_2_and_writes_nothing(capsys, tmp_path):
    out, plot = tmp_path / "o.txt", tmp_path / "p.svg"
    arguments = ["whatif", BOOK, UNIT, "--set", "enterprise_new=1", "--out", str(out), "--plot", str(plot)]
    assert run(arguments) == 2
    assert "enterprises_new" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_form_of_picture_is_refused(capsys, tmp_path):
    assert run(["headroom", BOOK, UNIT, "8.2", "--plot", str(tmp_path / "p.gif")]) == 2
    assert "S733" in capsys.readouterr().err


def test_touches_lists_what_a_threshold_reaches(capsys):
    reached = found(capsys, "touches", BOOK, "8.2/b/at_least")["reached"]
    assert [r["criterion"] for r in reached] == ["8.2"]


def test_headroom_of_one_criterion(capsys):
    text = output(capsys, "headroom", BOOK, UNIT, "5.6.1", "--lang", "en")
    assert "18 more (1,092 → 1,110)" in text


def test_goal_follows_a_plan(capsys, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("only: [budget_revenue_of_plan, enterprises_new]\n", encoding="utf-8")
    goal = found(capsys, "goal", BOOK, UNIT, "--target", "76", "--plan", str(plan))
    assert goal["status"] == "optimal"
    assert [change["indicator"] for change in goal["changes"]] == ["budget_revenue_of_plan"]


@pytest.mark.parametrize("more", [(), ("--breakpoints",)])
def test_sweep_turns_a_threshold(capsys, more):
    result = found(capsys, "sweep", BOOK, UNIT, "--threshold", "8.2/b/at_least=5%:15%:1%", *more)
    if more:
        assert [(b["value"], b["changes"]) for b in result["breakpoints"]] == [("7/65", "beyond")]
    else:
        assert [v["losers"] for v in result["variants"]] == [0] * 6 + [1] * 5


def test_solve_finds_a_cut_off(capsys):
    result = found(capsys, "solve", BOOK, UNIT, "--threshold", "8.2/b/at_least", "--share", "100%")
    assert result["exact"]
    assert result["nearest"]["high"] == "7/65"


def test_simulate_repeats_itself(capsys, tmp_path):
    model = tmp_path / "model.yaml"
    model.write_text("readings: {public_satisfaction: {respondents: 300}}\n", encoding="utf-8")
    arguments = ("simulate", BOOK, UNIT, "--runs", "300", "--seed", "4", "--model", str(model))
    assert found(capsys, *arguments) == found(capsys, *arguments)


def test_fragility_names_the_clause_that_decides(capsys):
    values = {v["criterion"]: v for v in found(capsys, "fragility", BOOK, UNIT)["values"]}
    assert not values["5.5"]["survives"]
    assert values["5.6.1"]["survives"]


def test_compare_needs_something_to_compare(capsys):
    assert run(["compare", BOOK, UNIT]) == 2
    assert "S735" in capsys.readouterr().err


def test_compare_splits_the_difference(capsys, tmp_path):
    folder = tmp_path / "next"
    folder.mkdir()
    lines = ["id: next", "title: Next", f"extends: {BOOK}", "changes:", "  - {path: 8.2/b/at_least, value: 15%}"]
    (folder / "rulebook.yaml").write_text("\n".join(lines), encoding="utf-8")
    total = found(capsys, "compare", BOOK, UNIT, "--rulebook", str(folder))["total"]
    assert (total["rules"], total["performance"], total["gain"]) == ("-0.5", "0", "-0.5")
