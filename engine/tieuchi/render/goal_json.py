"""A goal as JSON."""

from __future__ import annotations

from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.numbers import exact_value
from tieuchi.whatif.goal import Goal


def goal_json(card: Scorecard, goal: Goal) -> dict[str, Any]:
    """Return the answer to a goal; its changes can be replayed as a scenario."""
    return {
        "schema": "tieuchi/goal/1",
        "rulebook": card.plan.book.id,
        "unit": card.readings.unit.id,
        "target": {"asked": goal.target.text, "points": exact_text(goal.target.points)},
        "left_out": list(goal.target.left_out),
        "status": goal.status,
        "before": exact_text(goal.before),
        "points": exact_text(goal.points),
        "effort": exact_text(goal.effort),
        "bound": None if goal.bound is None else exact_text(goal.bound),
        "changes": [
            {
                "indicator": taken.indicator,
                "before": exact_value(taken.before),
                "after": exact_value(taken.after),
                "effort": exact_text(taken.effort),
            }
            for taken in goal.changes
        ],
        "frontier": [{"effort": exact_text(r.effort), "points": exact_text(r.points)} for r in goal.frontier],
        "fixed": list(goal.grid.fixed),
        "grid_whole": goal.grid.whole,
    }
