"""What a finding that does not apply takes: nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tieuchi.errors import Position
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.indicator import Value
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.scoring.scorer import Scorer

BOOK = """
id: t
title: T
document: {id: D}
reference: {item: x}
basis: stated
max_points: 1
indicators: [{id: inspected, title: I, kind: yes_no}, {id: violations, title: V, kind: count}]
criteria:
  - {id: "1", title: T, max_points: 1, scale: {findings_only: {}}, reference: {}, basis: stated}
findings:
  - id: inspection
    title: T
    when: {indicator: inspected, is: true}
    reference: {}
    basis: stated
  - id: unlawful
    title: T
    when: [{finding: inspection}, {indicator: violations, at_least: 1}]
    consequences: [{criterion: "1", clause: x, at_most: 0}]
    reference: {}
    basis: stated
"""
SCORER = Scorer(compile_plan(rulebook_of(parse_yaml(BOOK.encode(), "t.yaml"))))


def score(**given: Value | None) -> tuple[Fraction | None, list[bool | None]]:
    """Score values by indicator; None is not applicable."""
    at = Position("t")
    values = {
        name: Reading(name, value, at, state="not_applicable" if value is None else "given")
        for name, value in given.items()
    }
    card = SCORER.score(Readings(Unit("u"), "", values))
    return card.total.points, [finding.holds for finding in card.findings]


@pytest.mark.parametrize(
    ("given", "points", "holds"),
    [
        ({"inspected": True, "violations": Fraction(1)}, 0, [True, True]),
        ({"inspected": None, "violations": Fraction(1)}, 1, [False, False]),
        ({"inspected": True, "violations": None}, 1, [True, False]),
        ({"inspected": None}, 1, [False, False]),
        ({"violations": Fraction(1)}, None, [None, None]),
        ({"violations": Fraction(0)}, 1, [None, False]),
    ],
    ids=["both hold", "not inspected", "violations not asked", "and unknown", "unknown", "unknown but no violation"],
)
def test_what_does_not_apply_does_not_hold(
    given: dict[str, Value | None], points: int | None, holds: list[bool | None]
) -> None:
    assert score(**given) == (points, holds)
