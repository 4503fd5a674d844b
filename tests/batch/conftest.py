"""One small rulebook for tables: two counts, a percent, growth, and points taken over."""

from __future__ import annotations

from typing import Any

import pytest

from small_books import REFERENCE, book_of, book_tree, leaf
from tieuchi.model.plan import Plan, compile_plan

BANDS = [{"clause": "a", "at_least": "90%", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "1"}]
GROWN = [{"clause": "a", "at_least": "10%", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "0"}]
KINDS = {"done": "count", "all": "count", "liked": "percent"}
GRADES = {"classes": [{"grade": "A", "at_least": "4"}, {"grade": "B", "otherwise": "true"}], **REFERENCE}


def book(*more: Any, indicators: dict[str, Any] | None = None, **fields: Any) -> Plan:
    criteria = [
        leaf({"bands": BANDS}, id="1", max_points="2", value={"coverage": ["done", "all"]}),
        leaf({"linear": {}}, id="2", max_points="3", value={"amount": "liked"}),
        *more,
    ]
    named = {**KINDS, **(indicators or {})}
    return compile_plan(book_of(book_tree(*criteria, indicators=named, grades=GRADES, **fields)))


@pytest.fixture(scope="session")
def plan() -> Plan:
    return book()


@pytest.fixture(scope="session")
def growing() -> Plan:
    """A rulebook of one growth besides, for periods and mergers."""
    growth = leaf({"bands": GROWN}, id="3", max_points="2", value={"growth": ["firms", "firms_before"]})
    return book(growth, indicators={"firms": "count", "firms_before": "count"}, period="2025")


@pytest.fixture(scope="session")
def of_shares() -> Plan:
    """A rulebook whose growth compares shares, which nobody can add up."""
    growth = leaf({"bands": GROWN}, id="3", max_points="2", value={"growth": ["rate", "rate_before"]})
    return book(growth, indicators={"rate": "percent", "rate_before": "percent"}, period="2025")


@pytest.fixture(scope="session")
def ranked() -> Plan:
    """A rulebook of dense ranks and kinds of unit."""
    return book(ranking={"ties": "dense"}, unit_kinds={"province": "Province", "district": "District"})


@pytest.fixture(scope="session")
def parted() -> Plan:
    """A rulebook of indicators that are parts of others, of which no criterion reads some."""
    return book(
        indicators={
            "sent": {"kind": "count", "part_of": "all"},
            "late": {"kind": "count", "part_of": "sent"},
            "rated": {"kind": "percent", "part_of": "liked"},
            "online": {"kind": "ratio", "part_of": "paid"},
            "paid": "ratio",
        }
    )
