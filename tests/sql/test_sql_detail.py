"""What is left out of a SELECT changes nothing of the rest of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from postgres_cluster import Cluster
from random_books import SCALES
from small_books import book_of, book_tree, leaf
from sql_rows import drawn
from tieuchi.cli import run
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import MISSING, Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.model.plan import compile_plan
from tieuchi.sql.dialects import DIALECTS, DialectName
from tieuchi.sql.generate import TableShape, generate
from tieuchi.sql.run import score_duckdb, score_postgres, score_sqlite

Score = Callable[..., dict[str, list[Any]]]


def without_states(rows: Rows) -> Rows:
    """Return the rows, all that is refused or does not apply being missing."""
    columns = {
        name: Column(c.values, None if c.states is None else np.where(c.states, MISSING, 0).astype(np.uint8), c.below)
        for name, c in rows.columns.items()
    }
    return Rows(rows.count, columns, rows.kinds)


def levels(score: Score, program: Program, rows: Rows) -> int:
    """Compare the levels of detail; return how many cells were."""
    full, points, totals = (score(program, rows, detail=level) for level in ("full", "points", "totals"))
    assert points == {title: full[title] for title in points}
    assert totals == {title: full[title] for title in totals}
    left = full.keys() - points.keys()
    assert left == {f"{leaf.id} {part}" for leaf in program.leaves for part in ("state", "clause")}
    assert points.keys() - totals.keys() == {leaf.id for leaf in program.leaves}
    return sum(map(len, points.values()))


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("scale", SCALES)
def test_points_and_sums_are_the_same_with_less_detail(scale: str, score: Score) -> None:
    program, rows = drawn(scale, 2)[2:]
    if rows.count:
        assert levels(score, program, rows) > 0
        assert levels(score, program, without_states(rows)) > 0


@pytest.mark.parametrize("scale", SCALES)
def test_points_and_sums_are_the_same_with_less_detail_in_postgres(scale: str, cluster: Cluster) -> None:
    program, rows = drawn(scale, 2)[2:]
    if rows.count:
        assert levels(partial(score_postgres, dsn=cluster.dsn), program, without_states(rows)) > 0


def test_the_command_gives_less_in_the_words_of_batch(capsys: pytest.CaptureFixture[str]) -> None:
    titles = {}
    for level in ("totals", "points", "full"):
        assert run(["sql", "curb-65/2003", "--dialect", "sqlite", "--detail", level]) == 0
        last = capsys.readouterr().out.rpartition("\nSELECT\n")[2]
        titles[level] = re.findall(r'"([^"]+)",?$', last.partition("\nFROM ")[0], re.MULTILINE)
    assert titles["totals"] == [*titles["full"][:1], *titles["full"][-4:]]
    assert set(titles["totals"]) < set(titles["points"]) < set(titles["full"])
    assert run(["sql", "curb-65/2003", "--dialect", "sqlite", "--detail", "all"]) == 2


@pytest.mark.parametrize("dialect", DIALECTS)
def test_points_alone_take_one_step_and_no_clause(dialect: DialectName) -> None:
    bands = [{"clause": "a", "at_least": "5", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
    program = compile_program(
        compile_plan(book_of(book_tree(leaf({"bands": bands}, value={"count": "n"}), indicators={"n": "count"})))
    )
    full, points = (generate(program, dialect, TableShape(kind="", detail=level)) for level in ("full", "points"))
    assert "piece" in full
    assert "piece" not in points
    assert "THEN 1000000" in points
