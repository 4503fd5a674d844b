"""Sums of which 64 bits don't surely hold what they are made from are scored in Python integers, and counted."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import sql_rows
from roads import differences
from small_books import NOT_APPLICABLE, REFUSED, book_of, book_tree, group, leaf, readings_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import RulebookError
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.sql.generate import generate
from tieuchi.sql.run import score_duckdb, score_sqlite

MAXIMA = ("1/1000003", "7/999983", "5", "1/3")
"""They have a unit of which the whole is some 10^13 times."""
KINDS = {"a": "amount", "b": "amount", "c": "amount", "held": "yes_no", "more": "yes_no"}
MODES = ("half_up", "half_even", "half_down", "down", "up", "floor", "ceiling")


def drawn_plan(random: Random, maxima: tuple[str, ...] = MAXIMA) -> Plan:
    """Return a rulebook of such maxima, in which parts may not apply, are rescaled, and perhaps rounded."""

    def part(place: int, most: str, id_: str) -> dict[str, Any]:
        made = leaf({"linear": {}}, id=id_, max_points=most, value={"amount": "abc"[place % 3]})
        own = {"indicator": ("held", "more")[place % 2], "is": "true"}
        return made | ({"applies_when": own} if random.random() < 0.6 else {})

    def rounded() -> dict[str, Any]:
        return {"rounding": {"places": random.choice([0, 2, 9]), "mode": random.choice(MODES)}}

    parts = [part(place, most, f"1.{place}") for place, most in enumerate(random.sample(maxima, len(maxima)))]
    first = group("1", *parts, rescale="true", **(rounded() if random.random() < 0.5 else {}))
    more = {"rescale": "true", **({"rounding": {"total": rounded()["rounding"]}} if random.random() < 0.5 else {})}
    return compile_plan(book_of(book_tree(first, part(0, "2", "2"), indicators=KINDS, **more)))


def drawn_units(random: Random) -> list[Readings]:
    figures = [0, 1, "1/3", "999999/1000003", "0.5", "0.000001", REFUSED, NOT_APPLICABLE, None]
    given = []
    for _ in range(12):
        values = {name: random.choice(figures) for name in "abc"}
        values |= {name: random.choice([True, False, False, None]) for name in ("held", "more")}
        given.append(readings_of({name: value for name, value in values.items() if value is not None}))
    return given


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_columns_give_what_the_exact_road_gives(seed: int, road: Road) -> None:
    random = Random(seed)
    plan, units = drawn_plan(random), drawn_units(random)
    assert compile_program(plan).wide_sums
    assert differences(plan, units, road) == []


def test_all_of_their_cells_count_as_wide() -> None:
    program, rows = rows_of(drawn_plan(Random(1)), [readings_of({"a": 1}), readings_of()])
    assert score_rows(program, rows).wide_by_id == {"1": 2, "test/2024": 2}


def test_duckdb_reckons_them_in_128_bits_or_refuses() -> None:
    pytest.importorskip("duckdb")
    refused = []
    for seed in range(40):
        random = Random(seed)
        given = sql_rows.fitting(drawn_plan(random), drawn_units(random))
        try:
            found = score_duckdb(given[2], given[3])
        except RulebookError as error:
            refused.append((given[2].doubtful, [issue.code for issue in error.issues]))
        else:
            assert sql_rows.differences(given, found) == []
    # What quanta leave open of these, many times over, is more than 64 bits hold.
    assert refused == [(True, ["B603"])] * len(refused)
    assert len(refused) < 20


def test_a_database_of_64_bits_is_refused_by_name() -> None:
    program, rows = rows_of(drawn_plan(Random(1)), [readings_of()])
    with pytest.raises(RulebookError) as caught:
        score_sqlite(program, rows)
    assert str(caught.value) == (
        "sql: B603: a sum that is rescaled or rounded needs wider numbers than sqlite has, at a quantum of"
        " 1/1000000\n    hint  choose a larger quantum, or score with tieuchi batch"
    )
    assert generate(program, "postgres").startswith("WITH ")


def test_maxima_without_a_unit_that_can_be_counted_are_refused_by_name() -> None:
    plan = drawn_plan(Random(1), ("1/1000000000039", "1/1000000000061"))
    with pytest.raises(RulebookError) as caught:
        compile_program(plan)
    assert str(caught.value) == (
        "test/2024: B653: the greatest unit common to all maxima is 1/1000000000100000000002379, too small for 64 bits"
        " to count in\n    hint  write maxima that have a smaller common denominator"
    )


def below_zero(places: str, mode: str, *, firm: str = "100") -> Plan:
    """Return a rulebook of a small part below zero that is rounded, and so much more that may not apply."""
    sloping = leaf({"linear": {"start_points": "-0.01"}}, id="1.1.1", max_points="0.02", value={"amount": "a"})
    small = group("1.1", sloping | {"min_points": "-0.01"}, rounding={"places": places, "mode": mode})
    more = leaf({"linear": {}}, id="1.2", max_points=firm, value={"amount": "b"})
    more |= {"applies_when": {"indicator": "held", "is": "true"}}
    return compile_plan(book_of(book_tree(group("1", small, more, rescale="true"), indicators=KINDS)))


@pytest.mark.parametrize("mode", ["floor", "up"])
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_what_is_rounded_below_zero_weighs_more_too_where_little_applies(mode: str, road: Road) -> None:
    # -0.01 is rounded to -1, and that brought from 0.02 to 100.02 points: -5001, in quanta more than 32 bits.
    plan = below_zero("0", mode)
    units = [readings_of({"a": a, "held": False}) for a in (0, "0.1", "0.5", 1)]
    assert differences(plan, units, road) == []
    program, rows = rows_of(plan, units)
    assert score_rows(program, rows, road=road).sum_low.min() == -5001 * 10**6 >= -program.most_points


def nested(**more: Any) -> Plan:
    """Return a rulebook of sums within sums, all rescaled, of which a tenth surely applies and can go below zero."""
    first = leaf({"linear": {"start_points": "-1"}}, id="1.1.1.1", max_points="1", value={"amount": "a"})
    second = leaf({"linear": {}}, id="1.1.1.2", max_points="9", value={"amount": "b"})
    second |= {"applies_when": {"indicator": "held", "is": "true"}}
    inner = group("1.1.1", first | {"min_points": "-1"}, second, rescale="true")
    whole = group("1", group("1.1", inner, rescale="true"), rescale="true", **more)
    return compile_plan(book_of(book_tree(whole, indicators=KINDS, rescale="true")))


@pytest.mark.parametrize("more", [{}, {"rounding": {"places": 0}}])
@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_what_is_open_below_zero_weighs_more_in_every_sum_above(more: dict[str, Any], road: Road) -> None:
    units = [readings_of(given) for given in ({}, {"a": 0}, {"a": 0, "held": True}, {"b": 1}, {"held": False})]
    assert differences(nested(**more), units, road) == []


@pytest.mark.parametrize("road", ["numpy", "numba"])
def test_a_total_rounded_below_zero_by_penalties_is_held(road: Road) -> None:
    block = group("2", leaf({"linear": {}}, id="2.1", max_points="0.01", value={"amount": "b"}))
    tree = book_tree(
        leaf({"linear": {}}, id="1", max_points="0.01", value={"amount": "a"}),
        block | {"block": {"kind": "penalty"}},
        indicators=KINDS,
        quantum="0.0000000001",
        rounding={"total": {"places": 0, "mode": "floor"}},
    )
    plan = compile_plan(book_of(tree))
    assert differences(plan, [readings_of({"a": 0, "b": 1}), readings_of({"a": 1, "b": 0})], road) == []


@pytest.mark.parametrize("road", ["numpy", "numba"])
@pytest.mark.parametrize("bottom", [1_000_003, 10**15 + 37, 10**18 + 9])
def test_a_rulebook_with_a_figure_of_more_than_64_bits_is_scored_in_wide_integers(road: Road, bottom: int) -> None:
    bands = [{"clause": "x", "at_least": "1", "points": f"1/{bottom}"}]
    bands += [{"clause": "y", "otherwise": "true", "points": "0"}]
    made = leaf({"bands": bands}, value={"amount": "a"}, rounding={"places": 0, "mode": "up"})
    plan = compile_plan(book_of(book_tree(made, indicators=KINDS, quantum="0.00000000001")))
    assert differences(plan, [readings_of({"a": a}) for a in (0, 1)] + [readings_of()], road) == []
