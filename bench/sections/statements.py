"""SQL: our SELECT against one written by hand, on the same DuckDB table."""

from __future__ import annotations

from typing import Any

from book import make_case
from measure import alternate
from ours import Ours
from peers import duckdb
from tieuchi.sql.generate import TableShape, generate


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    case = make_case(10_000 if quick else 100_000)
    database = duckdb.table_of(case, cores)
    ours = generate(Ours(case).program, "duckdb", TableShape(keep=(), kind="kind_name", complete=True))
    by_hand = duckdb.statement(case, "units")
    works = {
        "by hand": lambda: database.sql(by_hand).to_arrow_table(),
        "tieuchi": lambda: database.sql(ours).to_arrow_table(),
        "by hand, planning": lambda: database.sql(f"EXPLAIN {by_hand}").fetchall(),
        "tieuchi, planning": lambda: database.sql(f"EXPLAIN {ours}").fetchall(),
    }
    times = alternate(works, 1 if quick else 3)
    return {
        "units": case.count,
        "seconds": {name: times.median(name) for name in works},
        "times by hand": times.ratio("tieuchi", "by hand"),
        "letters": {"by hand": len(by_hand), "tieuchi": len(ours)},
    }
