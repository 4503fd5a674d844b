"""A sum that is rounded is rounded from the exact one inside databases, too, or said to be beyond their numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from postgres_cluster import Cluster
from random_books import draw_readings, draw_tree
from small_books import book_of, book_tree, leaf, readings_of
from sql_rows import differences, fitting
from tieuchi.batch.score import BatchOptions, open_run, score_frame
from tieuchi.batch.spark import score_on_spark
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_postgres, score_spark, score_sqlite

pytestmark = [pytest.mark.filterwarnings("ignore")]  # of pyspark, see test_spark

Score = Callable[[Program, Rows], dict[str, list[Any]]]
TITLE = {"vi": "x", "en": "x"}
BASIS: dict[str, Any] = {"reference": {"item": "1"}, "basis": "stated"}
PRIMES = (1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081, 1_000_099)
"""Their product has 120 bits: no common denominator of 62 bits."""
TWELFTHS = {f"n{i}": [1, 1, round(prime / 12)] for i, prime in enumerate(PRIMES)} | {
    f"d{i}": [12, 12, prime] for i, prime in enumerate(PRIMES)
}
"""Three units: six twelfths, of which quanta make 0.499998; five of them; six quotients that are nearly a twelfth."""
TWELFTHS["n5"][1] = 0
SHARES = ("linear", "linear_down", "bands", "relative", "leader", "declared", "checklist", "truncate", "ratio_reading")


def shares(rounding: dict[str, Any], *, block: dict[str, Any] | None = None) -> Plan:
    """Return a rulebook of six shares of one point each, the last four perhaps in a block of their own."""
    leaf = {"title": TITLE, "max_points": "1", "scale": {"linear": {"full_at": "100%"}}, **BASIS}
    leaves = [{"id": f"{i}", "value": {"ratio": [f"n{i}", f"d{i}"]}, **leaf} for i in range(6)]
    parts = {"g": leaves} if block is None else {"g": leaves[:2], "h": leaves[2:]}
    fields = [
        {"id": name, "title": TITLE, "max_points": str(len(own)), "criteria": own, **BASIS}
        for name, own in parts.items()
    ]
    fields[-1] |= {} if block is None else {"block": block}
    tree = {
        "id": "b", "document": {"id": "d", "title": TITLE}, "title": TITLE, "max_points": str(len(parts["g"])),
        "rounding": rounding, "criteria": fields, **BASIS,
        "indicators": [{"id": name, "title": TITLE, "kind": "count"} for name in TWELFTHS],
    }  # fmt: skip
    return compile_plan(Rulebook.model_validate(tree))


def told(plan: Plan, score: Score) -> dict[str, list[Any]]:
    rows = Rows(3, {name: Column(np.array(cells, np.int64)) for name, cells in TWELFTHS.items()}, np.full(3, -1))
    found = score(compile_program(plan), rows)
    return {title: found[title] for title in ("b low", "b high", "b state")}


HALF_UP = {"b low": [10**6, 0, None], "b high": [10**6, 0, None], "b state": [0, 0, BEYOND]}
"""What the total comes to in whole points, by the exact road: 1, 0, and what no fraction of 62 bits tells."""


@pytest.mark.parametrize("place", ["total", "sums"])
@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
def test_a_half_that_quanta_miss_is_rounded_up_in_a_database(score: Score, place: str) -> None:
    # Where the field itself is rounded, what can't be told of it can't be told of the total.
    assert told(shares({place: {"places": 0}}), score) == HALF_UP


def test_a_half_that_quanta_miss_is_rounded_up_in_postgres(cluster: Cluster) -> None:
    plan = shares({"total": {"places": 0}})
    assert told(plan, lambda program, rows: score_postgres(program, rows, cluster.dsn)) == HALF_UP


@pytest.mark.parametrize("wide", [True, False])
def test_a_sum_that_would_be_rounded_past_its_maximum_is_that_maximum_in_postgres(cluster: Cluster, wide: bool) -> None:
    """Six twelfths of a twelfth each: a half, which rounds to 1, though there is no more than a half."""
    leaves = [leaf({"linear": {}}, id=f"{i}", max_points="1/12", value={"amount": "n"}) for i in range(7)]
    leaves[-1]["applies_when"] = [{"indicator": "more", "is": "true"}]
    tree = {**book_tree(*leaves, indicators={"n": "percent", "more": "yes_no"}), "rounding": {"total": {"places": 0}}}
    program, rows = rows_of(compile_plan(book_of(tree)), [readings_of({"n": 1, "more": False})])
    found = score_postgres(program, rows, cluster.dsn, wide=wide)
    assert [found[f"test/2024 {end}"] for end in ("low", "high", "state")] == [[500_000], [500_000], [0]]


def test_a_half_that_quanta_miss_is_rounded_up_in_spark(session: Any) -> None:
    assert told(shares({"total": {"places": 0}}), lambda program, rows: score_spark(program, rows, session)) == HALF_UP


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize(
    ("kind", "limit", "total"), [("bonus", "1/3", None), ("bonus", "0.3333", 0), ("penalty", "1/6", 0)]
)
def test_a_block_that_may_be_at_its_limit_is_said_to_be_beyond(
    score: Score, kind: str, limit: str, total: int | None
) -> None:
    """Four twelfths are a third, and with two more exactly a half: here quanta can't tell on which side of a limit."""
    plan = shares({"total": {"places": 0}}, block={"kind": kind, "at_most": limit})
    found = told(plan, score)
    assert (found["b low"][0], found["b high"][0], found["b state"][0]) == (
        total,
        total,
        BEYOND if total is None else 0,
    )


