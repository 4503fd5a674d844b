"""Headroom as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.numbers import exact_value
from tieuchi.whatif.headroom import Headroom, Step

Json = dict[str, Any]


def headroom_json(card: Scorecard, found: Sequence[Headroom]) -> Json:
    """Return every step of every sub-criterion, numbers exact."""
    return {
        "schema": "tieuchi/headroom/1",
        "rulebook": card.plan.book.id,
        "unit": card.readings.unit.id,
        "criteria": [
            {
                "criterion": headroom.criterion,
                "points": None if headroom.trace.points is None else exact_text(headroom.trace.points),
                "max_points": exact_text(headroom.trace.plan.criterion.max_points),
                "gains": [step_json(step) for step in headroom.gains],
                "losses": [step_json(step) for step in headroom.losses],
            }
            for headroom in found
        ],
    }


def step_json(step: Step) -> Json:
    """Return one step."""
    return {
        "indicator": step.indicator,
        "value": exact_value(step.value),
        "target": exact_value(step.target),
        "change": None if step.change is None else exact_text(step.change),
        "points": exact_text(step.points),
        "gain": exact_text(step.gain),
        "total_gain": None if step.total_gain is None else exact_text(step.total_gain),
        "clause": step.clause,
        "just_beyond": step.just_beyond,
        "part_of": step.whole,
    }
