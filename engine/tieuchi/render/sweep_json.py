"""Sweeps, breakpoints and cut-offs as JSON. Exact numbers are text; totals are points, rounded to the quantum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.number import exact_text
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.cutoff import Bunching, CutOff, NearMiss, Solution
from tieuchi.whatif.sweep import Sweep

Json = dict[str, Any]


def sweep_json(found: Sweep) -> Json:
    """Return every variant with the totals of all units, null where one is not settled."""
    cohort = found.cohort
    winners, losers = found.gained
    return {
        "schema": "tieuchi/sweep/1",
        "rulebook": cohort.plan.book.id,
        "units": list(cohort.names),
        "unsettled": [cohort.names[unit] for unit in found.left_out],
        "now": {dial.path: exact_text(dial.base) for dial in found.dials},
        "totals_now": _totals(cohort, cohort.totals, cohort.settled),
        "variants": [
            {
                "setting": [exact_text(v) for v in found.setting(variant)],
                "winners": int(winners[variant]),
                "losers": int(losers[variant]),
                "ranks_moved": found.shifted(variant),
                "totals": _totals(cohort, found.totals[variant], found.settled(variant)),
            }
            for variant in found.variants()
        ],
        "refused": int((~found.valid).sum()),
    }


def _totals(cohort: Cohort, totals: NDArray[Any], settled: NDArray[np.bool_]) -> list[str | None]:
    pairs = zip(totals.tolist(), settled.tolist(), strict=True)
    return [exact_text(cohort.points_of(total)) if known else None for total, known in pairs]


def breakpoints_json(found: Breakpoints, inside: tuple[Fraction, Fraction] | None) -> Json:
    """Return every breakpoint with who changes, and how; ranks are among the units that are settled."""
    cohort = found.cohort
    rows = [
        {
            "value": exact_text(passing.point.value),
            "changes": "at" if passing.point.at else "beyond",
            "units": {cohort.names[u]: exact_text(cohort.points_of(change)) for u, change in passing.changes.items()},
            "ranks": {cohort.names[u]: list(pair) for u, pair in passing.ranks.items()},
        }
        for passing in found.passings(inside)
    ]
    return {
        "schema": "tieuchi/breakpoints/1",
        "path": found.dial.path,
        "now": exact_text(found.dial.base),
        "low": None if found.low is None else exact_text(found.low),
        "high": None if found.high is None else exact_text(found.high),
        "unsettled": [cohort.names[unit] for unit in found.left_out],
        "breakpoints": rows,
    }


def solution_json(
    cohort: Cohort, found: Solution, near: tuple[Sequence[NearMiss], Sequence[NearMiss]], bunch: Bunching | None
) -> Json:
    """Return the cut-off for a share, the near misses and the bunching."""
    return {
        "schema": "tieuchi/solve/1",
        "path": found.dial.path,
        "now": exact_text(found.dial.base),
        "wanted": exact_text(found.wanted),
        "points": None if found.points is None else exact_text(found.points),
        "exact": found.exact,
        "left_out": [cohort.names[unit] for unit in found.left_out],
        "nearest": _cut(found.nearest),
        "other": None if found.other is None else _cut(found.other),
        "short": [_miss(cohort, miss) for miss in near[0]],
        "beyond": [_miss(cohort, miss) for miss in near[1]],
        "bunching": None
        if bunch is None
        else {
            "width": exact_text(bunch.width),
            "above": bunch.above,
            "below": bunch.below,
            "chance": exact_text(bunch.chance),
        },
    }


def _cut(cut: CutOff) -> Json:
    low, high = cut.interval.low, cut.interval.high
    return {
        "value": exact_text(cut.value),
        "passed": cut.passed,
        "units": cut.units,
        "low": None if low is None else exact_text(low),
        "low_closed": cut.interval.low_closed,
        "high": None if high is None else exact_text(high),
        "high_closed": cut.interval.high_closed,
    }


def _miss(cohort: Cohort, miss: NearMiss) -> Json:
    return {"unit": cohort.names[miss.unit], "value": exact_text(miss.value), "beyond": exact_text(miss.beyond)}
