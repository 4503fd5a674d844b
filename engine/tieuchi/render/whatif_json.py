"""A what-if, and what a place touches, as JSON. Exact numbers are text."""

from __future__ import annotations

from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Score
from tieuchi.render.numbers import exact_value
from tieuchi.whatif.difference import Difference, Moved
from tieuchi.whatif.run import ReadingEdit, WhatIf
from tieuchi.whatif.touches import Touches

Json = dict[str, Any]


def whatif_json(found: WhatIf) -> Json:
    """Return a what-if with its diff."""
    return {
        "schema": "tieuchi/whatif/1",
        "title": found.scenario.title or None,
        "readings": [_reading(edit) for edit in found.readings],
        "rules": [
            {"path": edit.change.name, "before": edit.before, "after": edit.change.text, "at": str(edit.change.at)}
            for edit in found.rules
        ],
        "idle": [change.name for change in found.idle],
        **difference_json(found.difference),
    }


def _reading(edit: ReadingEdit) -> Json:
    ends = {"before": edit.before, "after": edit.after}
    values = {
        key: None if reading is None or reading.value is None else exact_value(reading.value)
        for key, reading in ends.items()
    }
    return {"indicator": edit.change.name, **values, "at": str(edit.change.at)}


def difference_json(found: Difference) -> Json:
    """Return totals and every sub-criterion that moved."""
    return {
        "rulebooks": [found.before.plan.book.id, found.after.plan.book.id],
        "unit": found.after.readings.unit.id,
        "total": {"before": _node(found.before.total), "after": _node(found.after.total), "gain": _gain(found)},
        "grade": {"before": list(found.before.grades_possible), "after": list(found.after.grades_possible)},
        "moved": [_moved(moved) for moved in found.moved],
    }


def _gain(found: Difference | Moved) -> str | None:
    return None if found.gain is None else exact_text(found.gain)


def _moved(moved: Moved) -> Json:
    before, after = moved.clauses
    return {
        "criterion": moved.criterion,
        "before": _node(moved.before),
        "after": _node(moved.after),
        "gain": _gain(moved),
        "clause": {"before": before, "after": after},
    }


def _node(node: Score | None) -> Json | None:
    if node is None:
        return None
    points = None if node.points is None else exact_text(node.points)
    found: Json = {"points": points, "state": node.state}
    if node.points is None and node.state != "not_applicable":
        found["interval"] = {"low": exact_text(node.low), "high": exact_text(node.high)}
    return found


def touches_json(found: Touches) -> Json:
    """Return what a place can reach."""
    return {
        "schema": "tieuchi/touches/1",
        "name": found.name,
        "kind": found.kind,
        "value": found.value or None,
        "reached": [
            {
                "criterion": reached.criterion,
                "points": {"least": exact_text(reached.least), "most": exact_text(reached.most)},
                "through": list(reached.through),
                "indicators": list(reached.indicators),
                "thresholds": list(reached.thresholds),
            }
            for reached in found.reached
        ],
    }
