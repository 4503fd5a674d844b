"""A comparison as JSON; in each row ``rules + performance + open`` is the difference, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.whatif.appraise import Appraised
from tieuchi.whatif.compare import Comparison, Effect

Json = dict[str, Any]


def comparison_json(found: Comparison, rows: Sequence[Appraised] = ()) -> Json:
    """Return every effect, the total apart."""
    return {
        "schema": "tieuchi/compare/1",
        "rulebooks": [found.before.plan.book.id, found.after.plan.book.id],
        "unit": found.after.readings.unit.id,
        "total": _effect(found.total),
        "criteria": [_effect(effect) for effect in found.effects[1:]],
        "appraisal": [
            {
                "criterion": row.criterion,
                "claimed": exact_text(row.claimed),
                "found": exact_text(row.found),
                "causes": {cause: exact_text(points) for cause, points in row.causes},
                "readings": list(row.readings),
            }
            for row in rows
        ],
    }


def _effect(effect: Effect) -> Json:
    found: Json = {"criterion": effect.criterion or None, "level": effect.level, "only": effect.only or None}
    for name in ("before", "after", "gain", "rules", "performance", "open"):
        value: Fraction | None = getattr(effect, name)
        found[name] = None if value is None else exact_text(value)
    return found
