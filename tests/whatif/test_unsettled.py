"""Units whose totals something missing leaves open: no rank, no place in a mean or a share, named as left out."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from small_books import book_tree, leaf, node_of, readings_of
from tieuchi.assess import assess
from tieuchi.cli import run
from tieuchi.errors import ScenarioError
from tieuchi.loading.scenario import assigned
from tieuchi.model.reading import Unit
from tieuchi.model.scenario import NoiseModel
from tieuchi.plots.charts_many import bends_chart, sweep_chart
from tieuchi.plots.charts_more import rank_chart, simulation_chart
from tieuchi.render.page import Page
from tieuchi.render.simulate_text import simulation_json, simulation_text
from tieuchi.render.sweep_json import breakpoints_json, solution_json, sweep_json
from tieuchi.render.sweep_text import breakpoints_text, solution_text, sweep_text
from tieuchi.whatif.bends import Bends
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.curves import Curves
from tieuchi.whatif.cutoff import misses, solve
from tieuchi.whatif.dial import Rules, dial_of
from tieuchi.whatif.goal import Seeker
from tieuchi.whatif.levels import misses_of, solve_points
from tieuchi.whatif.simulate import Simulator
from tieuchi.whatif.sweep import sweep

KINDS = {"late": "count", "part": "count", "whole": {"kind": "count", "range": {"at_least": "1"}}}
LATE, PART = "1/a/at_most", "2/full_at"
FIGURES = {
    "a": {"late": 1, "part": 9, "whole": 10},
    "b": {"late": 3, "part": 7, "whole": 10},
    "c": {"late": 4, "part": 4, "whole": 10},
    "half": {"late": 2, "whole": 10},
    "bare": {"part": 3, "whole": 10},
}
LEFT_OUT = ["half", "bare"]


def rules_of():
    bands = [{"clause": "a", "at_most": "2", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    slope = {"linear": {"full_at": "80%", "zero_at": "20%"}}
    criteria = [
        leaf({"bands": bands}, id="1", max_points="2", value={"count": "late"}),
        leaf(slope, id="2", max_points="2", value={"ratio": ["part", "whole"]}),
    ]
    return Rules(node_of(book_tree(*criteria, indicators=KINDS)))


def units_of():
    return [named(name, figures) for name, figures in FIGURES.items()]


def named(name, figures):
    return replace(readings_of(figures), unit=Unit(name, name.upper()))


@pytest.fixture(params=[False, True], ids=["few", "many"])
def cohort(request, monkeypatch):
    if request.param:
        monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    return Cohort(rules_of().plan, units_of())


def ranks_by_scoring(setting):
    """Score every unit again by the whole rulebook and rank those that have a total."""
    plan = rules_of().turned({path: Fraction(value) for path, value in setting.items()})
    totals = {r.unit.id: assess(plan, r, road="exact").total.points for r in units_of()}
    settled = {name: total for name, total in totals.items() if total is not None}
    return {name: 1 + sum(other > total for other in settled.values()) for name, total in settled.items()}


def test_the_open_units_are_those_without_a_total(cohort):
    assert [cohort.names[unit] for unit in cohort.unsettled] == LEFT_OUT
    assert cohort.ranks(cohort.totals)[list(cohort.unsettled)].tolist() == [0, 0]
    assert [cohort.open(place).tolist() for place in (0, 1)] == [[False] * 4 + [True], [False] * 3 + [True, False]]


def test_breakpoints_rank_the_settled_only(cohort):
    found = Breakpoints(cohort, dial_of(rules_of(), LATE))
    told = breakpoints_json(found, None)
    assert told["unsettled"] == LEFT_OUT
    for row in told["breakpoints"]:
        before = ranks_by_scoring({LATE: Fraction(row["value"]) - Fraction(1, 2)})
        after = ranks_by_scoring({LATE: Fraction(row["value"]) + Fraction(1, 2)})
        assert row["ranks"] == {n: [before[n], after[n]] for n in before if before[n] != after[n]}
    assert any("half" in row["units"] for row in told["breakpoints"])  # its points are known to change


@pytest.mark.parametrize("threshold", [f"{LATE}=0:5:1", f"{PART}=50%:100%:10%"])
def test_a_sweep_ranks_the_settled_only(cohort, threshold):
    found = sweep(rules_of(), cohort, assigned("--threshold", [threshold]))
    path, told = threshold.partition("=")[0], sweep_json(found)
    now = ranks_by_scoring({})
    assert told["unsettled"] == LEFT_OUT
    assert [total is None for total in told["totals_now"]] == [False, False, False, True, True]
    for place, row in enumerate(told["variants"]):
        here = ranks_by_scoring({path: row["setting"][0]})
        assert row["ranks_moved"] == sum(now[name] != here[name] for name in now)
        assert [total is None for total in row["totals"]] == [False, False, False, True, True]
        assert found.mean(place) == sum(Fraction(total) for total in row["totals"][:3]) / 3


def test_what_a_variant_leaves_open_is_no_loss():
    """A route that begins to apply asks for a figure that is missing: nobody has lost points by that."""
    when = [{"indicator": "late", "more_than": "5"}]
    bands = [{"clause": "a", "at_least": "1", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    criteria = [
        leaf({"bands": bands}, id="1", max_points="2", value={"count": "whole"}),
        leaf({"bands": bands}, id="2", max_points="2", value={"count": "part"}, applies_when=when),
    ]
    rules = Rules(node_of(book_tree(*criteria, indicators=KINDS)))
    cohort = Cohort(rules.plan, units_of())
    found = sweep(rules, cohort, assigned("--threshold", ["2/applies_when/1/more_than=0:5:5"]))
    assert [found.settled(variant).tolist() for variant in (0, 1)] == [
        [True, True, True, False, False],
        [True, True, True, True, False],
    ]
    assert found.gained[1].tolist() == [0, 0]


@pytest.mark.parametrize("span", ["0.5:1", "0.45:0.75"], ids=["about where it stands", "below where it stands"])
def test_bends_rank_the_settled_only(cohort, span):
    rules, (low, high) = rules_of(), map(Fraction, span.split(":"))
    found = Bends(Curves(rules, cohort, dial_of(rules, PART), (low, high)))
    assert found.ranked
    assert "half" not in {cohort.names[unit] for stretch in found.stretches for unit in stretch.units}
    ends = [found.low, *(bend.value for bend in found.found), found.high]
    for place, bend in enumerate(found.found):
        before, after = (ranks_by_scoring({PART: (ends[p] + ends[p + 1]) / 2}) for p in (place, place + 1))
        shifts = {n: (before[n], after[n]) for n in before if before[n] != after[n]}
        assert {cohort.names[unit]: pair for unit, pair in bend.ranks.items()} == shifts
    chart = bends_chart(found, "en")
    assert chart is not None
    assert "HALF" not in str(chart.marks)


def test_a_share_is_of_the_units_that_have_a_value(cohort):
    rules = rules_of()
    found = solve(cohort, dial_of(rules, LATE), Fraction(1, 2))
    told = solution_json(cohort, found, ((), ()), None)
    assert (told["nearest"]["units"], told["left_out"]) == (4, ["bare"])
    assert {cohort.names[miss.unit] for miss in misses(cohort, dial_of(rules, LATE))[0]} == {"a", "b", "c", "half"}


def test_a_share_at_some_points_is_of_the_units_that_have_points(cohort):
    rules = rules_of()
    curves = Curves(rules, cohort, dial_of(rules, PART), (Fraction(1, 2), Fraction(1)))
    told = solution_json(cohort, solve_points(curves, Fraction(2), Fraction(1, 2)), ((), ()), None)
    assert (told["nearest"]["units"], told["left_out"]) == (4, ["half"])
    assert "half" not in {cohort.names[miss.unit] for miss in misses_of(curves, Fraction(2))[0]}


def test_where_nobody_has_points_no_share_is_told():
    rules = rules_of()
    bare = Cohort(rules.plan, [named("x", {"late": 1})])
    curves = Curves(rules, bare, dial_of(rules, PART), (Fraction(1, 2), Fraction(1)))
    with pytest.raises(ScenarioError) as error:
        solve_points(curves, Fraction(2), Fraction(1, 2))
    assert [issue.code for issue in error.value.issues] == ["S716"]


def test_a_finding_that_is_not_known_leaves_out_whoever_it_could_touch():
    """At nothing there is nothing to take off; once the threshold is passed, it matters whether the finding holds."""
    bands = [{"clause": "a", "at_least": "5", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    taken = {
        "id": "f", "title": "f", "when": [{"indicator": "late", "more_than": "4"}], "basis": "assumed",
        "consequences": [{"criterion": "1", "deduct": "1", "clause": "f"}], "reference": {"item": "1"},
    }  # fmt: skip
    tree = book_tree(
        leaf({"bands": bands}, id="1", max_points="2", value={"count": "part"}), indicators=KINDS, findings=[taken]
    )
    rules = Rules(node_of(tree))
    units = [named("sure", {"part": 3, "late": 0}), named("held", {"part": 2, "late": 9}), named("open", {"part": 4})]
    cohort = Cohort(rules.plan, units)
    assert cohort.settled.all()
    found = Breakpoints(cohort, dial_of(rules, "1/a/at_least"))
    assert [(point.value, [cohort.names[unit] for unit in point.units]) for point in found] == [
        (2, ["held"]),
        (3, ["sure"]),
    ]
    assert [cohort.names[unit] for unit in found.left_out] == ["open"]
    assert found.totals(0)[0].tolist() == [2_000_000, 1_000_000, 0]
    assert [passing.ranks for passing in found.passings()] == [{}, {1: (2, 1)}]
    swept = sweep(rules, cohort, assigned("--threshold", ["1/a/at_least=1:4:3"]))
    assert [cohort.names[unit] for unit in swept.left_out] == ["open"]
    assert sweep_json(swept)["variants"][0]["totals"] == ["2", "1", None]
    assert swept.gained[0].tolist() == [2, 0]
    share = solve(cohort, dial_of(rules, "1/a/at_least"), Fraction(1, 2))
    assert (share.nearest.units, share.left_out) == (2, (2,))


def test_a_simulation_ranks_the_settled_only():
    model = NoiseModel.model_validate({"readings": {"part": {"at_least": "-3", "at_most": "3"}}})
    found = Simulator(rules_of(), units_of(), model).run(200, 1)
    assert [found.names[unit] for unit in found.unsettled] == LEFT_OUT
    assert found.ranks.max() <= 3
    assert not found.ranks[:, list(found.unsettled)].any()
    rows = {row["unit"]: row for row in simulation_json(found, 0, (), 1)["units"]}
    assert all(rows["bare"][key] is None for key in ("now", "mean", "total", "rank"))
    assert rows["a"]["rank"]["p5"] >= 1
    assert simulation_chart(found, 4, "vi") is None
    assert len(rank_chart(found, "vi").marks) == 3


def test_a_rank_is_sought_among_the_settled():
    first, *rest = units_of()[2::-1]
    goal = Seeker(rules_of().plan, first, [*rest, *units_of()[3:]]).target("rank: 3")
    assert (goal.points, goal.left_out) == (Fraction(0), ("HALF", "BARE"))


def test_text_names_the_left_out_once(cohort):
    rules = rules_of()
    dial = dial_of(rules, LATE)
    swept = sweep(rules, cohort, assigned("--threshold", [f"{LATE}=0:5:1"]))
    noise = NoiseModel.model_validate({"readings": {"part": {"at_least": "-3", "at_most": "3"}}})
    runs = Simulator(rules, units_of(), noise).run(50, 1)
    for write in (
        lambda page: sweep_text(swept, page, "en"),
        lambda page: breakpoints_text(Breakpoints(cohort, dial), page, "en", None),
        lambda page: simulation_text(runs, 0, (), page, "en"),
    ):
        page = Page()
        write(page)
        said = " ".join(page.text().split())
        assert said.count("2 units lack readings, have no total and are left out of ranks") == 1
        assert "HALF, BARE" in said
    page = Page()
    solution_text(cohort, solve(cohort, dial, Fraction(1, 2)), ((), ()), None, page, "en")
    assert "1 unit has no value to compare and is left out: BARE" in page.text()


@pytest.mark.parametrize("by_rank", [False, True])
def test_a_chart_has_no_line_for_the_left_out(cohort, by_rank):
    swept = sweep(rules_of(), cohort, assigned("--threshold", [f"{LATE}=0:5:1"]))
    chart = sweep_chart(swept, "en", by_rank=by_rank)
    names = {mark.label for mark in chart.marks if getattr(mark, "end_label", False)}
    assert names - {"mean"} == {"A", "B", "C"}
    if by_rank:
        assert max(y for mark in chart.marks if hasattr(mark, "ys") for y in mark.ys) == 3


def test_a_table_of_open_units_has_no_ranks(tmp_path, capsys):
    table = tmp_path / "two.csv"
    head = "unit,period,enterprises_new,enterprises_new_last_year"
    table.write_text(f"{head}\na,2017,360,325\nb,2017,300,325\n", encoding="utf-8")
    argument = "8.2/b/at_least=5%:15%:5%"
    given = ["sweep", "par-index-province/2017", str(table), "--threshold", argument, "--format", "json"]
    assert run(given) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["losers"], row["ranks_moved"]) for row in told["variants"]] == [(0, 0), (0, 0), (1, 0)]
    assert run([*given, "--breakpoints"]) == 0
    assert all(row["ranks"] == {} for row in json.loads(capsys.readouterr().out)["breakpoints"])
