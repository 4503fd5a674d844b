"""One number of a rulebook that can be turned, and what of the plan turns with it.

A dial is *stepped* if all that moves with it are ends of pieces: then a unit's points change only where the end passes
the unit's own value. Everything else (a slope's end, the points of a band, a tested condition) is a *free* dial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tieuchi.errors import Issue, Position, ScenarioError, UnknownNameError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.scenario_apply import changed_rulebook, no_value
from tieuchi.loading.tree_paths import criteria_of, edited, resolve
from tieuchi.loading.yaml_source import Node
from tieuchi.model.canonical import Piece, Test
from tieuchi.model.lowering import applies_tests, routes_of
from tieuchi.model.number import exact_text
from tieuchi.model.plan import LeafPlan, Plan, compile_plan
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scenario import Change
from tieuchi.scoring.inverse import own_tests, tests_of_leaf
from tieuchi.whatif.touches import number_at


@dataclass(frozen=True, slots=True)
class Edge:
    """The end between two pieces of a route, ``factor * dial + offset`` of the value."""

    leaf: int
    route: int
    piece: int
    factor: Fraction
    offset: Fraction


class Rules:
    """A rulebook whose numbers can be turned, with its plan."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.book = rulebook_of(root)
        self.plan = compile_plan(self.book)

    def turned(self, values: dict[str, Fraction], at: Position | None = None) -> Plan:
        """Return the plan with some numbers changed; ``at`` is who asked for it.

        Raises:
            ScenarioError: The changed rulebook is refused.
        """
        changes = tuple(
            Change(name, exact_text(v), at or Position(f"{name}={exact_text(v)}")) for name, v in values.items()
        )
        return compile_plan(changed_rulebook(self.root, changes)[1])

    def leaf_maker(self, place: int, path: str) -> Callable[[Fraction], LeafPlan] | None:
        """Return what makes one sub-criterion at a value of one of its own numbers; None for a number elsewhere.

        Only the sub-criterion is read again; whether the rulebook takes the value is not asked.
        """
        leaf, whole = self.plan.leaves[place], resolve(self.root, path)
        own = dict(criteria_of(self.root))[leaf.id]
        if whole[: len(own)] != own:
            return None
        node, inside = self.root.at(own), whole[len(own) :]
        above = leaf.applies[: len(leaf.applies) - len(applies_tests(leaf.criterion))]

        def made(value: Fraction) -> LeafPlan:
            changed = edited(node, inside, lambda old: replace(old, text=exact_text(value)))
            criterion = Criterion.model_validate(_filled(changed.plain()))
            routes = routes_of(criterion, self.plan.indicators)
            return replace(leaf, criterion=criterion, routes=routes, applies=(*above, *applies_tests(criterion)))

        return made


def _filled(tree: Any) -> Any:
    """Return plain data without the keys that nothing was given for."""
    if isinstance(tree, dict):
        return {key: _filled(value) for key, value in tree.items() if value is not None}
    return [_filled(part) for part in tree] if isinstance(tree, list) else tree


@dataclass(frozen=True, slots=True)
class Dial:
    """One number of a rulebook: its path, what it says, the sub-criteria that turn with it, its edges if stepped."""

    path: str
    base: Fraction
    leaves: tuple[int, ...]
    edges: tuple[Edge, ...]
    percent: bool = False
    """Whether the rulebook writes it in per cent."""

    @property
    def stepped(self) -> bool:
        """Whether only ends of pieces move with it."""
        return bool(self.edges)


def dial_of(rules: Rules, change: Change | str, near: Sequence[Fraction] = ()) -> Dial:
    """Return the dial at a path.

    Args:
        rules: The rulebook.
        change: The path, or a change that names it.
        near: Values it shall be turned to; those that the rulebook takes tell how the plan turns.

    Raises:
        ScenarioError: There is no number at the path.

    Example:
        >>> from tieuchi.loading.rulebook import rulebook_tree
        >>> dial = dial_of(Rules(rulebook_tree("par-index-province/2017")), "8.2/b/at_least")
        >>> dial.stepped, dial.base, dial.edges[0].piece
        (True, Fraction(1, 10), 0)
    """
    asked = change if isinstance(change, Change) else Change(change, "", Position(change))
    base = _base(rules, asked)
    probes = _probes(rules, asked.name, base, near)
    leaves = tuple(place for place in range(len(rules.plan.leaves)) if _turns(rules.plan, place, probes))
    percent = "%" in rules.root.at(resolve(rules.root, asked.name)).text
    edges: list[Edge] = []
    for place in leaves:
        found = _edges(rules.plan, place, base, probes)
        if found is None:
            return Dial(asked.name, base, leaves, (), percent)
        edges += found
    return Dial(asked.name, base, leaves, tuple(edges), percent)