def test_sums_in_doubt_take_the_exact_road_from_spark(session: Any, tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", tmp_path / "out"
    parquet.write_table(pa.table({"unit": ["tie", "below", "near"], **TWELFTHS}), given)
    plan = shares({"total": {"places": 0}})
    assert score_on_spark(session, plan, str(given), str(out), BatchOptions(strict=True)).rejected == 0
    near = sum(Fraction(TWELFTHS[f"n{i}"][2], TWELFTHS[f"d{i}"][2]) for i in range(6))
    assert same_as_batch(plan, given, out) == {"tie": 1, "below": 0, "near": int(near >= Fraction(1, 2))}


def test_sums_in_doubt_are_compared_with_the_best_of_their_group_on_spark(session: Any, tmp_path: Path) -> None:
    """Twelfths of a share and of the best income of a period, and half a point where they are six."""
    leaves = [
        leaf({"linear": {"full_at": "100%"}}, id="1", value={"ratio": ["n", "d"]}),
        leaf({"relative_to_best": {"best": "largest"}}, id="2", value={"amount": "income"}),
        leaf({"relative_to_best": {"best": "smallest"}}, id="3", value={"amount": "cost"}),
        leaf({"target_and_leader": {"target": "3", "at_target": "0.5"}}, id="4", value={"amount": "income"}),
    ]
    names = {"n": "count", "d": "count", "income": "amount", "cost": "amount"}
    tree = {**book_tree(*leaves, indicators=names), "rounding": {"total": {"places": 0}}}
    random, given, out = Random(4), tmp_path / "in.parquet", tmp_path / "out"
    count = 400
    table = {
        "unit": [f"u{i}" for i in range(count)],
        "period": [None if i % 7 == 0 else str(2024 + i % 2) for i in range(count)],
        "n": [random.choice([None, 1, 2, 3, 4, 5, 12]) for _ in range(count)],
        "d": [random.choice([12, 12, 12, 7]) for _ in range(count)],
        "income": [random.choice([None, *range(1, 13)]) for _ in range(count)],
        "cost": [random.choice([3, 4, 6, 9, 11]) for _ in range(count)],
    }
    parquet.write_table(pa.table(table), given)
    plan = compile_plan(book_of(tree))
    assert units_near(plan, given) > 10
    assert score_on_spark(session, plan, str(given), str(out)).rejected == 0
    assert len(same_as_batch(plan, given, out)) == count


def units_near(plan: Plan, table: Path) -> int:
    """Return how many units of a table have a sum that quanta leave in doubt."""
    options = BatchOptions(ranked=False)
    return sum(
        int(scored.points.near[0].sum())
        for scored in open_run(plan, str(table), options).scored()
        if scored.points.near is not None
    )


def same_as_batch(plan: Plan, table: Path, out: Path) -> dict[str, Any]:
    """Check that Spark wrote what ``batch`` gives of a table; return the totals by unit."""
    expected, _ = score_frame(plan, str(table))
    there = {row["unit"]: row for row in expected.to_pylist()}
    found = parquet.read_table(out).to_pylist()
    assert len(found) == len(there)
    for here in found:
        kept = {name: there[here["unit"]][name] for name in here}
        lacking = {name for name, cell in here.items() if cell is None or name.endswith(":clause")}
        assert {name: here[name] or None for name in here if name in lacking} == {
            name: kept[name] or None for name in here if name in lacking
        }
        assert {name: here[name] for name in here if name not in lacking} == {
            name: kept[name] for name in here if name not in lacking
        }
    return {row["unit"]: row["total"] for row in found}


def rounded_book(seed: int) -> tuple[Plan, Random]:
    random = Random(seed)
    tree = draw_tree(random, random.randint(2, 6), SHARES)
    modes = ["half_up", "half_even", "half_down", "down", "up", "floor", "ceiling"]
    rounding: dict[str, Any] = {"total": {"places": random.choice([0, 1]), "mode": random.choice(modes)}}
    if random.random() < 0.5:
        rounding["sums"] = {"places": random.choice([0, 1, 2])}
    book = {**tree, "quantum": random.choice(["0.000001", "0.001", "0.01"]), "rounding": rounding}
    return compile_plan(Rulebook.model_validate(book)), random


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
def test_rounded_sums_of_random_rulebooks_are_the_exact_ones(score: Score) -> None:
    near = told_of = 0
    for seed in range(12):
        plan, random = rounded_book(seed)
        given = fitting(plan, [draw_readings(random, plan, f"u{i}") for i in range(25)])
        program, rows = given[2:]
        found = score(program, rows)
        assert differences(given, found) == []
        marks = score_rows(program, rows, road="numpy").near
        doubtful = [] if marks is None else np.flatnonzero(marks[0]).tolist()
        near += len(doubtful)
        told_of += sum(found[f"{program.nodes[-1].id} state"][row] != BEYOND for row in doubtful)
    assert near > 50
    assert told_of > (0.9 if score is score_duckdb else 0.5) * near
