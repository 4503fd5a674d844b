"""The engine against a second scorer that was written from the definitions alone."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from naive import UNSURE, Gap, Naive
from strategies import Case, Sample, cases, moved_to, readings_for, rulebooks, targets_of
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer

NUDGE = Fraction(1, 10**9)


def compare(sample: Sample, readings: Readings, group: list[Readings]) -> None:
    marks = Naive(sample.tree, readings, group).marks()
    # From the bottom up: a sub-criterion is named before the sums that it spoils.
    for node in reversed(list(Scorer(sample.plan).score(readings, group).total.walk())):
        mark = marks[node.id]
        if mark.points != UNSURE:
            points = None if isinstance(mark.points, Gap) else mark.points
            assert (node.id, node.points, node.state, node.max_points) == (node.id, points, mark.state, mark.most)


@effort(150)
@given(cases())
def test_the_engine_scores_as_the_definitions_say(case: Case) -> None:
    compare(*case)


@pytest.mark.parametrize("nudge", [-NUDGE, Fraction(0), NUDGE], ids=["just below", "at", "just above"])
@effort(40)
@given(data=st.data())
def test_at_every_threshold_the_right_clause_gives_the_points(nudge: Fraction, data: st.DataObject) -> None:
    sample = data.draw(rulebooks(findings=False))
    readings = data.draw(readings_for(sample, gaps=False))
    for quotient, threshold in targets_of(sample.plan)[:8]:
        moved = moved_to(sample, readings, (quotient, threshold + nudge))
        if moved is not None:
            compare(sample, moved, [])
