"""What one page works on: changes are exact, coalesce while a slider moves, and can all be taken back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieuchi.errors import ScenarioError
from tieuchi.web.books import Loaded, Shelf
from tieuchi.web.given import bundled_readings
from tieuchi.web.page.rows import tree_rows
from tieuchi.web.page.scale_svg import scale_svg
from tieuchi.web.page.workspace import NOTHING, Tried, Workspace, canonical_rule

LOADED: Loaded = Shelf().bundled("par-index-province/2017")
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
