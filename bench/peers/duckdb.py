"""DuckDB: one SELECT written by hand, from a table of its own to Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from book import KINDS, Case, Spec
from ours import NONE
from peers import Prepared
from rules import Text, cut_of, fields_of, points_of


class Duckdb:
    """Rules as SQL."""

    none = Text("NULL")
    kind = Text("unit_kind")

    def __init__(self, table: str) -> None:
        self.table = table

    def column(self, name: str) -> Text:
        return Text(f'"{name}"')

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Text:
        whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in pairs)
        return Text(f"(CASE {whens} ELSE {otherwise} END)")

    def whole(self, above: Any, below: Any) -> Text:
        return Text(f"({above} // {below})")

    def best(self, above: str, below: str) -> tuple[Text, Text]:
        order = f'"{above}" / "{below}") FROM {self.table} WHERE "{below}" > 0)'
        return Text(f'(SELECT arg_max("{above}", {order}'), Text(f'(SELECT arg_max("{below}", {order}')

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return cut_of(spec, place)


def statement(case: Case, table: str) -> str:
    """Return the SELECT."""
    say = Duckdb(table)
    points = ",\n".join(f'CAST({points_of(spec, say)} AS INTEGER) AS "{spec["id"]}"' for spec in case.specs)
    fields = {
        name: " + ".join(f'COALESCE("{member}", 0)' for member in members) for name, members in fields_of(case).items()
    }
    sums = ", ".join(f'{text} AS "{name}"' for name, text in fields.items())
    total = " + ".join(f'"{name}"' for name in fields)
    return f"SELECT *, {total} AS total FROM (SELECT *, {sums} FROM (SELECT {points} FROM {table}))"


def prepared(case: Case, threads: int = 1) -> Prepared:
    database = table_of(case, threads)
    text = statement(case, "units")

    def matrix(found: Any) -> Any:
        columns = (found[spec["id"]].cast(pa.int64()).fill_null(NONE).to_numpy() for spec in case.specs)
        return np.stack(list(columns))

    return Prepared(lambda: database.sql(text).to_arrow_table(), matrix)


def table_of(case: Case, threads: int) -> Any:
    """Return a database with the units in a table of its own, also under the names that generated SQL asks for."""
    kinds = pa.DictionaryArray.from_arrays(pa.array(case.kinds), pa.array(KINDS)).cast(pa.string())
    declared = {f"declared:{s['id']}": case.units[s["declared"]] for s in case.specs if "declared" in s}
    database = duckdb.connect()
    database.execute(f"SET threads={threads}")
    table = pa.table({**case.units, **declared, "unit_kind": case.kinds, "kind_name": kinds})
    database.register("given", table)
    database.execute("CREATE TABLE units AS SELECT * FROM given")
    database.unregister("given")
    return database
