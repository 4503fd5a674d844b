"""A sum that is rounded is rounded from the exact one, also where quanta would go the other way."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tieuchi.batch.score import score_frame
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.rulebook import Rulebook

TITLE = {"vi": "x", "en": "x"}
BASIS: dict[str, Any] = {"reference": {"item": "1"}, "basis": "stated"}


def twelfths(rounding: dict[str, Any]) -> Plan:
    """Return a rulebook of six shares of one point each; a twelfth in each comes to exactly a half."""
    leaf = {"title": TITLE, "max_points": "1", "scale": {"linear": {"full_at": "100%"}}, **BASIS}
    leaves = [{"id": f"{i}", "value": {"ratio": [f"n{i}", "n6"]}, **leaf} for i in range(6)]
    tree = {
        "id": "b", "document": {"id": "d", "title": TITLE}, "title": TITLE, "max_points": "6",
        "rounding": rounding, **BASIS,
        "indicators": [{"id": f"n{i}", "title": TITLE, "kind": "amount"} for i in range(7)],
        "criteria": [{"id": "g", "title": TITLE, "max_points": "6", "criteria": leaves, **BASIS}],
    }  # fmt: skip
    return compile_plan(Rulebook.model_validate(tree))


@pytest.mark.parametrize("place", ["total", "sums"])
def test_a_half_that_quanta_miss_is_rounded_up(place: str) -> None:
    plan = twelfths({place: {"places": 0}})
    table = pa.table({"unit": ["u", "v"], **{f"n{i}": [1, 1] for i in range(5)}, "n5": [1, 0], "n6": [12, 12]})
    found, _ = score_frame(plan, table)
    rows = found.to_pylist()
    assert [(row["total"], row["g"], row["rank"]) for row in rows] == [
        (1, 1 if place == "sums" else Fraction("0.5"), 1),
        (0, 0 if place == "sums" else Fraction("0.416665"), 2),
    ]
