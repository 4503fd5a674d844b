"""Names that a database would misread, or take for others, are quoted or refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, leaf, yaml_text
from tieuchi.cli import run
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.errors import RulebookError
from tieuchi.model.plan import compile_plan
from tieuchi.sql.dialects import DIALECTS, DialectName, dialect_of
from tieuchi.sql.generate import TableShape, generate

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


@pytest.mark.parametrize(
    ("name", "quoted"), [("a.b", '"a"."b"'), ('"a.b".c', '"a.b"."c"'), ('x"; DROP', '"x""; DROP"')]
)
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
