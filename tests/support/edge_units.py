"""Units made to be awkward for a rulebook: figures at each threshold and a hair beside it, at all extremes, and gone.

Each rulebook gets a table of them, so that one run of the roads compares many cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from strategies import as_number, changed, solved, targets_of
from tieuchi.errors import Position
from tieuchi.model.canonical import Quotient
from tieuchi.model.indicator import NUMBER_KINDS
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Reading, Readings

HERE = Position("edge")
HAIR = Fraction(1, 10**12)
EXTREMES = (Fraction(0), Fraction(1), Fraction(10**14), Fraction(10**14 - 1), Fraction(-3), Fraction(10**30))
"""All figures of a unit at once, as far as their ranges allow: 0 (so 0/0), 1, 10^14, less than 0, more than 64 bits."""


def edge_units(plan: Plan, unit: Readings) -> list[Readings]:
    """Return units made from one: itself, at and beside every threshold, at the extremes, with nothing given."""
    found = [unit, replace(unit, values={}, declared={})]
    found += [_all_at(plan, unit, number) for number in EXTREMES]
    for quotient, threshold in targets_of(plan):
        found += _beside(plan, unit, quotient, threshold)
    return [replace(made, unit=replace(unit.unit, id=f"e{place}")) for place, made in enumerate(found)]


def _numbers(plan: Plan, unit: Readings) -> dict[str, Any]:
    given = {name: reading.value for name, reading in unit.values.items() if reading.value is not None}
    return {n: as_number(v) for n, v in given.items() if plan.indicators[n].kind in (*NUMBER_KINDS, "date")}


def _all_at(plan: Plan, unit: Readings, number: Fraction) -> Readings:
    numbers = [name for name in unit.values if plan.indicators[name].kind in NUMBER_KINDS]
    return changed(unit, **{n: Reading(n, number, HERE) for n in numbers if _within(plan, n, number)})


def _within(plan: Plan, name: str, number: Fraction) -> bool:
    """Say whether the catalogue allows a figure; what it does not allow is refused before any road sees it."""
    low, high = plan.indicators[name].bounds
    return (low is None or number >= low) and (high is None or number <= high)


def _beside(plan: Plan, unit: Readings, quotient: Quotient, threshold: Fraction) -> Iterator[Readings]:
    """Yield the unit with one figure moved so that a value is at a threshold, just below and just above it."""
    numbers = _numbers(plan, unit)
    if any(name not in numbers for name in quotient.indicators):
        return
    for name in quotient.indicators:
        kind = plan.indicators[name].kind
        at = solved(quotient, threshold, name, numbers)
        if at is None or kind == "date":
            continue
        near = {at.__floor__(), at.__ceil__(), at.__floor__() - 1, at.__ceil__() + 1}
        moved = near if kind == "count" else {at, at * (1 - HAIR), at * (1 + HAIR)}
        for number in sorted(Fraction(n) for n in moved if _within(plan, name, Fraction(n))):
            yield changed(unit, **{name: Reading(name, number, HERE)})
