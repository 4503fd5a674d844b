"""Readings as numbers: a date is its ordinal day, everything else what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tieuchi.model.reading import Reading, Readings
from tieuchi.model.scorecard import Inputs


def inputs_of(readings: Readings) -> Inputs:
    """Return the given readings of a unit as values; refused and not applicable ones have none."""
    return Inputs(readings.unit.kind, values_of(readings.values), readings.values, readings.declared)


def values_of(readings: Mapping[str, Reading]) -> dict[str, Fraction | bool | str]:
    """Return the values of some readings that are given."""
    values: dict[str, Fraction | bool | str] = {}
    for name, reading in readings.items():
        if reading.state == "given":
            value = reading.value
            if type(value) is Fraction:
                values[name] = value
            elif isinstance(value, date):
                values[name] = Fraction(value.toordinal())
            elif value is not None:
                values[name] = value
    return values
