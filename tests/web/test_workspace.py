"""What one page works on: changes are exact, coalesce while a slider moves, and can all be taken back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieuchi.errors import Position, ScenarioError
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.scoring.scorer import Scorer
from tieuchi.web.books import Loaded, Shelf
from tieuchi.web.given import bundled_readings
from tieuchi.web.page.rows import changed_rows, tree_rows
from tieuchi.web.page.scale_svg import scale_svg
from tieuchi.web.page.standing import Standing
from tieuchi.web.page.workspace import NOTHING, Tried, Workspace, canonical_rule

LOADED: Loaded = Shelf().named("par-index-province/2017")
ACTIONS = st.sampled_from(["set", "undo", "redo", "reset", "pause"])
BASE = Fraction(73768843, 990000)


@pytest.fixture
def work() -> Workspace:
    return Workspace(LOADED, bundled_readings("soc-trang-2017", LOADED))


def test_a_figure_is_read_as_the_language_of_the_page_writes_it(work: Workspace) -> None:
    work.set_figure("enterprises_new", "1.092", "vi")
    assert work.tried.readings == {"enterprises_new": "1092"}
    with pytest.raises(ScenarioError):
        work.set_figure("enterprises_new", "1.09", "vi")
    assert work.tried.readings == {"enterprises_new": "1092"}


def test_the_way_of_a_slider_is_one_step_back(work: Workspace) -> None:
    for count in range(361, 424):
        work.put_figure("enterprises_new", str(count))
    work.pause()
    work.put_figure("enterprises_new", "500")
    work.undo()
    assert work.tried.readings == {"enterprises_new": "423"}
    work.undo()
    assert work.tried == NOTHING
    assert work.now.total.points == BASE
    work.redo()
    assert work.now.total.points == BASE + Fraction(1, 2)


def test_a_figure_put_back_is_no_change(work: Workspace) -> None:
    work.put_figure("enterprises_new", "423")
    work.put_figure("enterprises_new", "360")
    assert work.tried == NOTHING


def test_no_figure_is_missing_and_never_zero(work: Workspace) -> None:
    work.set_figure("enterprises_new", "", "vi")
    total = work.now.total
    assert (total.points, total.low, total.high) == (None, BASE - Fraction(1, 2), BASE + Fraction(1, 2))


def test_a_threshold_out_of_order_is_refused_and_changes_nothing(work: Workspace) -> None:
    with pytest.raises(ScenarioError):
        work.set_rule("8.2/b/at_least", "40%", "en")
    assert work.tried == NOTHING
    assert work.now.total.points == BASE


def test_a_saved_scenario_loads_to_the_same(work: Workspace, tmp_path: object) -> None:
    from pathlib import Path

    from tieuchi.loading.scenario import load_scenario

    work.set_figure("public_satisfaction", "79,99%", "vi")
    work.set_rule("8.2/b/at_least", "10,5%", "vi")
    file = Path(str(tmp_path), "s.yaml")
    file.write_text(work.save(), encoding="utf-8")
    other = Workspace(LOADED, bundled_readings("soc-trang-2017", LOADED))
    other.load(load_scenario(file))
    assert other.tried == work.tried
    assert other.now.total.points == work.now.total.points


@pytest.mark.parametrize(
    ("text", "locale", "found"),
    [("10,5%", "vi", "10.5%"), ("10.5%", "en", "10.5%"), ("1/3", "vi", "1/3"), ("1.000", "vi", "1000")],
)
def test_a_rule_is_read_as_the_language_of_the_page_writes_it(text: str, locale: str, found: str) -> None:
    assert canonical_rule(text, locale) == found  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["set", "undo", "redo", "reset", "pause"]), st.integers(0, 700)), max_size=15)
)
def test_undo_and_redo_are_each_others_way_back(steps: list[tuple[str, int]]) -> None:
    work = Workspace(LOADED, bundled_readings("soc-trang-2017", LOADED))
    for what, count in steps:
        if what == "set":
            work.put_figure("enterprises_new", str(count))
        else:
            getattr(work, what)()
        fresh = Workspace(LOADED, bundled_readings("soc-trang-2017", LOADED))
        fresh.put(Tried(dict(work.tried.readings), dict(work.tried.rules)))
        assert fresh.now.total.points == work.now.total.points
    before = work.tried
    if work.can_undo:
        work.undo()
        work.redo()
    assert work.tried == before


FIGURES = {
    "enterprises_new": ["0", "357", "423", ""],
    "enterprises_new_last_year": ["1", "325", "900"],
    "public_satisfaction": ["79.99%", "80%", "", "12%"],
    "staff_disciplined": ["yes", "no", ""],
}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([(n, t) for n, texts in FIGURES.items() for t in texts]), max_size=5),
    st.sampled_from(["", "9%", "12%"]),
)
def test_a_change_comes_to_the_same_as_scoring_all_anew(figures: list[tuple[str, str]], threshold: str) -> None:
    work = Workspace(LOADED, bundled_readings("soc-trang-2017", LOADED))
    if threshold:
        work.set_rule("8.2/b/at_least", threshold, "en")
    for name, text in figures:
        work.put_figure(name, text)
    assert work.now == Scorer(work.plan).score(work.now.readings, work.group)


def test_among_units_that_are_compared_a_change_comes_to_the_same_as_scoring_all_anew() -> None:
    loaded = Shelf().sent(BEST_OF_GROUP)
    group = [Readings(Unit(f"u{n}"), "", {"done": Reading("done", Fraction(n), Position("x"))}) for n in (3, 6, 9)]
    work = Workspace(loaded, group[0], group)
    for count in ("6", "12", "3"):
        work.put_figure("done", count)
        assert work.now == Scorer(work.plan).score(work.now.readings, work.group)
    assert work.now.total.points == Fraction(1, 3)


BEST_OF_GROUP = """
id: best/1
title: Best
document: {id: none}
max_points: 1
reference: {item: all}
basis: assumed
indicators: [{id: done, title: Done, kind: count}]
criteria:
  - id: "1"
    title: One
    max_points: 1
    value: {count: done}
    scale: {relative_to_best: {best: largest}}
    reference: {item: "1"}
    basis: assumed
