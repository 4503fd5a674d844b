"""A rulebook of very many sub-criteria, for what must stay quick on one."""

from __future__ import annotations

from typing import Any

from small_books import Tree, book_tree, leaf

BANDS = [
    {"clause": "a", "at_least": "80%", "points": "1"},
    {"clause": "b", "at_least": "50%", "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]


def many_criteria(count: int) -> Tree:
    """Return a rulebook of ratios by bands, ratios in proportion, deductions, checklists and branches, in turn."""
    criteria = []
    indicators: dict[str, Any] = {}
    for number in range(count):
        done, whole, wrong, plan = (f"{name}{number}" for name in ("done", "all", "wrong", "plan"))
        indicators[whole] = {"kind": "count", "range": {"at_least": "1"}}
        indicators[done] = {"kind": "count", "part_of": whole}
        indicators[wrong] = {"kind": "count"}
        indicators[plan] = {"kind": "yes_no"}
        ratio = {"value": {"ratio": [done, whole]}}
        parts = [{"clause": "a", "indicator": plan, "points": "0.5"}]
        parts.append({"clause": "b", "when": {"indicator": done, "at_least": "5"}, "points": "0.5"})
        branches = [
            {"clause": "x", "when": {"indicator": wrong, "exactly": "0"}, "points": "1"},
            {"clause": "y", "otherwise": "true", "scale": {"bands": BANDS}},
        ]
        scales: tuple[tuple[Tree, Tree], ...] = (
            ({"bands": BANDS}, ratio),
            ({"linear": {}}, ratio),
            ({"deduction": {"each": "0.25"}}, {"value": {"count": wrong}}),
            ({"checklist": parts}, {}),
            ({"branches": branches}, ratio),
        )
        scale, more = scales[number % len(scales)]
        criteria.append(leaf(scale, id=f"c{number}", **more))
    return book_tree(*criteria, indicators=indicators)
