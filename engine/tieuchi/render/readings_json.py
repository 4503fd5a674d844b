"""Readings as JSON that loads to the same readings, and as exact values that a receipt keeps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Reading, Readings, Unit
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.numbers import exact_value

Json = dict[str, Any]


def readings_json(readings: Readings, plan: Plan) -> Json:
    """Return readings as a file of readings holds them, numbers as text with a decimal point."""
    figures: Json = {}
    for name, reading in readings.values.items():
        entry: Json = {}
        if reading.state == "not_applicable":
            entry["not_applicable"] = True
        elif reading.value is not None:
            entry["value"] = _written(reading.value, plan.indicators[name])
        if reading.source:
            entry["source"] = reading.source
        if reading.reason:
            entry["refused"] = reading.reason
        figures[name] = entry
    return {
        "unit": _unit(readings.unit),
        "period": readings.period,
        "locale": "en",
        "readings": figures,
        "declared": {
            name: {"points": exact_text(d.points)} | ({"source": d.source} if d.source else {})
            for name, d in readings.declared.items()
        },
    } | ({"causes": {name: cause.text for name, cause in readings.causes.items()}} if readings.causes else {})


def receipt_json(card: Scorecard) -> Json:
    """Return what scoring again needs: every reading exactly, and the best values of the group where one was given."""
    readings = card.readings
    unit = readings.unit
    found: Json = {
        "unit": {"id": unit.id, "name": unit.name, "kind": unit.kind, "parent": unit.parent},
        "period": readings.period,
        "readings": {name: _kept(reading) for name, reading in readings.values.items()},
        "declared": {
            name: {"points": exact_text(d.points), "at": str(d.at), "source": d.source}
            for name, d in readings.declared.items()
        },
    }
    best = [
        {"criterion": node.id, "route": node.trace.route, "value": exact_text(node.trace.group_best)}
        for node in card.leaves()
        if node.trace is not None and node.trace.group_best is not None
    ]
    return found | ({"group_best": best} if best else {})


def _kept(reading: Reading) -> Json:
    """Return one reading without the fields that say nothing."""
    found: Json = {"value": None if reading.value is None else exact_value(reading.value), "at": str(reading.at)}
    if reading.state != "given":
        found["state"] = reading.state
    texts = {"text": reading.text, "source": reading.source, "reason": reading.reason}
    return found | {name: text for name, text in texts.items() if text}


def _unit(unit: Unit) -> Json:
    facts = {"id": unit.id, "name": unit.name, "kind": unit.kind, "parent": unit.parent}
    return {name: text for name, text in facts.items() if text}


def _written(value: Value, indicator: Indicator) -> str | bool:
    if isinstance(value, bool | str):
        return value
    if not isinstance(value, Fraction):
        return value.isoformat()
    if indicator.kind == "ratio":
        return f"{value.numerator}/{value.denominator}"
    return f"{exact_text(value * 100)}%" if indicator.kind == "percent" else exact_text(value)
