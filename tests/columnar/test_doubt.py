"""What counting in quanta leaves in doubt is known also where little applies and is brought to the whole maximum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tieuchi.batch.score import score_frame
from tieuchi.columnar.doubt import doubt_of
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import Position
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook
from tieuchi.scoring.scorer import Scorer

BASIS: dict[str, Any] = {"title": {"vi": "x", "en": "x"}, "reference": {"item": "1"}, "basis": "assumed"}
SHARE: dict[str, Any] = {"value": {"ratio": ["b", "c"]}, "scale": {"linear": {"zero_at": "0", "full_at": "1"}}}
KINDS = {"flag": "yes_no", "a": "amount", "b": "count", "c": "count"}


def leaf(name: str, most: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "max_points": most, **BASIS, **SHARE, **more}


def group(name: str, most: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "max_points": most, **BASIS, "criteria": parts, **more}


def book(most: str, *criteria: dict[str, Any], **more: Any) -> Plan:
    indicators = [{"id": name, "title": BASIS["title"], "kind": kind} for name, kind in KINDS.items()]
    tree = {"id": "d", **BASIS, "document": {"id": "x"}, "max_points": most, "criteria": criteria, "rescale": "true"}
    return compile_plan(Rulebook.model_validate({**tree, "indicators": indicators, **more}))


FLAGGED = {"applies_when": [{"indicator": "flag", "is": "true"}]}
LINEAR = {"value": {"amount": "a"}, "scale": {"linear": {"zero_at": "0", "full_at": "9.9"}}}


def test_ranks_know_how_far_off_the_total_of_a_small_part_is() -> None:
    # Of x a hundredth of all applies, so that a third of it is 3.333333… points, 33 quanta above 100 times its quanta.
    plan = book("10", group("1", "10", leaf("1.1", "9.9", **FLAGGED, **LINEAR), leaf("1.2", "0.1")))
    rows = {"unit": ["x", "y"], "flag": [False, True], "a": pa.array([0, 3.3]), "b": [1, 3332], "c": [3, 10_000]}
    found, _ = score_frame(plan, pa.table(rows))
    assert found["rank"].to_pylist() == [1, 2]


def test_a_group_that_keeps_its_maximum_adds_no_more_doubt() -> None:
    parts = leaf("1.1", "9.9", **FLAGGED), leaf("1.2", "0.1")
    shrinking, kept = (book("10", group("1", "10", *parts, rescale=rescale)) for rescale in ("false", "true"))
    assert doubt_of(rows_of(shrinking, [])[0]) == Fraction(1) * 100 + Fraction(1, 2)
    assert doubt_of(rows_of(kept, [])[0]) == Fraction(1) * 100 + 1


@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_a_part_as_small_as_the_unit_of_maxima_is_in_doubt_where_it_is_rounded(road: Road) -> None:
    plan = book("9.7", leaf("1", "9.6", **FLAGGED), leaf("2", "0.1"), rounding={"total": {"places": 2}})
    units = [unit(plan, b, c) for b in range(1590, 1610) for c in range(100_003, 100_203)]
    program, rows = rows_of(plan, units)
    found, scorer = score_rows(program, rows, road=road), Scorer(plan)
    totals = [scorer.score(readings).total.points for readings in units]
    assert found.near is not None
    counted = [int(quanta) * program.quantum for quanta in found.sum_high[-1]]
    wrong = [place for place, (total, own) in enumerate(zip(totals, counted, strict=True)) if total != own]
    assert wrong
    assert found.near[0, wrong].all()


def unit(plan: Plan, b: int, c: int) -> Readings:
    at = Position("x")
    values: dict[str, Any] = {"flag": False, "b": Fraction(b), "c": Fraction(c)}
    return Readings(Unit(f"u{b}"), "", {name: Reading(name, value, at) for name, value in values.items()})