def _base(rules: Rules, change: Change) -> Fraction:
    try:
        found = number_at(rules.root, change.name)
    except UnknownNameError as error:
        facts = {"name": change.name, "nearest": error.nearest or ""}
        raise ScenarioError([Issue("S701", change.at, facts=facts)]) from None
    if found is None:
        raise ScenarioError([no_value(rules.root, change, resolve(rules.root, change.name))])
    return found


def _turns(base: Plan, place: int, probes: dict[Fraction, Plan]) -> bool:
    """Say whether a sub-criterion turns, itself or with the findings that its points rest on."""
    leaf = base.leaves[place]
    return any(
        _shape(plan.leaves[place]) != _shape(leaf) or tested(plan, leaf) != tested(base, leaf)
        for plan in probes.values()
    )


def tested(plan: Plan, leaf: LeafPlan) -> list[Test]:
    """Return every test of findings that the points of a sub-criterion rest on."""
    own = set(own_tests(leaf))
    return [test for test in tests_of_leaf(plan, leaf) if test not in own]


def _shape(leaf: LeafPlan) -> tuple[object, ...]:
    """Return what of a leaf decides points."""
    return leaf.routes, leaf.applies, leaf.criterion.max_points, leaf.floor, leaf.consequences, leaf.criterion.rounding


def _probes(rules: Rules, path: str, base: Fraction, near: Sequence[Fraction]) -> dict[Fraction, Plan]:
    """Return the plan at a few values that the rulebook takes."""
    small = abs(base) / 1000 or Fraction(1, 1000)
    found: dict[Fraction, Plan] = {}
    for value in (*near, base + small, base - small, base + 2 * small, base - 2 * small, base + 1, base - 1):
        if value == base or value in found:
            continue
        try:
            found[value] = rules.turned({path: value})
        except ScenarioError:
            continue
        if len(found) == 3:
            break
    return found


def _edges(base: Plan, place: int, at: Fraction, probes: dict[Fraction, Plan]) -> list[Edge] | None:
    """Return the ends that move, as straight lines in the dial; None where something else moves too."""
    leaf = base.leaves[place]
    if leaf.declared or len(probes) < 2 or any(tested(plan, leaf) != tested(base, leaf) for plan in probes.values()):
        return None
    edges: list[Edge] = []
    for index, route in enumerate(leaf.routes):
        others = {v: plan.leaves[place].routes for v, plan in probes.items()}
        if any(len(routes) != len(leaf.routes) for routes in others.values()):
            return None
        for piece, first in enumerate(route.pieces[:-1]):
            ends = {at: first.upper.at}
            for value, routes in others.items():
                if len(routes[index].pieces) != len(route.pieces):
                    return None
                ends[value] = routes[index].pieces[piece].upper.at
            line = _line(ends)
            if line is None or line[0] < 0:
                return None
            if line[0]:
                edges.append(Edge(place, index, piece, *line))
    rest = _without(leaf, edges)
    same = all(_shape(_without(plan.leaves[place], edges)) == _shape(rest) for plan in probes.values())
    return edges if same and edges else None


def _line(ends: dict[Fraction, Fraction | None]) -> tuple[Fraction, Fraction] | None:
    """Return factor and offset of the line through some points, or None where they are on none."""
    if any(end is None for end in ends.values()):
        return None
    (x0, y0), (x1, y1), *rest = ((x, y) for x, y in ends.items() if y is not None)
    factor = (y1 - y0) / (x1 - x0)
    offset = y0 - factor * x0
    return (factor, offset) if all(factor * x + offset == y for x, y in rest) else None


def _without(leaf: LeafPlan, edges: Sequence[Edge]) -> LeafPlan:
    """Return a leaf with the ends that move taken out."""
    moved = {(edge.route, edge.piece) for edge in edges}
    routes = []
    for index, route in enumerate(leaf.routes):
        pieces: list[Piece] = []
        for place, piece in enumerate(route.pieces):
            upper = piece.upper._replace(at=None) if (index, place) in moved else piece.upper
            lower = piece.lower._replace(at=None) if (index, place - 1) in moved else piece.lower
            pieces.append(piece._replace(lower=lower, upper=upper))
        routes.append(route._replace(pieces=tuple(pieces)))
    return replace(leaf, routes=tuple(routes), ranges=())
