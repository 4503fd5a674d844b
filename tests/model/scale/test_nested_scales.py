"""Scales inside scales: what a factor for a kind of unit changes, and what can't stand inside another."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tieuchi.errors import Position, RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook
from tieuchi.scoring.scorer import Scorer


def book(scale: str, value: str = "value: {amount: a},") -> Rulebook:
    text = f"""
id: t
title: T
document: {{id: D}}
reference: {{item: x}}
basis: stated
max_points: 2
unit_kinds: {{mountain: Mountain}}
indicators: [{{id: a, title: A, kind: amount}}, {{id: n, title: N, kind: count}}, {{id: d, title: D, kind: date}}]
criteria:
  - {{id: "1", title: T, max_points: 2, {value} scale: {scale}, reference: {{}}, basis: stated}}
"""
    return rulebook_of(parse_yaml(text.encode(), "t.yaml"))


def readings(kind: str, a: int) -> Readings:
    return Readings(Unit("u", kind=kind), "", {"a": Reading("a", Fraction(a), Position("t"))})


def test_a_smaller_target_is_smaller_on_both_sides_of_it() -> None:
    inner = "{target_and_leader: {target: 100, at_target: 1}}"
    scale = f"{{by_unit_kind: {{of: thresholds, factors: {{mountain: 75%}}, scale: {inner}}}}}"
    scorer = Scorer(compile_plan(book(scale)))
    leader = [readings("", 200)]
    points = [scorer.score(readings("mountain", a), leader).total.points for a in (0, 60, 75, 100, 200)]
    # To the target of 75 a share of 1; beyond it (a - 75) / (200 - 75) of the other 1.
    assert points == [0, Fraction("0.8"), 1, Fraction("1.2"), 2]
    assert scorer.score(readings("", 75), leader).total.points == Fraction("0.75")


@pytest.mark.parametrize(
    ("kind", "scale"),
    [
        ("lateness", "{lateness: {assigned: n, done: n, late: n, on_time: 2, some_late: 1}}"),
        ("deadline", "{deadline: {date: d, by: 31/01/2018, on_time: 2}}"),
        ("checklist", "{checklist: [{clause: a, when: {indicator: n, at_least: 10}, points: 2}]}"),
        ("findings_only", "{findings_only: {}}"),
    ],
)
def test_a_factor_on_thresholds_is_refused_where_there_are_none(kind: str, scale: str) -> None:
    with pytest.raises(RulebookError) as caught:
        book(f"{{by_unit_kind: {{of: thresholds, factors: {{mountain: 75%}}, scale: {scale}}}}}", "")
    assert [(i.code, i.path, i.facts["kind"]) for i in caught.value.issues] == [
        ("R335", "criteria[0].scale.by_unit_kind.of", kind)
    ]
    assert book(f"{{by_unit_kind: {{of: points, factors: {{mountain: 75%}}, scale: {scale}}}}}", "")


BRANCHES = """
{branches: [{clause: a, when: {unit_kind: [mountain]}, points: 1},
            {clause: b, otherwise: true, scale: {declared: {}}}]}"""


@pytest.mark.parametrize(
    "scale",
    [
        "{by_unit_kind: {of: points, factors: {mountain: 75%}, scale: {declared: {}}}}",
        BRANCHES,
    ],
    ids=["by_unit_kind", "branches"],
)
def test_declared_points_inside_another_scale_are_refused(scale: str) -> None:
    with pytest.raises(RulebookError) as caught:
        book(scale, "")
    assert [issue.code for issue in caught.value.issues] == ["R334"]
