"""Every result has a picture in each form, in both languages, the same bytes each time."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tieuchi.assess import assess
from tieuchi.loading.scenario import assigned
from tieuchi.model.scenario import NoiseModel, Scenario
from tieuchi.plots import picture
from tieuchi.plots.chart import Line, Rule
from tieuchi.plots.charts import difference_chart, scale_chart, tornado_chart
from tieuchi.plots.charts_many import bends_chart, breakpoints_chart, sweep_chart, values_chart
from tieuchi.plots.charts_more import comparison_chart, fragility_chart, frontier_chart, rank_chart, simulation_chart
from tieuchi.plots.still import bar_span
from tieuchi.whatif.bends import Bends
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.compare import compare
from tieuchi.whatif.curves import Curves
from tieuchi.whatif.cutoff import passing
from tieuchi.whatif.dial import Rules, dial_of
from tieuchi.whatif.fragility import fragility
from tieuchi.whatif.goal import Seeker
from tieuchi.whatif.headroom import Surveyor
from tieuchi.whatif.rescore import Desk
from tieuchi.whatif.run import Bench
from tieuchi.whatif.simulate import Simulator
from tieuchi.whatif.sweep import sweep

SIGNS = {".svg": b"<svg", ".png": b"\x89PNG", ".html": b"<html"}


@pytest.fixture(scope="module")
def charts(province):
    card = assess(province.plan, province.readings, road="exact")
    surveyor = Surveyor(Desk(province.plan, province.readings))
    scenario = Scenario(assigned("--set", ["enterprises_new=423", "reform_initiatives=0"]))
    rules = Rules(province.root)
    cohort = Cohort(rules.plan, province.peers(8))
    swept = sweep(rules, cohort, assigned("--threshold", ["8.2/b/at_least=5%:25%:5%"]))
    bends = Bends(Curves(rules, cohort, dial_of(rules, "5.5/full_at"), (Fraction(7, 10), Fraction(1))))
    stepped = dial_of(rules, "8.2/b/at_least")
    better = Bench(province.root, province.readings)._difference(scenario, "exact")[2]
    goal = Seeker(province.plan, province.readings).seek("78")
    model = NoiseModel.model_validate({"readings": {"public_satisfaction": {"respondents": "300"}}})
    runs = Simulator(rules, province.peers(4), model).run(200, 1)
    return {
        "waterfall": lambda w: difference_chart(Bench(province.root, province.readings).run(scenario).difference, w),
        "tornado": lambda w: tornado_chart(card, surveyor.all(), w),
        "step curve": lambda w: scale_chart(surveyor, surveyor.headroom("8.2"), w),
        "sweep lines": lambda w: sweep_chart(swept, w),
        "rank bump": lambda w: sweep_chart(swept, w, by_rank=True),
        "breakpoints": lambda w: breakpoints_chart(Breakpoints(cohort, dial_of(rules, "8.2/b/at_least")), w),
        "bends": lambda w: bends_chart(bends, w),
        "values": lambda w: values_chart(
            cohort, stepped, [v for v, _ in passing(cohort, stepped)[0]], Fraction(1, 5), w
        ),
        "comparison": lambda w: comparison_chart(
            compare((province.book, province.readings), (province.book, better)), w
        ),
        "frontier": lambda w: frontier_chart(card, goal, w),
        "distribution": lambda w: simulation_chart(runs, 0, w),
        "rank bands": lambda w: rank_chart(runs, w),
        "fragility": lambda w: fragility_chart(card, fragility(card), w),
    }


NAMES = [
    "waterfall",
    "tornado",
    "step curve",
    "sweep lines",
    "rank bump",
    "breakpoints",
    "bends",
    "values",
    "comparison",
    "frontier",
    "distribution",
    "rank bands",
    "fragility",
]


@pytest.mark.parametrize("suffix", SIGNS)
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_becomes_a_file_of_each_form(name, suffix, charts):
    chart = charts[name]("en")
    assert SIGNS[suffix] in picture(chart, suffix, "en")[:400]


@pytest.mark.parametrize("name", NAMES)
def test_words_are_in_the_language_asked_for(name, charts):
    assert charts[name]("vi") != charts[name]("en")


def test_a_page_needs_nothing_from_outside(charts):
    page = picture(charts["step curve"]("vi"), ".html", "vi").decode()
    assert '<script src="http' not in page
    assert '<html lang="vi">' in page


def test_the_same_chart_gives_the_same_bytes(charts):
    first, second = (picture(charts["step curve"]("vi"), ".svg", "vi") for _ in range(2))
    assert first == second


def test_the_curve_passes_through_the_units_place(charts):
    chart = charts["step curve"]("vi")
    line, dot = chart.marks[0], chart.marks[-1]
    assert (dot.x, dot.y) in list(zip(line.xs, line.ys, strict=True))
    assert dot.y == float(Fraction(1, 2))


def test_names_of_ranks_stand_from_the_first_to_the_last(charts):
    lines = [mark for mark in charts["rank bump"]("vi").marks if isinstance(mark, Line)]
    assert [line.ys[-1] for line in lines] == sorted(line.ys[-1] for line in lines)


def test_no_two_lines_of_shares_stand_on_each_other(charts):
    dotted = [mark for mark in charts["distribution"]("vi").marks if isinstance(mark, Rule) and mark.dash == "dotted"]
    assert len({rule.at for rule in dotted}) == len(dotted)
    assert ", ".join(rule.label for rule in dotted) == "5%, 50%, 95%"


def test_a_page_leaves_room_for_words_beside_bars_and_at_the_ends_of_lines(charts):
    for name in ("tornado", "sweep lines"):
        chart = charts[name]("vi")
        low, high = (float(end) for end in re.search(AXIS, picture(chart, ".html", "vi").decode())[1].split(","))
        wanted = bar_span(chart) if name == "tornado" else (0.05, 0.25)
        assert (low, high) == wanted if name == "tornado" else low < wanted[0] < wanted[1] < high


AXIS = r'"xaxis":\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"range":\[([^\]]*)\]'
