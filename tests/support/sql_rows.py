"""Rows that a database can hold, drawn at random, and how its answer is compared with the exact road."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from random_books import draw_book, draw_readings
from tieuchi.batch.quantised import quantised
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import STATES, Column
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.leaves import BEYOND

LARGEST = 1 << 27
"""Figures beyond it would overflow 64 bits in some of these rulebooks, where a database stops with an error."""

Drawn = tuple[Plan, list[Readings], Program, Rows]


def drawn(scale: str, seed: int, units: int = 25) -> Drawn:
    random = Random(f"{scale}-{seed}")
    plan = draw_book(random, 3, (scale,))
    return fitting(plan, [draw_readings(random, plan, f"u{i}") for i in range(units)])


def fitting(plan: Plan, readings: Sequence[Readings]) -> Drawn:
    """Return the units whose figures are whole and not too large, and their rows."""
    program, rows = rows_of(plan, readings)
    fits = np.ones(rows.count, bool)
    for column in rows.columns.values():
        fits[list(column.exact)] = False
        for values in (column.values, column.below):
            fits &= True if values is None else np.abs(values) < LARGEST
    kept = np.flatnonzero(fits)
    columns = {
        name: Column(c.values[kept], *(None if part is None else part[kept] for part in (c.states, c.below)))
        for name, c in rows.columns.items()
    }
    assert rows.kinds is not None
    return plan, [readings[row] for row in kept.tolist()], program, Rows(len(kept), columns, rows.kinds[kept])


def differences(given: Drawn, found: dict[str, list[Any]]) -> list[str]:
    """Return the cells in which a database differs; a cell it calls beyond its numbers is none."""
    plan, units, program, rows = given
    exact, wrong, scorer = score_rows(program, rows, road="numpy"), [], Scorer(plan)
    for row in range(rows.count):
        for place, leaf in enumerate(program.leaves):
            state = int(exact.states[place, row])
            there = (int(exact.points[place, row]) if state < 2 else None, state, int(exact.clauses[place, row]))
            here = tuple(found[leaf.id + title][row] for title in ("", " state", " clause"))
            if here != there and here[1] != BEYOND:
                wrong.append(f"{leaf.id} of row {row}: {here}, exactly {there}")
        _, sums = quantised(scorer.score(units[row], units), exact=True)
        for node, total in zip(program.nodes, sums, strict=True):
            settled = (total.low, total.high, STATES.index(total.state), total.most / program.most_unit)
            ends = tuple(found[f"{node.id} {title}"][row] for title in ("low", "high", "state", "most"))
            if ends != settled and ends[2] != BEYOND:
                wrong.append(f"{node.id} of row {row}: {ends}, exactly {settled}")
            if (ends[0] is None or ends[1] is None) != (ends[2] == BEYOND):
                wrong.append(f"{node.id} of row {row}: {ends}")
    return wrong
