"""The best of a group is told from quotients that are nearly the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from fractions import Fraction
from math import gcd
from random import Random

import duckdb
import pytest

from small_books import book_of, book_tree, leaf
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.model.plan import compile_plan
from tieuchi.sql.generate import TableShape, best_queries

Found = Callable[[Program, list[tuple[int, int]]], list[Fraction]]


def program(best: str) -> Program:
    scale = {"relative_to_best": {"best": best}}
    tree = leaf(scale, value={"ratio": ["n", "d"]})
    return compile_program(compile_plan(book_of(book_tree(tree, indicators={"n": "count", "d": "count"}))))


def neighbours(random: Random, bits: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return two quotients whose denominators have so many bits and that differ by one part in their product."""
    one, other = random.getrandbits(bits) | 1 << (bits - 1), random.getrandbits(bits) | 1 << (bits - 1)
    while gcd(one, other) != 1:
        other += 1
    above = pow(other, -1, one)  # so that above * other is 1 more than a multiple of one
    return (above, one), ((above * other - 1) // one, other)


def found_sqlite(program: Program, pairs: list[tuple[int, int]]) -> list[Fraction]:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE units (n, d)")
        database.executemany("INSERT INTO units VALUES (?, ?)", pairs)
        query = best_queries(program, "sqlite", TableShape(kind="", keep=()))[0]
        return [Fraction(row[-2], row[-1]) for row in database.execute(query)]


def found_duckdb(program: Program, pairs: list[tuple[int, int]]) -> list[Fraction]:
    with duckdb.connect() as database:
        database.execute("CREATE TABLE units (n BIGINT, d BIGINT)")
        database.executemany("INSERT INTO units VALUES (?, ?)", pairs)
        query = best_queries(program, "duckdb", TableShape(kind="", keep=(), wide=True))[0]
        return [Fraction(int(row[-2]), int(row[-1])) for row in database.execute(query).fetchall()]


@pytest.mark.parametrize(("found", "bits"), [(found_duckdb, 59), (found_sqlite, 45)], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("best", ["largest", "smallest"])
def test_quotients_that_differ_by_one_part_in_the_product_of_their_denominators(
    best: str, found: Found, bits: int
) -> None:
    random, own = Random(best), program(best)
    for _ in range(12):
        pairs = [*neighbours(random, bits), (1, 1 << 40) if best == "largest" else (1 << 44, 3)]
        random.shuffle(pairs)
        wanted = (max if best == "largest" else min)(Fraction(*pair) for pair in pairs)
        assert found(own, pairs) == [wanted]
