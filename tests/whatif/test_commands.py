"""The commands that simulate: what they print, what they write, and that refused input writes nothing."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tieuchi.cli import run
from tieuchi.loading.bundled import readings_path
from tieuchi.model.indicator import Indicator
from tieuchi.render.amounts import change_text

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
    assert run(["headroom", "not-looked-for", UNIT, "8.2", "--plot", str(tmp_path / "p.gif")]) == 2
    assert "S733" in capsys.readouterr().err


def test_touches_lists_what_a_threshold_reaches(capsys):
    reached = found(capsys, "touches", BOOK, "8.2/b/at_least")["reached"]
    assert [r["criterion"] for r in reached] == ["8.2"]


def test_headroom_of_one_criterion(capsys):
    text = output(capsys, "headroom", BOOK, UNIT, "5.6.1", "--lang", "en")
    assert "18 more (1,092 → 1,110)" in text


@pytest.mark.parametrize(
    ("kind", "before", "after", "vi", "en"),
    [
        ("count", 1092, 1110, "thêm 18", "18 more"),
        ("count", 2, 0, "bớt 2", "2 fewer"),
        ("percent", Fraction("0.7382"), 1, "tăng 26,18 điểm phần trăm", "26.18 percentage points more"),
        ("percent", Fraction("0.75"), Fraction("0.74"), "giảm 1 điểm phần trăm", "1 percentage point less"),
        ("ratio", Fraction(1, 3), Fraction(1, 2), "tăng ≈16,6667 điểm phần trăm", "≈16.6667 percentage points more"),
        ("amount", Fraction("12.5"), 20, "tăng 7,5", "7.5 more"),
        ("amount", 20, Fraction("12.5"), "giảm 7,5", "7.5 less"),
        ("date", 736000, 736012, "muộn hơn 12 ngày", "12 days later"),
        ("date", 736001, 736000, "sớm hơn 1 ngày", "1 day earlier"),
    ],
)
def test_a_change_is_said_as_one_says_it_of_its_kind(kind, before, after, vi, en):
    indicator = Indicator(id="x", title={"vi": "x", "en": "x"}, kind=kind)
    said = [change_text(Fraction(before), Fraction(after), indicator, language) for language in ("vi", "en")]
    assert said == [vi, en]


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


def test_an_appraisal_fits_80_columns_with_its_ids_whole(capsys, tmp_path):
    appraised = tmp_path / "appraised.yaml"
    text = Path(readings_path(UNIT)).read_text(encoding="utf-8")
    for name, value in (("reform_plan_tasks_done", "20"), ("budget_revenue_of_plan", "80%")):
        before, _, after = text.partition(f"\n  {name}:\n")
        first, _, rest = after.partition("value: ")
        text = f"{before}\n  {name}:\n{first}value: {value}\n{rest.partition(chr(10))[2]}"
    appraised.write_text(text, encoding="utf-8")
    said = output(capsys, "compare", BOOK, UNIT, "--appraised", str(appraised), "--lang", "en")
    assert "1.1: other figure −0.333 (reform_plan_tasks_done)" in said
    assert "8.3: other figure 0.000 (budget_revenue_of_plan)" in said
    assert max(map(len, said.splitlines())) <= 80
