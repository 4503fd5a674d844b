"""Sums of figures with large denominators, at fine quanta, of parts rescaled far: exact, or said to be beyond."""

from __future__ import annotations

import re
from typing import Any

import pytest

from small_books import Tree, book_of, book_tree, group, leaf, readings_of
from sql_rows import differences, fitting
from tieuchi.columnar.lower import compile_program
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Readings
from tieuchi.sql.generate import TableShape, generate
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_sqlite

KINDS: Any = {"a": "amount", "b": "amount", "c": "amount", "held": "yes_no"}
PRIMES = (1_000_000_007, 998_244_353, 1_000_000_009, 999_999_937, 1_000_003, 999_983)
HELD: Any = {"applies_when": {"indicator": "held", "is": "true"}}
UP: Any = {"places": 2, "mode": "up"}


def step(id_: str, points: str, most: str = "1") -> Tree:
    """Return a sub-criterion that gives its points from 1 on."""
    bands = [
        {"clause": "x", "at_least": "1", "points": points},
        {"clause": "y", "otherwise": "true", "points": "0"},
    ]
    return leaf({"bands": bands}, id=id_, max_points=most, value={"amount": "a"})


def share(id_: str, most: str, **more: Any) -> Tree:
    return leaf({"linear": {}}, id=id_, max_points=most, value={"ratio": ["a", "b"]}, **more)


def checked(tree: Tree, units: list[Readings], *, wide: bool = False, known: bool = True) -> dict[str, list[Any]]:
    """Return what DuckDB finds, after comparing it with the exact road; ``known``: it must find it all.

    SQLite is compared as well where its 64 bits are enough for the rulebook.
    """
    pytest.importorskip("duckdb")
    given = fitting(compile_plan(book_of(tree)), units)
    assert given[3].count == len(units)
    if not given[2].wide_sums:
        assert differences(given, score_sqlite(*given[2:])) == []
    found = score_duckdb(*given[2:], wide=wide)
    assert differences(given, found) == []
    if known:
        assert not [title for title, cells in found.items() if title.endswith(" state") and BEYOND in cells]
    return found


@pytest.mark.parametrize("wide", [False, True])
def test_parts_of_a_block_with_large_denominators_are_cut_down_without_overflow(wide: bool) -> None:
    parts = [step(f"9.{i}", f"1/{prime}") for i, prime in enumerate(PRIMES[:2])]
    block = group("9", *parts, block={"kind": "bonus", "at_most": "1/3"})
    more: Any = {"rounding": {"total": UP}, "quantum": "0.00000000001"}
    found = checked(book_tree(step("1", "1/2"), block, indicators=KINDS, **more), [readings_of({"a": 1})], wide=wide)
    assert found["test/2024 low"] == [51 * 10**9]


def test_a_block_that_quanta_leave_far_below_its_limit_is_not_taken_to_be_below() -> None:
    # Of 100 points a hundredth applies: a third of it is 3,333 quanta, brought back to 33.33, exactly 33.3333….
    inner = group("9.1", share("9.1.1", "0.01"), share("9.1.2", "99.99", **HELD), rescale="true")
    block = group("9", inner, block={"kind": "bonus", "at_most": "33.333"})
    tree = book_tree(
        leaf({"linear": {}}, id="1", max_points="100", value={"amount": "c"}), block,
        indicators=KINDS, rounding={"total": {"places": 3, "mode": "up"}},
    )  # fmt: skip
    thirds = [readings_of({"a": 1, "b": 3, "c": 0, "held": held}) for held in (False, True)]
    found = checked(tree, [*thirds, readings_of({"a": 2, "b": 3, "c": 0, "held": False})], known=False)
    assert found["test/2024 state"] == [BEYOND, BEYOND, 0]
    assert found["test/2024 low"][2] == 33_333_000


def test_maxima_that_32_bits_hold_one_by_one_are_added_up_in_64() -> None:
    parts = [share("1.1", "1", **HELD), share("1.2", "1", **HELD), share("1.3", "1/1000000007")]
    tree = book_tree(group("1", *parts), share("2", "1", **HELD), indicators=KINDS, rescale="true")
    checked(tree, [readings_of({"a": 1, "b": 3, "held": held}) for held in (False, True)])


def test_nothing_is_divided_by_where_nothing_applies_and_a_block_is_beyond_reckoning() -> None:
    parts = [step(f"9.{i}", f"1/{prime}") for i, prime in enumerate(PRIMES)]
    block = group("9", *parts, rounding=UP, block={"kind": "bonus"})
    tree = book_tree(share("1", "3/4", **HELD), block, indicators=KINDS, rescale="true", quantum="0.00000000001")
    found = checked(tree, [readings_of({"a": 0, "b": 2, "held": held}) for held in (False, True)], known=False)
    assert found["9 state"] == [BEYOND, BEYOND]
    assert found["test/2024 state"] == [4, BEYOND]
    assert found["test/2024 low"] == [0, None]


def test_a_whole_of_which_all_applies_is_as_sure_as_its_parts() -> None:
    # Were what quanta leave in doubt multiplied, too, it would be five points.
    parts = [share("1.1", "1/1000003"), share("1.2", "5", **HELD)]
    tree = book_tree(group("1", *parts, rescale="true", rounding=UP), indicators=KINDS)
    text = generate(compile_program(compile_plan(book_of(tree))), "duckdb", TableShape(kind="", exact_sums=False))
    with pytest.importorskip("duckdb").connect() as database:
        database.execute("CREATE TABLE units AS SELECT 1 AS unit, 1 AS a, 3 AS b, 1 AS held")
        assert database.sql(text).project('"1 low", "1 state"').fetchall() == [(1_670_000, 0)]


def test_an_exact_sum_that_would_pass_128_bits_is_beyond_and_not_an_error() -> None:
    parts = [share("1.1", "1/1000003"), share("1.2", "7/999983", **HELD), share("1.3", "500"), share("1.4", "1/11")]
    more: Any = {"rounding": {"total": UP}, "quantum": "0.000000000001"}
    tree = book_tree(group("1", *parts, rescale="true"), share("2", "1/3"), indicators=KINDS, **more)
    units = [readings_of({"a": "129.999999", "b": 10**8 - 1, "held": held}) for held in (False, True)]
    checked(tree, units, known=False)


def test_no_number_is_too_long_for_spark() -> None:
    leaves = [step(f"{i}", f"1/{prime}") for i, prime in enumerate(PRIMES)]
    tree = book_tree(*leaves, indicators=KINDS, rounding={"total": UP}, quantum="0.00000000001")
    text = generate(compile_program(compile_plan(book_of(tree))), "spark")
    assert max(map(len, re.findall(r"\d+", text))) <= 38
