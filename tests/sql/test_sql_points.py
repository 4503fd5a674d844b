"""The generated SELECT gives the integers of the exact road inside each database."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from postgres_cluster import Cluster
from random_books import SCALES, draw_book, draw_readings
from small_books import book_of, book_tree, leaf
from sql_rows import differences, drawn, fitting
from tieuchi.cli import run
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import compile_plan
from tieuchi.sql.dialects import DIALECTS, DialectName
from tieuchi.sql.generate import generate
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_postgres, score_sqlite

Score = Callable[[Program, Rows], dict[str, list[Any]]]


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_gives_the_exact_points_in_a_database(scale: str, score: Score) -> None:
    for seed in range(2):
        given = drawn(scale, seed)
        if given[-1].count:
            assert differences(given, score(*given[2:])) == []


def test_sqlite_says_beyond_rather_than_reckon_with_floats() -> None:
    random = Random(3)
    plan = draw_book(random, 1, ("linear",))
    program, rows = rows_of(plan, [draw_readings(random, plan, f"u{i}") for i in range(40)])
    columns = {
        n: Column(np.full_like(c.values, 3 * 10**18), None, None) for n, c in rows.columns.items() if c.below is None
    }
    if len(columns) == len(rows.columns):
        found = score_sqlite(program, Rows(rows.count, columns, rows.kinds))
        states = [found[f"{leaf.id} state"] for leaf in program.leaves if leaf.slots]
        assert all(state == BEYOND for column in states for state in column)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_text_is_the_same_every_time(dialect: DialectName) -> None:
    program = drawn("bands", 1)[2]
    assert generate(program, dialect) == generate(program, dialect)


@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_gives_the_exact_points_in_postgres(scale: str, cluster: Cluster) -> None:
    given = drawn(scale, 1)
    if given[-1].count:
        assert differences(given, score_postgres(*given[2:], cluster.dsn, wide=False)) == []


@pytest.mark.parametrize("wide", [True, False])
def test_rulebooks_of_all_scales_give_the_exact_points_in_postgres(cluster: Cluster, wide: bool) -> None:
    for seed in range(12):
        random = Random(f"{wide}-{seed}")
        plan = draw_book(random, random.randint(1, 6))
        given = fitting(plan, [draw_readings(random, plan, f"u{i}") for i in range(25)])
        if given[-1].count:
            assert differences(given, score_postgres(*given[2:], cluster.dsn, wide=wide)) == []


def test_verify_compares_a_database_that_is_named(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["verify", "curb-65/2003", "--road", "postgres", "--lang", "en"]
    assert run([*arguments, "--postgres", cluster.dsn]) == 0
    assert " cells, 0 different" in capsys.readouterr().out
    assert run([*arguments, "--postgres", f"{cluster.dsn} port=1"]) == 2
    assert "B642" in capsys.readouterr().err


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize(
    "ends",
    [{}, {"cut_off": "2/3"}, {"zero_at": "90%", "full_at": "100%"}, {"zero_at": "60%", "full_at": "10%"}],
    ids=["all", "cut off", "steep", "falling"],
)
def test_slopes_are_exact_where_one_division_becomes_two(ends: dict[str, str], score: Score) -> None:
    tree = leaf({"linear": ends}, max_points="3", value={"ratio": ["n", "d"]})
    program = compile_program(compile_plan(book_of(book_tree(tree, indicators={"n": "count", "d": "count"}))))
    room = max(map(int, re.findall(r'"d" <= (\d+)', generate(program, "duckdb"))))
    random, tops, bottoms = Random(room), [], []
    for _ in range(400):
        bottom = room + random.choice([-1, 0, 1, 2, random.randrange(room), -random.randrange(room)])
        share = random.choice([(0, 1), (1, 1), (9, 10), (6, 10), (1, 10), (2, 3), (random.randrange(10**6), 10**6)])
        tops.append(max(0, bottom * share[0] // share[1] + random.choice([-1, 0, 1])))
        bottoms.append(bottom)
    rows = Rows(400, {"n": Column(np.array(tops)), "d": Column(np.array(bottoms))}, np.full(400, -1))
    exact, found = score_rows(program, rows, road="numpy"), score(program, rows)
    told = [row for row in range(400) if found["1 state"][row] != BEYOND]
    assert len(told) > 300
    assert [found["1"][row] for row in told] == [int(exact.points[0, row]) for row in told]
