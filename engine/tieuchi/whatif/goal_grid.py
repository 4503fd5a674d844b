"""What a goal can choose from: for each group of readings that act together, every combination worth having.

Readings that reach a common sub-criterion form one group, since their effects there do not add up; a group's options
are all combinations of its readings' values on the grid, each scored exactly, less those that cost more and gain no
more than another. Between groups effects add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from tieuchi.model.canonical import Quotient, Relative
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scenario import GoalPlan, Limit
from tieuchi.whatif.critical import critical_values
from tieuchi.whatif.headroom import Surveyor, candidates
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.reach import Room
from tieuchi.whatif.rescore import Desk

MOST_JOINT = 20_000
"""Combinations of one group that are scored; beyond, its grids are thinned evenly and the answer says so."""
MOST_ON_SLOPE = 200
POINT = Fraction(1, 100)
"""How finely a share is changed on a slope, where the plan does not say."""

Value = Fraction | bool | str


@dataclass(frozen=True, slots=True)
class Option:
    """Some readings changed together: what it costs, and what the total gains."""

    changes: tuple[tuple[str, Value], ...]
    effort: Fraction
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Grid:
    """The options of every group, doing nothing not among them. ``whole`` unless some grid had to be thinned."""

    groups: tuple[tuple[Option, ...], ...]
    free: tuple[str, ...]
    fixed: tuple[str, ...]
    values: dict[str, tuple[Value, ...]]
    whole: bool


def grid_of(surveyor: Surveyor, plan: GoalPlan, progress: Progress = silent) -> Grid:
    """Return everything a goal can choose from."""
    desk = surveyor.desk
    known = [name for name in desk.plan.indicators if name in desk.inputs.values and name in desk.touch.leaves]
    held = set(plan.fixed) | (fixed_by_default(desk.plan) - set(plan.free) - set(plan.only))
    free = [n for n in known if n not in held and (not plan.only or n in plan.only)]
    values = {name: tuple(_values(surveyor, name, plan.limits.get(name, Limit()))) for name in free}
    free = [name for name in free if values[name]]
    groups, whole = [], True
    apart = _groups(desk, free)
    for done, names in enumerate(apart):
        lists = [(desk.inputs.values[name], *values[name]) for name in names]
        if prod(map(len, lists)) > MOST_JOINT:
            lists, whole = _thinned(lists), False
        options = _pareto(_options(surveyor, names, lists, plan))
        if options:
            groups.append(options)
        progress(done + 1, len(apart))
    fixed = tuple(name for name in known if name not in free)
    return Grid(tuple(groups), tuple(free), fixed, values, whole)


def fixed_by_default(plan: Plan) -> set[str]:
    """Return what one does not change to gain points: wholes, bases of comparison, and what findings rest on."""
    names = {i.part_of for i in plan.indicators.values() if i.part_of}
    for leaf in plan.leaves:
        for route in leaf.routes:
            if isinstance(route.measured, (Quotient, Relative)):
                form = route.measured if isinstance(route.measured, Quotient) else route.measured.quotient
                if form.kind != "survey_mean":
                    names |= set(form.denominator.indicators)
    for finding in plan.findings:
        names |= set(finding.indicators)
    counted = {c.for_each for leaf in plan.leaves for _, c in leaf.consequences if c.for_each}
    return names | counted


def _values(surveyor: Surveyor, name: str, limit: Limit) -> Iterator[Value]:
    """Yield the values of one reading on the grid, other than what it is."""
    desk = surveyor.desk
    now = desk.inputs.values[name]
    if isinstance(now, bool):
        yield not now
        return
    if isinstance(now, str):
        yield from (choice for choice in desk.plan.indicators[name].choices if choice != now)
        return
    found: set[Fraction] = set()
    room = _room(surveyor.reach.room(name, desk.inputs), limit)
    for place in desk.touch.leaves[name]:
        leaf = desk.plan.leaves[place]
        edges = critical_values(desk.plan, leaf, name, desk.inputs, room, desk.bests)
        found |= {v for sign in (1, -1) for v in candidates(edges, now, room, sign) if not _short(v, edges, room, sign)}
        if _slopes(leaf, name):
            found |= set(_on_slope(now, room, limit))
    single = {now + room.grain, now - room.grain} if not room.whole else set()
    yield from sorted(found - {now} - single)


def _short(value: Fraction, edges: list[Fraction], room: Room, sign: int) -> bool:
    """Say whether a value stands a grain short of an edge: one goes on to the edge."""
    return not room.whole and value not in edges and value + sign * room.grain in edges


def _room(room: Room, limit: Limit) -> Room:
    low = max((e for e in (room.low, limit.at_least) if e is not None), default=None)
    high = min((e for e in (room.high, limit.at_most) if e is not None), default=None)
    return Room(low, high, room.grain, room.whole)


def _slopes(leaf: LeafPlan, name: str) -> bool:
    for route in leaf.routes:
        measured = route.measured
        form = measured if isinstance(measured, Quotient) else getattr(measured, "quotient", None)
        if form is not None and name in form.indicators and any(piece.rate for piece in route.pieces):
            return True
    return False


def _on_slope(now: Fraction, room: Room, limit: Limit) -> Iterator[Fraction]:
    """Yield even steps from where the unit stands to both ends of its room."""
    step = limit.step or (room.grain if room.whole else max(room.grain, POINT))
    for end, sign in ((room.high, 1), (room.low, -1)):
        count = MOST_ON_SLOPE if end is None else int(abs(end - now) / step)
        stride = max(-(-count // MOST_ON_SLOPE), 1)
        for place in range(stride, count + 1, stride):
            value = now + sign * step * place
            if room.holds(value) and (not room.whole or value.denominator == 1):
                yield value


def _groups(desk: Desk, free: Iterable[str]) -> list[list[str]]:
    """Return the readings by group: those that reach a common sub-criterion stand together."""
    groups: list[tuple[set[str], set[int]]] = []
    for name in free:
        names, leaves = {name}, set(desk.touch.leaves[name])
        apart = []
        for other in groups:
            if other[1] & leaves:
                names, leaves = names | other[0], leaves | other[1]
            else:
                apart.append(other)
        groups = [*apart, (names, leaves)]
    order = list(desk.plan.indicators)
    return [sorted(names, key=order.index) for names, _ in groups]


def _thinned(lists: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """Return fewer values of the longest lists, the first (as it is) and the ends kept."""
    lists = list(lists)
    while prod(map(len, lists)) > MOST_JOINT:
        longest = max(range(len(lists)), key=lambda place: len(lists[place]))
        kept = lists[longest]
        lists[longest] = (kept[0], *kept[1::2][:-1], kept[-1]) if len(kept) > 3 else kept[:2]
    return lists


def _options(surveyor: Surveyor, names: list[str], lists: list[tuple[Value, ...]], plan: GoalPlan) -> Iterator[Option]:
    desk = surveyor.desk
    now, base = desk.inputs.values, desk.total.points
    assert base is not None
    for values in product(*lists):
        changes = {n: v for n, v in zip(names, values, strict=True) if v != now[n]}
        if not changes or not _agree(surveyor, changes):
            continue
        points = desk.attempt(changes).total.points
        if points is not None and points > base:
            effort = sum((effort_of(desk, n, v, plan) for n, v in changes.items()), Fraction(0))
            yield Option(tuple(changes.items()), effort, points - base)


def _agree(surveyor: Surveyor, changes: dict[str, Value]) -> bool:
    """Say whether changed parts and wholes still agree."""
    if len(changes) == 1:
        return True
    values = {**surveyor.desk.inputs.values, **changes}
    return all(not isinstance(v, Fraction) or surveyor.reach.room(n, values).holds(v) for n, v in changes.items())


def effort_of(desk: Desk, name: str, value: Value, plan: GoalPlan) -> Fraction:
    """Return what a change costs: by the plan, else as a share of the unit's own count.

    A reading that is part of a whole is set against the whole, a share against 100%, anything else against itself; a
    yes or no costs one, and so does a choice.
    """
    now = desk.inputs.values[name]
    indicator = desk.plan.indicators[name]
    each = plan.limits[name].effort if name in plan.limits else None
    if not isinstance(now, Fraction) or not isinstance(value, Fraction):
        return Fraction(1) if each is None else each
    shares = indicator.kind in ("percent", "ratio")
    size = abs(value - now) * (100 if shares and each is not None else 1)
    if each is not None:
        return size * each
    if shares:
        return size
    if indicator.kind == "date":
        return size / 365
    whole = desk.inputs.values.get(indicator.part_of or "")
    against = whole if isinstance(whole, Fraction) and whole else abs(now)
    return size / max(against, Fraction(1))


def _pareto(options: Iterable[Option]) -> tuple[Option, ...]:
    """Return the options that no other beats in both cost and gain, the cheapest first."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda o: (o.effort, -o.gain, len(o.changes))):
        if not kept or option.gain > kept[-1].gain:
            kept.append(option)
    return tuple(kept)
