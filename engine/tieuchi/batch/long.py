"""Long tables, one row a figure, turned wide: one row a unit and period."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tieuchi.batch.source import Source
from tieuchi.errors import Issue, Position, nearest
from tieuchi.loading.readings_table import column_of
from tieuchi.model.plan import Plan

_UNIT = ("unit", "unit_name", "unit_kind", "unit_parent", "period")


def wide_source(source: Source, plan: Plan) -> Source:
    """Return the same table in wide form; a table that is wide already is returned as it is."""
    first = next(source.batches(), None)
    meaning = {} if first is None else {name: column_of(name) for name in first.column_names}
    if not {"indicator", "value"} <= set(meaning.values()):
        return source
    titles = {column: name for name, column in meaning.items() if column is not None}
    units: dict[tuple[str, ...], dict[str, Any]] = {}
    broken: list[Issue] = []
    line = source.first_line + 1
    for table in source.batches():
        columns = {
            c: table[t].cast(pa.string()).to_pylist() for c, t in titles.items() if c in (*_UNIT, "indicator", "value")
        }
        for row in range(table.num_rows):
            _put(units, broken, columns, row, Position(source.name, line + row), plan)
        line += table.num_rows
    names = dict.fromkeys(name for figures in units.values() for name in figures)
    kept = [column for column in _UNIT if column in titles]
    wide: dict[str, Any] = {c: pa.array([key[i] for key in units], pa.string()) for i, c in enumerate(kept)}
    wide |= {n: pa.array([figures.get(n) for figures in units.values()], pa.string()) for n in names}
    made = Source(
        source.name, source.path, pa.table(wide), len(units), first_line=source.first_line, locale=source.locale
    )
    made.known = [*source.broken, *broken]
    return made


def _put(
    units: dict[tuple[str, ...], dict[str, Any]], broken: list[Issue], columns: dict[str, Any], row: int, at: Position,
    plan: Plan,
) -> None:  # fmt: skip
    """Put one figure into its unit; note a name that is no indicator, and a figure given twice."""
    key = tuple((columns[c][row] or "").strip() for c in _UNIT if c in columns)
    name = (columns["indicator"][row] or "").strip()
    if name not in plan.indicators:
        broken.append(Issue("D443", at, facts={"indicator": name, "nearest": nearest(name, plan.indicators) or ""}))
        return
    own = units.setdefault(key, {})
    if name in own and own[name] != columns["value"][row]:
        facts = {"indicator": name, "value": str(columns["value"][row]), "before": str(own[name]), "first": ""}
        broken.append(Issue("D442", at, facts=facts))
        return
    own[name] = columns["value"][row]
