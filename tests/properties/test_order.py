"""What stands in a rulebook counts, not the order in which it stands."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from small_books import Tree
from strategies import Case, Sample, cases
from tieuchi.scoring.scorer import Scorer

FREE = ("criteria", "indicators", "findings", "consequences", "checklist", "sum", "weighted_mean", "survey_mean")
"""Lists whose order says nothing. So is that of conditions, and of bands that name both their ends."""


def shuffled(tree: Any, random: Random, key: str = "") -> Any:
    """Return a tree with its keys in another order, and those lists whose order says nothing."""
    if isinstance(tree, dict):
        names = list(tree)
        random.shuffle(names)
        return {name: shuffled(tree[name], random, name) for name in names}
    if not isinstance(tree, list):
        return tree
    parts = [shuffled(part, random) for part in tree]
    if key in (*FREE, "when", "applies_when", "unit_kind") or (key == "bands" and _two_sided(tree)):
        random.shuffle(parts)
    return parts


def _two_sided(bands: list[Tree]) -> bool:
    """Say whether all bands have both ends, but for one at the top and one at the bottom."""
    if any("otherwise" in band or "exactly" in band for band in bands):
        return False
    ends = [
        (bool({"at_least", "more_than"} & band.keys()), bool({"at_most", "less_than"} & band.keys())) for band in bands
    ]
    return ends.count((True, False)) <= 1 and ends.count((False, True)) <= 1


@effort(100)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_keys_criteria_indicators_and_two_sided_bands_says_nothing(case: Case, random: Random) -> None:
    sample, readings, group = case
    other = Sample(shuffled(sample.tree, random), sample.parts)
    first, second = (Scorer(book.plan).score(readings, group) for book in (sample, other))
    marks = [
        {n.id: (n.points, n.low, n.high, n.state, n.max_points) for n in card.total.walk()} for card in (first, second)
    ]
    assert marks[0] == marks[1]
    assert first.grades_possible == second.grades_possible
