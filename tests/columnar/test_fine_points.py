"""Points of large denominators pass 64 bits whatever the readings are, and are exact all the same."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest

import sql_rows
from roads import differences
from small_books import REFERENCE, book_of, book_tree, leaf, readings_of
from tieuchi.columnar.road import Road
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_sqlite

Maker = Callable[[int, int], Plan]
PRIMES = (1_000_000_007, 998_244_353), (10**12 + 39, 10**12 + 61)
YES_NO = dict.fromkeys("abc", "yes_no")


def checklist(one: int, two: int) -> Plan:
    rest = 1 - Fraction(1, one) - Fraction(1, two)
    points = {"a": f"1/{one}", "b": f"1/{two}", "c": f"{rest.numerator}/{rest.denominator}"}
    items = [{"clause": name, "indicator": name, "points": own} for name, own in points.items()]
    return compile_plan(book_of(book_tree(leaf({"checklist": items}), indicators=YES_NO)))


def deductions(one: int, two: int) -> Plan:
    findings = [
        {
            "id": name,
            "title": name,
            "when": {"indicator": name, "is": "true"},
            "consequences": [{"criterion": "1", "clause": name, "deduct": f"1/{prime}"}],
            **REFERENCE,
        }
        for name, prime in (("a", one), ("b", two))
    ]
    return compile_plan(book_of(book_tree(leaf({"findings_only": {}}), indicators=YES_NO, findings=findings)))


def units_of() -> list[Readings]:
    given = product((True, False, None), repeat=3)
    return [readings_of({n: v for n, v in zip("abc", unit, strict=True) if v is not None}) for unit in given]


@pytest.mark.parametrize("primes", PRIMES)
@pytest.mark.parametrize("book", [checklist, deductions])
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_columns_give_what_the_exact_road_gives(book: Maker, primes: tuple[int, int], road: Road) -> None:
    if road == "numba":
        pytest.importorskip("numba")
    assert differences(book(*primes), units_of(), road) == []


@pytest.mark.parametrize("each", ["1/1000000000000000", "7/1000000000000000003"])
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_stairs_of_more_steps_than_a_float_counts(each: str, road: Road) -> None:
    scale = {"per_item": {"each": each, "per": "1"}}
    tree = book_tree(leaf(scale, max_points="1000", value={"count": "n"}), indicators={"n": "count"})
    most = int(1000 / Fraction(each))
    figures = [*range(most - 50, most + 2), *(most // 3 + n * n for n in range(50)), *(2**53 + n for n in range(9))]
    assert differences(compile_plan(book_of(tree)), [readings_of({"n": n}) for n in figures], road) == []


@pytest.mark.parametrize("primes", PRIMES)
@pytest.mark.parametrize("book", [checklist, deductions])
def test_databases_are_exact_or_say_that_it_is_beyond_them(book: Maker, primes: tuple[int, int]) -> None:
    pytest.importorskip("duckdb")
    given = sql_rows.fitting(book(*primes), units_of())
    _, _, program, rows = given
    assert sql_rows.differences(given, score_duckdb(program, rows)) == []
    found = score_sqlite(program, rows)
    assert sql_rows.differences(given, found) == []
    assert set(found["1 state"]) == {BEYOND}
