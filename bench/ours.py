"""The same units for tieuchi's own roads: as columns, as readings one by one, and their points by the exact road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from book import KINDS, Case, make_plan, scales_of
from rules import PERCENT, QUANTUM
from tieuchi.batch.quantised import quantised
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import DECLARED_PREFIX, Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, clause_label
from tieuchi.errors import Position
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.scoring.scorer import Scorer

NONE = np.iinfo(np.int64).min
"""No points, in a matrix of points."""
HERE = Position("bench")


@dataclass(frozen=True)
class Ours:
    """A rulebook and its units as tieuchi scores them."""

    case: Case

    @cached_property
    def plan(self) -> Plan:
        return make_plan(self.case.specs, self.case.columns)

    @cached_property
    def program(self) -> Program:
        return compile_program(self.plan, scales_of(self.case.columns, self.case.specs))

    @cached_property
    def rows(self) -> Rows:
        specs = [spec for spec in self.case.specs if "declared" in spec]
        declared = {spec["declared"]: DECLARED_PREFIX + spec["id"] for spec in specs}
        columns = {declared.get(name, name): Column(column) for name, column in self.case.units.items()}
        return Rows(self.case.count, columns, self.case.kinds)

    def readings(self, count: int) -> list[Readings]:
        """Return the first units with their readings, as the exact road takes them."""
        return [self._unit(place) for place in range(min(count, self.case.count))]

    def _unit(self, place: int) -> Readings:
        values: dict[str, Reading] = {}
        declared: dict[str, DeclaredPoints] = {}
        owner = {spec["declared"]: spec["id"] for spec in self.case.specs if "declared" in spec}
        for name, sort in self.case.columns.items():
            number = int(self.case.units[name][place])
            if sort == "declared":
                declared[owner[name]] = DeclaredPoints(owner[name], Fraction(number, QUANTUM), HERE)
            else:
                values[name] = Reading(name, _value(sort, number), HERE)
        return Readings(Unit(f"u{place}", kind=KINDS[self.case.kinds[place]]), "", values, declared)


def _value(sort: str, number: int) -> Any:
    if sort == "yes":
        return bool(number)
    if sort == "date":
        return date.fromordinal(number)
    return Fraction(number, PERCENT if sort == "percent" else 1)


@dataclass(frozen=True)
class Cells:
    """Points of every sub-criterion in quanta, with state and clause; a row for each, a column for each unit.

    ``sums`` are the least that the fields and the total can be.
    """

    points: Any
    sums: Any
    states: list[list[str]]
    clauses: list[list[str | None]]


def exact_cells(ours: Ours) -> Cells:
    """Return what the exact road gives, all units being each other's group."""
    scorer, units = Scorer(ours.plan), ours.readings(ours.case.count)
    group = [units[place] for place in leaders(ours.case)]
    cards = [quantised(scorer.score(unit, group)) for unit in units]
    leaves = list(zip(*(leaves for leaves, _ in cards), strict=True))
    points = [[cell.high if cell.state in ("scored", "declared") else NONE for cell in row] for row in leaves]
    sums = np.array([[cell.low for cell in found] for _, found in cards], np.int64).T
    states = [[cell.state for cell in row] for row in leaves]
    return Cells(np.array(points, np.int64), sums, states, [[cell.clause for cell in row] for row in leaves])


def leaders(case: Case) -> list[int]:
    """Return the unit with the greatest quotient for each scale that compares units: the only ones that matter."""
    found = []
    for spec in case.specs:
        if spec["kind"] in ("relative", "leader"):
            pairs = zip(case.units[spec["above"]].tolist(), case.units[spec["below"]].tolist(), strict=True)
            quotients = [Fraction(above, below) if below else Fraction(-1) for above, below in pairs]
            found.append(max(range(case.count), key=quotients.__getitem__))
    return found


def points_matrix(found: Points) -> Any:
    """Return the points of a columnar result as ``Cells`` has them."""
    return np.where(found.states < 2, found.points.astype(np.int64), NONE)


def clause_differences(found: Points, plan: Plan, cells: Cells) -> int:
    """Return in how many cells the clause of a columnar result is not the exact road's."""
    known: Mapping[Any, str | None] = {
        (place, int(code)): clause_label(plan.leaves[place], int(code))
        for place in range(len(plan.leaves))
        for code in np.unique(found.clauses[place])
    }
    return sum(
        known[place, int(found.clauses[place, unit])] != clause
        for place, row in enumerate(cells.clauses)
        for unit, clause in enumerate(row)
    )
