"""What a threshold or an indicator can reach: sub-criteria, findings, thresholds, and the points at stake."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieuchi.errors import UnknownNameError
from tieuchi.loading.tree_paths import names_below, resolve
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import parse_number
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.whatif.rescore import Touch


@dataclass(frozen=True, slots=True)
class Reached:
    """One sub-criterion that can be reached, through which findings if not by itself, and its points from to."""

    criterion: str
    least: Fraction
    most: Fraction
    through: tuple[str, ...]
    indicators: tuple[str, ...]
    thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touches:
    """All that one name reaches."""

    name: str
    kind: str
    value: str
    reached: tuple[Reached, ...]


def touches(root: Node, plan: Plan, name: str) -> Touches:
    """Return what an indicator, a path of the rulebook or a criterion can reach.

    Raises:
        UnknownNameError: There is no such indicator and no such place; it names the nearest.

    Example:
        >>> from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
        >>> from tieuchi.model.plan import compile_plan
        >>> root = rulebook_tree("par-index-province/2017")
        >>> [r.criterion for r in touches(root, compile_plan(rulebook_of(root)), "enterprises_new").reached]
        ['8.2']
    """
    names = list(names_below(root))
    if name in plan.indicators:
        touch = Touch(plan)
        leaves = [plan.leaves[place] for place in touch.leaves.get(name, ())]
        reached = tuple(_reached(leaf, plan, names, _through(leaf, name, touch, plan)) for leaf in leaves)
        return Touches(name, "indicator", "", reached)
    try:
        node = root.at(resolve(root, name))
    except UnknownNameError as error:
        raise UnknownNameError("place", name, [*error.known, *plan.indicators, *names]) from None
    first = name.split("/")[0]
    if first in plan.by_id:
        leaves = [plan.by_id[first]]
    elif first == "findings":
        finding = name.split("/")[1] if "/" in name else None
        leaves = [leaf for leaf in plan.leaves if _of_finding(leaf, plan, finding)]
    else:
        below = [leaf for leaf in plan.leaves if first in leaf.ancestors]
        leaves = below or list(plan.leaves)
    reached = tuple(_reached(leaf, plan, names, ()) for leaf in leaves)
    return Touches(name, "path", node.text if node.kind == "scalar" else "", reached)


def _of_finding(leaf: LeafPlan, plan: Plan, finding: str | None) -> bool:
    return any(finding in (None, plan.findings[index].finding.id) for index, _ in leaf.consequences)


def _through(leaf: LeafPlan, name: str, touch: Touch, plan: Plan) -> tuple[str, ...]:
    if name in leaf.indicators:
        return ()
    own = dict.fromkeys(plan.findings[index].finding.id for index, _ in leaf.consequences)
    counted = {plan.findings[i].finding.id for i, c in leaf.consequences if c.for_each == name}
    return tuple(f for f in own if f in touch.findings.get(name, ()) or f in counted)


def _reached(leaf: LeafPlan, plan: Plan, names: list[str], through: tuple[str, ...]) -> Reached:
    read = dict.fromkeys(leaf.indicators)
    for index, consequence in leaf.consequences:
        read.update(dict.fromkeys(plan.findings[index].indicators))
        if consequence.for_each:
            read[consequence.for_each] = None
    most = leaf.criterion.max_points
    lows = [low for low, _ in leaf.ranges] or [leaf.floor]
    least = leaf.floor if leaf.consequences else min(lows)
    return Reached(leaf.id, least, most, through, tuple(read), tuple(_thresholds(leaf.id, names)))


NUMBERS_OF = (
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "exactly",
    "full_at",
    "zero_at",
    "cut_off",
    "points",
    "start_points",
    "below_cut_off",
    "allowed",
    "each",
    "per",
    "floor",
    "base",
    "up_to",
    "target",
    "at_target",
    "on_time",
    "some_late",
    "not_done",
    "late",
    "in_grace",
    "grace_days",
    "by",
    "before",
)


def _thresholds(criterion: str, names: list[str]) -> list[str]:
    """Return the shortest names of the numbers of one scale, as a what-if takes them."""
    own = [name for name in names if name.startswith(f"{criterion}/") and name.rsplit("/", 1)[1] in NUMBERS_OF]
    kinds = {name.split("/")[1] for name in own if len(name.split("/")) > 2}
    short = []
    for name in own:
        _, kind, *rest = name.split("/")
        if not rest or kind not in kinds or "/".join([criterion, *rest]) not in own:
            short.append(name)
    return short or own


def number_at(root: Node, name: str) -> Fraction | None:
    """Return the number that stands at a path, or None where something else does."""
    try:
        return parse_number(root.at(resolve(root, name)).text)
    except ValueError:
        return None