"""


def test_only_rows_that_differ_are_sent_again(work: Workspace) -> None:
    shown = work.now
    work.put_figure("enterprises_new", "423")
    changed = changed_rows(work, "vi", shown)
    assert changed is not None
    assert set(changed) == {"8", "8.2"}
    whole = {row["id"]: row for row in tree_rows(work, "vi", by_loss=False)}
    assert all(whole[name].items() >= row.items() for name, row in changed.items())
    assert changed_rows(work, "vi", work.now) == {}


def test_ranks_count_the_change_of_the_unit_that_is_worked_on() -> None:
    loaded = Shelf().sent(BEST_OF_GROUP)
    group = [Readings(Unit(f"u{n}"), "", {"done": Reading("done", Fraction(n), Position("x"))}) for n in (3, 6, 9)]
    standing = Standing(group)
    work = Workspace(loaded, group[1], standing.group)
    assert standing.ranks(work) == ([3, 2, 1], [3, 2, 1])
    work.put_figure("done", "18")
    assert standing.ranks(work) == ([3, 2, 1], [3, 1, 2])
    # The best of the group is larger now, so the others have less than before.
    assert standing.ends(work)[1] == [Fraction(1, 6), Fraction(1), Fraction(1, 2)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_scale_is_drawn_and_said_in_words(work: Workspace, language: str) -> None:
    from xml.etree import ElementTree

    drawn = 0
    for node in work.now.leaves():
        assert node.trace is not None
        text = scale_svg(node.trace, work.now, language)  # type: ignore[arg-type]
        if text:
            drawn += 1
            assert ElementTree.fromstring(text).get("aria-label")
    assert drawn >= 20


def test_the_tree_has_what_is_lost_most_first(work: Workspace) -> None:
    rows = tree_rows(work, "vi", by_loss=True)
    assert next(row["id"] for row in rows if row["level"] == 1) == "5"
    assert {row["id"] for row in rows} == {node.id for node in work.now.total.walk() if node is not work.now.total}
    assert [row["id"] for row in tree_rows(work, "vi", by_loss=False) if row["level"] == 1] == list("12345678")
