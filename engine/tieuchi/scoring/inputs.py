"""Readings as numbers: a date is its ordinal day, everything else what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.model.reading import Reading, Readings
from tieuchi.model.scorecard import Inputs


def inputs_of(readings: Readings, dates: Iterable[str] | None = None) -> Inputs:
    """Return the given readings of a unit as values; refused and not applicable ones have none.

    ``dates`` are the readings that can be dates; who scores many units knows them, else they are looked for.
    """
    return Inputs(readings.unit.kind, values_of(readings.values, dates), readings.values, readings.declared)


def values_of(readings: Mapping[str, Reading], dates: Iterable[str] | None = None) -> dict[str, Fraction | bool | str]:
    """Return the values of some readings that are given."""
    values: dict[str, Any] = {
        name: reading.value
        for name, reading in readings.items()
        if reading.state == "given" and reading.value is not None
    }
    if dates is None:
        dates = [name for name, value in values.items() if isinstance(value, date)]
    for name in dates:
        value = values.get(name)
        if isinstance(value, date):
            values[name] = Fraction(value.toordinal())
    return values
