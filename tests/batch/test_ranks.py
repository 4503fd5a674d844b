"""Ranks and grades go by exact totals, however near the counted ones are to another or to a cut."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieuchi.batch.ranks import Totals, cuts_of, near_places, rank_units
from tieuchi.batch.rests import FINE
from tieuchi.model.rulebook import Grades, Ranking

DOUBT = Fraction(3, 2)
TOTALS = st.lists(
    st.tuples(st.integers(0, 1), st.builds(Fraction, st.integers(0, 60), st.sampled_from([1, 2, 3, 7])), st.booleans()),
    max_size=12,
)
BASIS: dict[str, Any] = {"reference": {"item": "1"}, "basis": "stated"}


def counted(units: Any, draw: Any) -> tuple[Any, Any]:
    """Return totals in quanta, each off by no more than the doubt, and which are known to be exact."""
    whole = [total.denominator == 1 and draw(st.booleans()) for _, total, _ in units]
    offs = [0 if exact else draw(st.integers(-1, 1)) for exact in whole]
    totals = [round(total) + off for (_, total, _), off in zip(units, offs, strict=True)]
    return np.array(totals, np.int64), np.array(whole, bool)


@pytest.mark.parametrize("ties", ["competition", "dense"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_ranks_are_those_of_exact_totals(ties: Any, data: st.DataObject) -> None:
    units = data.draw(TOTALS)
    groups, settled = (np.array([unit[i] for unit in units], kind) for i, kind in ((0, np.int64), (2, bool)))
    totals, whole = counted(units, data.draw)
    near = near_places(totals, settled, groups, DOUBT)
    near = near[~whole[near]]
    fine = Totals(totals.copy(), np.zeros_like(totals), whole, settled, groups, DOUBT, FINE)
    offs = [data.draw(st.integers(-1, 1)) for _ in near]
    fine.refine(near, [round(units[place][1] * FINE) + off for place, off in zip(near.tolist(), offs, strict=True)])
    found = rank_units(fine, {place: units[place][1] for place in fine.equal_places()}, Ranking(ties=ties))
    for place, (group, total, there) in enumerate(units):
        above = [other for g, other, s in units if s and g == group and other > total]
        rank = 1 + (len(above) if ties == "competition" else len(set(above)))
        assert found[place] == (rank if there else 0)


@pytest.mark.parametrize("by", ["points", "rate"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_grades_are_those_of_exact_totals(by: Any, data: st.DataObject) -> None:
    units = data.draw(TOTALS)
    cuts = ["1", "1/2", "1/7"] if by == "rate" else ["40", "20", "10/3"]
    classes = [{"grade": g, "at_least": at} for g, at in zip("ABC", cuts, strict=True)] + [
        {"grade": "D", "otherwise": "true"}
    ]
    grades = Grades.model_validate({"by": by, "classes": classes, **BASIS})
    most = np.array([data.draw(st.sampled_from([20, 60])) for _ in units], np.int64)
    program: Any = SimpleNamespace(most_unit=Fraction(1), quantum=Fraction(1))
    settled = np.array([unit[2] for unit in units], bool)
    (totals, _), found = counted(units, data.draw), cuts_of(program, grades, most)
    exact = {place: units[place][1] for place in found.near(totals, settled, DOUBT)}
    codes = found.grades(totals, settled, exact)
    for place, (_, total, there) in enumerate(units):
        value = total / int(most[place]) if by == "rate" else total
        grade = next(c.grade for c in grades.classes if c.at_least is None or value >= c.at_least)
        assert (found.names[codes[place]] if codes[place] >= 0 else None) == (grade if there else None)
