"""The exact total of one unit of a table, by the exact road, where quanta leave a rank or a grade in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from tieuchi.batch.frame import Part
from tieuchi.columnar.best import Best
from tieuchi.columnar.layout import DECLARED_PREFIX, STATES
from tieuchi.columnar.lower_leaf import quanta
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points
from tieuchi.errors import Position
from tieuchi.model.indicator import Value
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.scorecard import Score
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer


def readings_at(plan: Plan, program: Program, part: Part, row: int) -> Readings:
    """Return one row of a table as the readings of a unit."""
    place = Position(part.name, int(part.lines[row]))
    values: dict[str, Reading] = {}
    declared: dict[str, DeclaredPoints] = {}
    for name, column in part.rows.columns.items():
        state = 0 if column.states is None else int(column.states[row])
        if name.startswith(DECLARED_PREFIX):
            if not state:
                criterion = name.removeprefix(DECLARED_PREFIX)
                declared[criterion] = DeclaredPoints(criterion, _number(program, name, column, row), place)
        elif not state:
            values[name] = Reading(name, _value(plan, program, name, column, row), place)
        elif STATES[state] != "missing":
            values[name] = Reading(name, None, place, state=STATES[state])  # type: ignore[arg-type]
    units = {name: texts[row].as_py() for name, texts in part.units.items()}
    unit = Unit(units["unit"], units.get("unit_name", ""), units.get("unit_kind", ""), units.get("unit_parent", ""))
    return Readings(unit, units.get("period", ""), values, declared)


def _number(program: Program, name: str, column: Any, row: int) -> Fraction:
    if row in column.exact:
        return Fraction(column.exact[row]) / (1 if column.below is not None else program.layout.scale_of(name))
    below = program.layout.scale_of(name) if column.below is None else int(column.below[row])
    return Fraction(int(column.values[row]), below)


def _value(plan: Plan, program: Program, name: str, column: Any, row: int) -> Value:
    number = _number(program, name, column, row)
    match plan.indicators[name].kind:
        case "yes_no":
            return bool(number)
        case "date":
            return date.fromordinal(int(number))
        case "choice":
            return plan.indicators[name].choices[int(number)]
        case _:
            return number


class ExactRoad:
    """The exact road for single units of tables."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._scorer = Scorer(plan)

    def total(self, program: Program, part: Part, row: int, best: Best | None) -> Fraction:
        """Return the exact total of one unit, ``best`` being the best values of the groups."""
        total = self._scored(program, part, row, best)
        assert total.points is not None
        return total.points

    def mend_sums(self, program: Program, part: Part, points: Points, best: Best | None) -> None:
        """Put in the exact sums of every unit with a sum so near a place of rounding that quanta can't tell."""
        assert points.near is not None
        for row in np.flatnonzero(points.near[0]).tolist():
            sums = self.sums(program, part, row, best)
            for ends, of in ((points.sum_low, "low"), (points.sum_high, "high")):
                ends[:, row] = [quanta(getattr(node, of), program.quantum) for node in sums]

    def sums(self, program: Program, part: Part, row: int, best: Best | None) -> list[Score]:
        """Return every exact sum of one unit, in the order of the program's nodes."""
        return list(_sums(self._scored(program, part, row, best)))

    def scored(self, program: Program, readings: Readings, best: Best | None, group: int) -> Score:
        """Return the exact total of one unit with all it is made of, ``best`` being the best values of the groups."""
        own = {
            (self.plan.leaves[op.leaf].id, op.route): found[group]
            for op, found in zip(program.relatives, best or (), strict=bool(program.relatives))
            if group in found
        }
        return self._scorer.total(inputs_of(readings), own)

    def _scored(self, program: Program, part: Part, row: int, best: Best | None) -> Score:
        group = 0 if part.rows.groups is None else int(part.rows.groups[row])
        return self.scored(program, readings_at(self.plan, program, part, row), best, group)


def _sums(node: Score) -> Iterator[Score]:
    """Yield every sum, after the sums it is made of."""
    if node.trace is None:
        for part in node.parts:
            yield from _sums(part)
        yield node
