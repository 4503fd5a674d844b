"""Readings as numbers: a date is its ordinal day, everything else what it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Inputs


def inputs_of(readings: Readings) -> Inputs:
    """Return the given readings of a unit as values; refused and not applicable ones have none."""
    values: dict[str, Fraction | bool | str] = {}
    for name, reading in readings.values.items():
        value = reading.value
        if value is None or reading.state != "given":
            continue
        values[name] = Fraction(value.toordinal()) if isinstance(value, date) else value
    return Inputs(readings.unit.kind, values, readings.values, readings.declared)
