"""Explanations as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tieuchi.explain import Ledger, NextStep
from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.card_json import number_json, reference_json
from tieuchi.render.numbers import exact_value

SCHEMA = "tieuchi/ledger/1"
Json = dict[str, Any]


def ledger_json(card: Scorecard, ledger: Ledger, steps: Mapping[str, NextStep | None]) -> Json:
    """Return the ledger of lost points; the rows' ``lost.exact`` add up exactly to the top's."""
    book = card.plan.book
    places = book.shown.points
    rows = []
    for row in ledger.rows:
        found: Json = {
            "criterion": row.criterion,
            "field": row.field,
            "owner": row.owner,
            "cause": row.cause,
            "clause": row.clause,
            "finding": row.finding,
            "lost": number_json(row.lost, places, book),
            "reference": reference_json(row.reference),
            "basis": row.basis,
            "next_step": step_json(steps.get(row.criterion)),
        }
        if row.lost is None:
            found["interval"] = _interval((row.least, row.most))
        rows.append(found)
    return {
        "schema": SCHEMA,
        "rulebook": book.id,
        "unit": card.readings.unit.id,
        "lost": number_json(ledger.lost, places, book),
        "interval": None if ledger.lost is not None else _interval((ledger.least, ledger.most)),
        "by_field": {name: _interval(ends) for name, ends in ledger.by_field().items()},
        "by_owner": {name: _interval(ends) for name, ends in ledger.by_owner().items()},
        "rows": rows,
    }


def _interval(ends: tuple[Fraction, Fraction]) -> Json:
    return {"low": exact_text(ends[0]), "high": exact_text(ends[1])}


def step_json(step: NextStep | None) -> Json | None:
    """Return a next step, its numbers exact."""
    if step is None:
        return None
    found: Json = {
        "indicator": step.indicator,
        "value": exact_value(step.value),
        "target": exact_value(step.target),
        "gain": exact_text(step.gain),
        "clause": step.clause,
        "part_of": step.whole,
    }
    if isinstance(step.value, Fraction) and isinstance(step.target, Fraction):
        found["change"] = exact_text(step.target - step.value)
    return found
