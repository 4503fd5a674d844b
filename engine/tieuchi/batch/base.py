"""Figures of the period before, brought to the units of this one, for values that say how much something grew.

The base is the table of the period before in its own columns: what ``growth: [now, before]`` calls ``now`` stands there
as it was then, and becomes ``before`` here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from pydantic import BaseModel

from tieuchi.batch.register import Register, reaggregated
from tieuchi.columnar.layout import MISSING, Column
from tieuchi.columnar.readings_rows import column_of
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.model.plan import Plan
from tieuchi.model.value import Value, indicators_of

ADDABLE = ("count", "amount")


def growth_pairs(plan: Plan) -> dict[str, str]:
    """Return, by indicator that a growth compares with, the one that it compares.

    Raises:
        ReadingsError: B631 a growth whose two sides do not match one to one, or no growth at all.
    """
    pairs: dict[str, str] = {}
    issues = []
    for criterion in plan.book.leaves():
        for value in _values(criterion):
            if value.growth is None:
                continue
            now, before = (indicators_of(side) for side in value.growth)
            for old, new in zip(before, now, strict=False):
                if len(now) != len(before) or pairs.setdefault(old, new) != new:
                    issues.append(Issue("B631", Position(plan.book.id), criterion.id, {"criterion": criterion.id}))
    if issues:
        raise ReadingsError(issues)
    return pairs


def _values(model: Any) -> Iterator[Value]:
    """Yield every value that stands somewhere in a part of a rulebook."""
    if isinstance(model, Value):
        yield model
    if isinstance(model, BaseModel):
        for name in type(model).model_fields:
            yield from _values(getattr(model, name))
    elif isinstance(model, (tuple, list)):
        for part in model:
            yield from _values(part)


@dataclass(frozen=True, slots=True)
class Base:
    """Base figures by unit of this period, under the names of the indicators that they are here.

    ``met`` are the units of the table that was read so far.
    """

    figures: Mapping[str, Mapping[str, Fraction | None]]
    names: tuple[str, ...]
    met: set[str] = field(default_factory=set)

    def unmet(self) -> list[str]:
        """Return the units for which there are figures but which are not in the table: a merger may be forgotten."""
        return sorted(self.figures.keys() - self.met)

    def column(
        self, name: str, units: list[str], given: Column, scale: int
    ) -> tuple[Column, int, dict[int, tuple[Fraction, Fraction]]]:
        """Return a column filled in from the base, its scale, and by row a figure given and another of the base."""
        cells: list[tuple[int, Fraction | None]] = []
        clashes: dict[int, tuple[Fraction, Fraction]] = {}
        for row, unit in enumerate(units):
            state = 0 if given.states is None else int(given.states[row])
            whole = given.exact.get(row, int(given.values[row]))
            own = None if state else Fraction(whole) / scale
            base = self.figures.get(unit, {}).get(name)
            if own is not None and base is not None and own != base:
                clashes[row] = own, base
            found = own if own is not None else base if state in (0, MISSING) else None
            cells.append((0 if found is not None else state or MISSING, found))
        bottoms = [number.denominator for _, number in cells if number is not None]
        finer = lcm(scale, *bottoms)
        return column_of(cells, finer), finer, clashes


def base_of(plan: Plan, units: Mapping[str, Any], register: Register, on: date, since: date) -> Base:
    """Return the base for the units of some day from the readings of the units before.

    Args:
        plan: The rulebook, whose growths say which indicator is the base of which.
        units: By unit, readings of the period before.
        register: What became of these units since.
        on: The last day of this period.
        since: The last day of the period before.

    Raises:
        ReadingsError: B632 a share would have to be added up, which can't be done with shares.
    """
    pairs = growth_pairs(plan)
    changed = any(since < change.since <= on for change in register.changes)
    shares = [old for old, new in pairs.items() if plan.indicators[new].kind not in ADDABLE]
    if changed and shares:
        facts = {"indicator": ", ".join(shares)}
        raise ReadingsError([Issue("B632", Position(plan.book.id), facts=facts)])
    figures: dict[str, dict[str, Fraction | None]] = {}
    for unit, readings in units.items():
        values = {old: readings.values.get(new) for old, new in pairs.items()}
        figures[unit] = {old: r.value if r is not None and r.state == "given" else None for old, r in values.items()}
    return Base(reaggregated(figures, register, on, since), tuple(pairs))
