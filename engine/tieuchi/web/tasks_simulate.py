"""The tasks that simulate: a goal, thresholds swept under many units, breakpoints, and two results compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tieuchi.assess import assess
from tieuchi.loading.yaml_source import Node
from tieuchi.model.reading import Readings
from tieuchi.model.scenario import Change, GoalPlan
from tieuchi.web.answers import Answer, Head, json_answer
from tieuchi.web.forms import BreakpointsForm, CompareForm, GoalForm, SweepForm, form_of
from tieuchi.web.given import all_given, group_given, loaded_of, readings_given
from tieuchi.web.tasks_many import check_rows

if TYPE_CHECKING:
    from tieuchi.web.books import Loaded
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules

MOST_TOTALS = 2_000_000
"""Totals that one sweep may tell: variants times units."""


def goal(_head: Head, body: bytes, _tell: Any) -> Answer:
    """Find the cheapest changes that reach a target."""
    from tieuchi.render.goal_json import goal_json
    from tieuchi.whatif.goal import Seeker

    form, root = form_of(body, GoalForm)
    loaded = loaded_of(form.rulebook)
    readings, group = readings_given(form, root, loaded), group_given(form, root, loaded)
    answer = Seeker(loaded.plan, readings, group, form.plan or GoalPlan()).seek(form.target)
    return json_answer(goal_json(assess(loaded.plan, readings, group, "exact"), answer))


def sweep(head: Head, body: bytes, _tell: Any) -> Answer:
    """Turn thresholds under many units."""
    from tieuchi.errors import Issue, ScenarioError
    from tieuchi.render.sweep_json import sweep_json
    from tieuchi.whatif.grid import range_values
    from tieuchi.whatif.sweep import sweep as swept

    form, root = form_of(body, SweepForm)
    loaded = loaded_of(form.rulebook)
    rules, cohort = _cohort(loaded, root, form.locale, head)
    changes = _ranges(form.thresholds, root)
    variants = 1
    for change in changes:
        variants *= len(range_values(change))
    if variants * len(cohort.units) > MOST_TOTALS:
        facts = {"count": str(variants * len(cohort.units)), "most": str(MOST_TOTALS)}
        raise ScenarioError([Issue("S713", changes[0].at, facts=facts)])
    return json_answer(sweep_json(swept(rules, cohort, changes)))


def breakpoints(head: Head, body: bytes, _tell: Any) -> Answer:
    """Return every value of a threshold at which anything changes."""
    from tieuchi.render.sweep_json import breakpoints_json
    from tieuchi.whatif.breakpoints import Breakpoints
    from tieuchi.whatif.dial import dial_of

    form, root = form_of(body, BreakpointsForm)
    loaded = loaded_of(form.rulebook)
    rules, cohort = _cohort(loaded, root, form.locale, head)
    node = root.get("threshold")
    change = Change(form.threshold, "", node.position if node else root.position)
    return json_answer(breakpoints_json(Breakpoints(cohort, dial_of(rules, change, ())), None))


def compare(_head: Head, body: bytes, _tell: Any) -> Answer:
    """Split the difference of two results into what the rules and what the figures did."""
    from tieuchi.render.compare_json import comparison_json
    from tieuchi.whatif.compare import compare as compared

    form, root = form_of(body, CompareForm)
    old_book = loaded_of(form.rulebook)
    new_book = loaded_of(form.new_rulebook) if form.new_rulebook is not None else old_book
    old = readings_given(form, root, old_book)
    node = root.get("new_readings")
    new = readings_given(form, root, new_book) if node is None or node.empty else _one(node, new_book, form)
    group = group_given(form, root, old_book)
    found = compared((old_book.book, old), (new_book.book, new), (group, group))
    return json_answer(comparison_json(found, ()))


def _one(node: Node, loaded: Loaded, form: CompareForm) -> Readings:
    from tieuchi.web.given import bundled_readings, chosen

    if node.kind == "scalar":
        return bundled_readings(node.text, loaded, form.unit, form.locale)
    return chosen(all_given(node, loaded, form.locale), form.unit)


def _cohort(loaded: Loaded, root: Node, locale: Any, head: Head) -> tuple[Rules, Cohort]:
    """Return the rulebook with its numbers to turn, and the units, not more than the server takes."""
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules

    node = root.get("readings")
    assert node is not None
    every: Sequence[Readings] = all_given(node, loaded, locale)
    check_rows(len(every), head)
    return Rules(loaded.root), Cohort(loaded.plan, every)


def _ranges(thresholds: Mapping[str, str], root: Node) -> tuple[Change, ...]:
    return tuple(Change(n, text, root.at(("thresholds", n)).position) for n, text in thresholds.items())
