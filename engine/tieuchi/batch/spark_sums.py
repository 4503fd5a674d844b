"""Rounded sums that quanta leave in doubt, on Spark: their units are few, come here, and take the exact road.

The SELECT could add such sums up itself, as fractions over one denominator. Spark takes long to plan that, and its
numbers don't reach far; some thousand units at a time fit this machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from tieuchi.batch.exact import ExactRoad
from tieuchi.batch.frame import Part
from tieuchi.batch.units import UNIT_COLUMNS
from tieuchi.columnar.best import Best
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import GIVEN, MISSING, STATES, Column
from tieuchi.columnar.lower_leaf import quanta
from tieuchi.columnar.program import Program
from tieuchi.model.plan import Plan
from tieuchi.sql.dialects import dialect_of
from tieuchi.sql.generate import TableShape, best_queries, column_titles, generate
from tieuchi.sql.leaves import BEYOND

READ = "tieuchi read"
"""The column in which each unit's figures are handed through the SELECT, in the order of the program's columns."""
CHUNK = 20_000
"""Units that take the exact road at a time."""
_COLUMN = dialect_of("spark").column


def read_column(program: Program) -> str:
    """Return the expression of that column over the table that is scored."""
    return f"array({', '.join(map(_COLUMN, column_titles(program)))}) AS {_COLUMN(READ)}"


def settled_parts(session: Any, plan: Plan, program: Program, shape: TableShape) -> Iterator[Any]:
    """Yield what the SELECT gives of a table, the sums that it leaves in doubt being exact ones.

    First come the units of which no sum is in doubt, then the others, so many at a time as this machine holds.

    Args:
        session: Where the SELECT runs.
        plan: The rulebook.
        program: The same over columns.
        shape: The table, with ``READ`` among what is handed through if a sum can be in doubt.
    """
    scored = session.sql(generate(program, "spark", replace(shape, exact_sums=False)))
    if not program.doubtful:
        yield scored
        return
    near = " OR ".join(f"{_COLUMN(f'{node.id} state')} = {BEYOND}" for node in program.nodes)
    # Figures are kept of those units alone that need them.
    kept = scored.withColumn(READ, _expression(f"CASE WHEN {near} THEN {_COLUMN(READ)} END")).persist()
    try:
        yield kept.where(f"NOT ({near})")
        units, compared = kept.where(near).toLocalIterator(), None
        while chunk := list(islice(units, CHUNK)):
            compared = compared or _best(session, program, shape)
            rows = _mended(plan, program, shape, chunk, compared)
            yield session.createDataFrame(_typed(rows, kept.schema), kept.schema)
    finally:
        kept.unpersist()


def _typed(rows: list[tuple[Any, ...]], schema: Any) -> list[list[Any]]:
    """Return rows with decimals where the schema has some."""
    decimals = [field.dataType.typeName() == "decimal" for field in schema.fields]
    return [
        [Decimal(cell) if decimal and cell is not None else cell for cell, decimal in zip(row, decimals, strict=True)]
        for row in rows
    ]


def _expression(text: str) -> Any:
    from pyspark.sql.functions import expr

    return expr(text)


def _mended(
    plan: Plan, program: Program, shape: TableShape, units: Sequence[Any], compared: tuple[dict[str, int], Best]
) -> list[tuple[Any, ...]]:
    """Return the rows of units with their exact sums, as the SELECT would give them."""
    groups, best = compared
    part, road = _part(program, shape, units, groups), ExactRoad(plan)
    rows = []
    for row, unit in enumerate(units):
        cells = unit.asDict()
        for node, score in zip(program.nodes, road.sums(program, part, row, best), strict=True):
            cells[f"{node.id} low"], cells[f"{node.id} high"] = (
                quanta(end, program.quantum) for end in (score.low, score.high)
            )
            cells[f"{node.id} state"] = STATES.index(score.state)
        rows.append(tuple(cells.values()))
    return rows


def _part(program: Program, shape: TableShape, units: Sequence[Any], groups: dict[str, int]) -> Part:
    """Return units as a part of a table."""
    columns, count = {}, len(units)
    for place, slot in enumerate(program.layout.slots):
        if slot.below:
            continue
        cells = [unit[READ][place] for unit in units]
        states = np.array([GIVEN if cell is not None else MISSING for cell in cells], np.uint8)
        columns[slot.name] = Column(np.array([int(cell or 0) for cell in cells], np.int64), states)
    names = [name for name in UNIT_COLUMNS if name in shape.keep]
    texts = {name: pa.array([unit[name] or "" for unit in units], pa.string()) for name in names}
    own = np.array([groups.get(_group(unit[shape.group]), -1) for unit in units], np.int64) if shape.group else None
    return Part(Rows(count, columns, groups=own), texts, {}, [], np.arange(count), shape.name)


def _best(session: Any, program: Program, shape: TableShape) -> tuple[dict[str, int], Best]:
    """Return the groups by name and the best values that their units are compared with."""
    groups: dict[str, int] = {}
    best: list[dict[int, Fraction]] = []
    for query in best_queries(program, "spark", shape):
        found = {}
        for row in session.sql(query).collect():
            code = groups.setdefault(row[0], len(groups)) if shape.group else 0
            found[code] = Fraction(int(row[-2]), int(row[-1]))
        best.append(found)
    return groups, tuple(best)


def _group(name: str | None) -> str:
    """Return a group as the SELECT names it."""
    return "" if name is None else f"={name}"
