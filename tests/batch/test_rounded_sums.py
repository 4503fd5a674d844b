"""A sum that is rounded is rounded from the exact one, also where quanta would go the other way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from small_books import book_of, book_tree
from small_books import leaf as leaf_tree
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


def thirds(points: str, most: str, **leaf: Any) -> Plan:
    """Return a rulebook of three sub-criteria whose points no step of 10^-6 hits; the total is cut to whole points."""
    bands = [{"clause": "a", "at_least": "1", "points": points}, {"clause": "b", "otherwise": "true", "points": "0"}]
    tree = leaf_tree({"bands": bands}, max_points=most, **{"value": {"count": "n"}, **leaf})
    parts = [{**tree, "id": f"c{place}"} for place in range(3)]
    rounding = {"total": {"places": "0", "mode": "down"}}
    return compile_plan(book_of(book_tree(*parts, indicators={"n": "count", "m": "count"}, rounding=rounding)))


def test_three_bands_of_a_third_come_to_one_point() -> None:
    found, _ = score_frame(thirds("1/3", "1"), pa.table({"unit": ["u", "v"], "n": [1, 0]}))
    assert [(row["c0"], row["total"]) for row in found.to_pylist()] == [(Decimal("0.333333"), 1), (Decimal(0), 0)]


def test_three_maxima_of_a_third_that_may_yet_be_earned_come_to_one_point() -> None:
    plan = thirds("1/4", "1/3", nothing_assigned={"clause": "n", "not_applicable": "true"}, value={"ratio": ["n", "m"]})
    found, _ = score_frame(plan, pa.table({"unit": ["u"], "n": pa.array([None], pa.int64())}))
    assert [(row["total:low"], row["total:high"]) for row in found.to_pylist()] == [(0, 1)]
