"""SQL: our SELECT against one written by hand, on the same DuckDB table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from book import make_case
from measure import Work, alternate
from ours import Ours
from peers import duckdb
from tieuchi.columnar.program import Program
from tieuchi.sql.generate import Detail, TableShape, generate

HAND, SAME, POINTS, FULL = "by hand", "tieuchi, the same columns", "tieuchi, --detail points", "tieuchi, all"


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    case = make_case(10_000 if quick else 100_000)
    database = duckdb.table_of(case, cores)
    program = Ours(case).program
    texts = {
        HAND: duckdb.statement(case, "units"),
        SAME: _same_columns(program),
        POINTS: _ours(program, "points"),
        FULL: _ours(program, "full"),
    }
    works: dict[str, Work] = {name: _run(database, text) for name, text in texts.items()}
    plans = {name: _plan(database, text) for name, text in texts.items()}
    rounds = 1 if quick else 5
    times, planning = alternate(works, rounds), alternate(plans, rounds)
    return {
        "units": case.count,
        "seconds": {name: times.median(name) for name in texts},
        "times hand": {name: times.ratio(name, HAND) for name in texts},
        "planning": {name: planning.median(name) for name in texts},
        "letters": {name: len(text) for name, text in texts.items()},
    }


def _ours(program: Program, detail: Detail) -> str:
    return generate(program, "duckdb", TableShape(keep=(), kind="kind_name", complete=True, detail=detail))


def _same_columns(program: Program) -> str:
    """Return our SELECT for what the hand-written one gives: points and, what lacks being nothing there, least sums."""
    titles: Mapping[str, str] = {
        **{leaf.id: leaf.id for leaf in program.leaves},
        **{f"{node.id} low": node.id for node in program.nodes[:-1]},
        f"{program.nodes[-1].id} low": "total",
    }
    columns = ", ".join(f'"{title}" AS "{name}"' for title, name in titles.items())
    return f"SELECT {columns} FROM ({_ours(program, 'points')})"


def _run(database: Any, text: str) -> Work:
    return lambda: database.sql(text).to_arrow_table()


def _plan(database: Any, text: str) -> Work:
    """Return the work of reading and planning a statement, without running it."""

    def plan() -> None:
        database.execute(f"PREPARE planned AS {text}")
        database.execute("DEALLOCATE planned")

    return plan
