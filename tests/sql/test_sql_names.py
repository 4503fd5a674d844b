"""Names that a database would misread, or take for others, are quoted or refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, leaf, readings_of, yaml_text
from sql_rows import differences, fitting
from tieuchi.cli import run
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.errors import RulebookError
from tieuchi.model.plan import compile_plan
from tieuchi.sql.dialects import DIALECTS, DialectName, dialect_of
from tieuchi.sql.generate import TableShape, best_queries, generate
from tieuchi.sql.run import score_duckdb, score_sqlite

Score = Callable[..., dict[str, list[Any]]]

NAMES = ["c0", "e1", "s0", "kind0", "select", "k0", "layer0", "order-by", "table"]
"""Names like those that the query gives itself, and words that SQL keeps for itself."""
BANDS = [{"clause": "a", "at_least": "5", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]


def tree(names: list[str], ids: list[str]) -> dict[str, object]:
    criteria = [leaf({"bands": BANDS}, id=i, value={"count": n}) for i, n in zip(ids, names, strict=True)]
    return book_tree(*criteria, indicators=dict.fromkeys(names, "count"))


def program(names: list[str], ids: list[str]) -> Program:
    return compile_program(compile_plan(book_of(tree(names, ids))))


@pytest.mark.parametrize("name", ["units", 'odd "name"; DROP TABLE x', "layer0", "select"])
def test_hostile_names_give_the_points_of_plain_ones(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    own = program(NAMES, NAMES[::-1])
    shape = TableShape(quoted, keep=("e2", "group"), kind="", complete=True)
    figures = {n: [4 + i % 2 for _ in range(2)] for i, n in enumerate(NAMES)}
    expected = [[1_000_000 * (i % 2)] * 2 for i in range(len(NAMES))]
    with duckdb.connect() as database:
        given = pa.table(figures | {"e2": ["x", "y"], "group": [7, 8]})
        database.register("given", given)
        database.sql(f"CREATE TABLE {quoted} AS SELECT * FROM given")
        found = database.sql(generate(own, "duckdb", shape)).to_arrow_table().to_pydict()
    assert [found[i] for i in NAMES[::-1]] == expected
    assert (found["e2"], found["group"]) == (["x", "y"], [7, 8])
    with sqlite3.connect(":memory:") as lite:
        columns = [*given.column_names]
        lite.execute(f"CREATE TABLE {quoted} ({', '.join(dialect_of('sqlite').column(c) for c in columns)})")
        rows = zip(*given.to_pydict().values(), strict=True)
        lite.executemany(f"INSERT INTO {quoted} VALUES ({', '.join('?' * len(columns))})", rows)
        answer = lite.execute(generate(own, "sqlite", shape))
        titles = [column[0] for column in answer.description]
        row = dict(zip(titles, answer.fetchone(), strict=True))
    assert [row[i] for i in NAMES[::-1]] == [column[0] for column in expected]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_that_a_database_can_t_tell_apart_are_refused(dialect: DialectName) -> None:
    long = ["n" * 70 + "a", "n" * 70 + "b"]
    if dialect == "postgres":
        with pytest.raises(RulebookError, match="B640"):
            generate(program(long, ["1", "2"]), dialect)
    else:
        assert long[0] in generate(program(long, ["1", "2"]), dialect)
        with pytest.raises(RulebookError, match="B640"):
            generate(program(["a", "b"], ["1.a", "1.A"]), dialect)
    with pytest.raises(RulebookError, match="B640"):
        generate(program(["a", "b"], ["unit", "2"]), dialect)


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
def test_ids_that_differ_in_capitals_alone_are_told_apart_where_they_are_not_given(score: Score) -> None:
    """With ``--detail totals`` no column has their name, and those that the query names for itself have one each."""
    slope = leaf({"linear": {"full_at": "10"}}, id="1.A", value={"count": "b"})
    bands = leaf({"bands": BANDS}, id="1.a", value={"count": "a"})
    plan = compile_plan(book_of(book_tree(bands, slope, indicators={"a": "count", "b": "count"})))
    program, rows = rows_of(plan, [readings_of({"a": 5, "b": 3}), readings_of({"a": 4, "b": 10})])
    assert score(program, rows, detail="totals")["test/2024 low"] == [1_300_000, 1_000_000]


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
def test_two_branches_may_each_compare_with_the_best(score: Score) -> None:
    """Also of a sub-criterion called ``own`` and of indicators called as the query calls its own columns."""
    largest = {"value": {"ratio": ["above", "below"]}, "scale": {"relative_to_best": {}}}
    smallest = {"value": {"ratio": ["rest", "below"]}, "scale": {"relative_to_best": {"best": "smallest"}}}
    when = [{"value": {"count": "rest"}, "at_least": "5"}]
    branches = [{"clause": "p", "when": when, **largest}, {"clause": "q", "otherwise": "true", **smallest}]
    names = dict.fromkeys(["above", "below", "rest"], "count")
    plan = compile_plan(book_of(book_tree(leaf({"branches": branches}, id="own"), indicators=names)))
    units = [readings_of({"above": 3 * i % 7, "below": i % 4 + 1, "rest": 5 * i % 9 + 1}) for i in range(12)]
    given = fitting(plan, units)
    assert differences(given, score(*given[2:])) == []


@pytest.mark.parametrize("name", ["best0", "best1", "BEST0_values", "step0", "_step1"])
def test_a_table_may_be_called_as_the_query_calls_its_steps(name: str) -> None:
    scale = {"relative_to_best": {}}
    leaves = [leaf(scale, id=n, value={"amount": n}) for n in ("a", "b")]
    kinds = {"a": "amount", "b": "amount"}
    own = compile_program(compile_plan(book_of(book_tree(*leaves, indicators=kinds))))
    shape = TableShape(name, keep=(), kind="")
    with sqlite3.connect(":memory:") as lite:
        lite.execute(f"CREATE TABLE {name} (a, b)")
        lite.execute(f"INSERT INTO {name} VALUES (1, 4), (2, 3)")
        found = lite.execute(generate(own, "sqlite", shape))
        titles = [column[0] for column in found.description]
        rows = [dict(zip(titles, row, strict=True)) for row in found]
        best = [lite.execute(query).fetchone()[-2:] for query in best_queries(own, "sqlite", shape)]
    assert [(row["a"], row["b"]) for row in rows] == [(500_000, 1_000_000), (1_000_000, 750_000)]
    assert best == [(2, 1), (4, 1)]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("a.b", '"a"."b"'), ('"a.b".c', '"a.b"."c"'), ('x"; DROP', '"x""; DROP"'), ('"x; DROP', '"""x; DROP"'),
        ('"a"b.c', '"""a""b"."c"'),
    ],
)  # fmt: skip
def test_a_table_is_named_part_by_part(name: str, quoted: str) -> None:
    assert dialect_of("postgres").table(name) == quoted


def test_the_command_writes_whole_files_and_refuses_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, out = tmp_path / "book.yaml", tmp_path / "q.sql"
    book.write_text(yaml_text(tree(["done"], ["1"])), encoding="utf-8")
    assert run(["sql", str(book), "--dialect", "spark", "--table", "lake.units", "--out", str(out)]) == 0
    assert "FROM `lake`.`units`" in out.read_text(encoding="utf-8")
    assert run(["sql", str(book), "--dialect", "duckdb", "--scale", "dnoe=10"]) == 2
    assert run(["sql", str(book), "--dialect", "duckdb", "--scale", "done=0"]) == 2
    assert run(["sql", str(book), "--dialect", "oracle"]) == 2
    assert "done" in capsys.readouterr().err
