"""A self-score against the appraised one under the same rules: which difference has which cause.

Causes are what the appraiser did: refused evidence, found another figure, found a figure missing, changed what findings
rest on, or declared other points. In each criterion they are split by Shapley value and add up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.reading import Reading, Readings
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.headroom import readings_of
from tieuchi.whatif.rescore import Touch
from tieuchi.whatif.shapley import shapley

Cause = Literal["refused", "figure", "missing", "finding", "declared", "not_applicable"]
CAUSES: tuple[Cause, ...] = ("refused", "figure", "missing", "not_applicable", "finding", "declared")


@dataclass(frozen=True, slots=True)
class Appraised:
    """One sub-criterion: points claimed and points found, what each cause took, and which readings differ.

    Points that are not settled count as the least they can be: what is not proven is not given.
    """

    criterion: str
    claimed: Fraction
    found: Fraction
    causes: tuple[tuple[Cause, Fraction], ...]
    readings: tuple[str, ...]


def appraise(plan: Plan, claimed: Readings, found: Readings, group: Sequence[Readings] = ()) -> tuple[Appraised, ...]:
    """Return every sub-criterion whose points differ, or whose readings do, in the order of the rulebook."""
    scorer, touch = Scorer(plan), Touch(plan)
    differing = {n: cause for n in {*claimed.values, *found.values} if (cause := _cause(n, claimed, found))}
    of_findings = {name for finding in plan.findings for name in finding.indicators}
    rows = []
    for leaf in plan.leaves:
        names = [n for n in dict.fromkeys([*leaf.indicators, *readings_of(touch, leaf)]) if n in differing]
        causes = {n: "finding" if n in of_findings and n not in leaf.indicators else differing[n] for n in names}
        players: list[Cause] = [c for c in CAUSES if c in causes.values()]
        if _declared(claimed, leaf) != _declared(found, leaf):
            players.append("declared")
        if not players:
            continue

        def worth(done: frozenset[Cause], leaf: LeafPlan = leaf, causes: dict[str, Cause] = causes) -> Fraction:
            mixed = _mixed(claimed, found, {n for n, c in causes.items() if c in done})
            declared = found.declared if "declared" in done else claimed.declared
            return scorer.score(replace(mixed, declared=declared), group)[leaf.id].low

        split = shapley(players, worth)
        ends = worth(frozenset()), worth(frozenset(players))
        rows.append(Appraised(leaf.id, ends[0], ends[1], tuple(split.items()), tuple(names)))
    return tuple(rows)


def _declared(readings: Readings, leaf: LeafPlan) -> Fraction | None:
    declared = readings.declared.get(leaf.id)
    return None if declared is None else declared.points


def _cause(name: str, claimed: Readings, found: Readings) -> Cause | None:
    before, after = claimed.values.get(name), found.values.get(name)
    if after is None:
        return "missing"
    if before is not None and (before.value, before.state) == (after.value, after.state):
        return None
    if after.state == "refused":
        return "refused"
    return "not_applicable" if after.state == "not_applicable" else "figure"


def _mixed(claimed: Readings, found: Readings, changed: set[str]) -> Readings:
    """Return the claimed readings with some as the appraiser found them."""
    values: dict[str, Reading] = dict(claimed.values)
    for name in changed:
        values.pop(name, None)
        if name in found.values:
            values[name] = found.values[name]
    return replace(claimed, values=values)
