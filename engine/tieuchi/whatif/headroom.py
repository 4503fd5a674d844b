"""Headroom: for each sub-criterion, the exact inverse of its scale.

For every reading a sub-criterion rests on, all others staying as they are: the least change that reaches each higher
step, in whole counts where it counts things, and what it gains; and the least change that would lose something.
Targets come from ``critical_values`` and each is scored exactly, so that what is told gains, and a count less does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tieuchi.explain.next_step import whole_of
from tieuchi.model.plan import LeafPlan
from tieuchi.model.scorecard import Trace
from tieuchi.whatif.critical import critical_values
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.reach import Reach, Room
from tieuchi.whatif.rescore import Desk, Figure, Touch

Direction = Literal["up", "down", "other"]


@dataclass(frozen=True, slots=True)
class Step:
    """One reading changed from ``value`` to ``target``.

    ``points`` are what the sub-criterion then has, ``gain`` what that is more than now (below zero: a loss),
    ``total_gain`` what the unit's total gains, which is more where the reading counts elsewhere too. ``just_beyond``:
    the edge itself does not reach, the target is the next value that can be read. ``whole`` is the reading that the
    changed one is a part of.
    """

    indicator: str
    value: Fraction | bool | str
    target: Fraction | bool | str
    direction: Direction
    points: Fraction
    gain: Fraction
    total_gain: Fraction | None
    clause: str | None
    just_beyond: bool = False
    whole: str | None = None

    @property
    def change(self) -> Fraction | None:
        """By how much the reading changes; None for a yes/no or a choice."""
        if isinstance(self.value, Fraction) and isinstance(self.target, Fraction):
            return self.target - self.value
        return None


@dataclass(frozen=True, slots=True)
class Headroom:
    """All steps of one sub-criterion: upwards by distance for each reading, then the nearest losses."""

    criterion: str
    trace: Trace
    gains: tuple[Step, ...]
    losses: tuple[Step, ...]


class Surveyor:
    """Measures headroom on one unit."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.plan = desk.plan
        self.reach = Reach(desk.plan)

    def all(self, progress: Progress = silent) -> tuple[Headroom, ...]:
        """Return the headroom of every sub-criterion that has points, in the order of the rulebook."""
        found = []
        for place, leaf in enumerate(self.plan.leaves):
            found += [self.headroom(leaf.id)] if self._open(leaf) else []
            progress(place + 1, len(self.plan.leaves))
        return tuple(found)

    def _open(self, leaf: LeafPlan) -> bool:
        return self.desk.traces[leaf.index].points is not None and not leaf.declared

    def headroom(self, criterion: str) -> Headroom:
        """Return the headroom of one sub-criterion; nothing where its points are declared or not settled.

        Example:
            >>> from tieuchi.api import load_readings, load_rulebook
            >>> from tieuchi.model.plan import compile_plan
            >>> book = load_rulebook("par-index-province/2017")
            >>> desk = Desk(compile_plan(book), load_readings("soc-trang-2017", book))
            >>> [(s.indicator, s.change, s.gain) for s in Surveyor(desk).headroom("5.6.1").gains][0]
            ('commune_civil_servants_meeting_standards', Fraction(18, 1), Fraction(1, 2))
        """
        leaf = self.plan.by_id[criterion]
        trace = self.desk.traces[leaf.index]
        if not self._open(leaf):
            return Headroom(criterion, trace, (), ())
        gains: list[Step] = []
        losses: list[Step] = []
        for name in readings_of(self.desk.touch, leaf):
            steps = list(self.steps(leaf, name))
            gains += [step for step in steps if step.gain > 0]
            losses += [step for step in steps if step.gain < 0]
        return Headroom(criterion, trace, tuple(gains), tuple(losses))

    def steps(self, leaf: LeafPlan, name: str) -> Iterator[Step]:
        """Yield the steps of one reading: those that gain, by distance, and on each side the first that loses."""
        now = self.desk.inputs.values.get(name)
        trace = self.desk.traces[leaf.index]
        if now is None or trace.points is None:
            return
        if not isinstance(now, Fraction):
            for target in _alternatives(self.desk, name, now):
                step = self._step(leaf, name, now, target, "other")
                if step is not None and step.gain:
                    yield step
            return
        room = self.reach.room(name, self.desk.inputs)
        edges = critical_values(self.plan, leaf, name, self.desk.inputs, room, self.desk.bests)
        sides: tuple[tuple[Direction, int], ...] = (("up", 1), ("down", -1))
        for direction, sign in sides:
            found = list(self._side(leaf, name, now, direction, candidates(edges, now, room, sign)))
            yield from _without_shadows(found, room)

    def _side(
        self, leaf: LeafPlan, name: str, now: Fraction, direction: Direction, targets: list[Fraction]
    ) -> Iterator[Step]:
        """Yield, away from where the unit stands, each target with more points than all before, and the first loss."""
        best = lost = self.desk.traces[leaf.index].points
        assert best is not None
        assert lost is not None
        before = now
        for target in targets:
            points = self.desk.leaf_with(leaf, {name: target}).points
            if points is not None and points > best:
                nearer = self._nearest(leaf, name, before, target, points)
                step = self._step(leaf, name, now, nearer, direction)
                assert step is not None
                yield step
                best = points
            elif points is not None and points < lost:
                if lost == self.desk.traces[leaf.index].points:
                    step = self._step(leaf, name, now, self._nearest(leaf, name, before, target, points), direction)
                    assert step is not None
                    yield step
                lost = points
            before = target

    def _nearest(self, leaf: LeafPlan, name: str, before: Fraction, target: Fraction, points: Fraction) -> Fraction:
        """Return the value nearest to ``before`` with the points of ``target``; between the two, points go one way."""
        room = self.reach.room(name, self.desk.inputs)
        grain = room.grain
        near, far = 0, int(abs(target - before) / grain)
        sign = 1 if target > before else -1
        while far - near > 1:
            middle = (near + far) // 2
            value = before + sign * grain * middle
            if self.desk.leaf_with(leaf, {name: value}).points == points:
                far = middle
            else:
                near = middle
        value = before + sign * grain * far
        reached = self.desk.leaf_with(leaf, {name: value}).points == points
        return value if reached and abs(value - before) < abs(target - before) else target

    def _step(self, leaf: LeafPlan, name: str, now: Figure, target: Figure, direction: Direction) -> Step | None:
        effect = self.desk.attempt({name: target})
        new = next(after for _, after in effect.touched if after.plan is leaf)
        points, old = new.points, self.desk.traces[leaf.index].points
        if points is None or old is None or now is None or target is None:
            return None
        total = None
        if effect.total.points is not None and self.desk.total.points is not None:
            total = effect.total.points - self.desk.total.points
        beyond = isinstance(target, Fraction) and self._beyond(leaf, name, target, direction)
        return Step(
            name, now, target, direction, points, points - old, total, new.clause, beyond,
            whole_of(self.desk.plan, leaf, name),
        )  # fmt: skip

    def _beyond(self, leaf: LeafPlan, name: str, target: Fraction, direction: Direction) -> bool:
        """Say whether a target is the next value after an edge that itself does not reach."""
        room = self.reach.room(name, self.desk.inputs)
        edges = critical_values(self.plan, leaf, name, self.desk.inputs, room, self.desk.bests)
        before = target - room.grain if direction == "up" else target + room.grain
        return not room.whole and target not in edges and before in edges


def _without_shadows(steps: list[Step], room: Room) -> Iterator[Step]:
    """Yield steps without those that only stand a grain before the next one, as on a slope that ends."""
    for place, step in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        near = following is not None and step.change is not None and following.change is not None
        shadow = near and abs(following.change - step.change) <= room.grain  # type: ignore[union-attr,operator]
        if room.whole or not place or not shadow or step.gain < 0 or following.gain < 0:  # type: ignore[union-attr]
            yield step


def candidates(edges: list[Fraction], now: Fraction, room: Room, sign: int) -> list[Fraction]:
    """Return the values on one side of where a unit stands that must be looked at, the nearest first.

    For a count the whole numbers on and on either side of each edge, for another reading each edge and its nearest
    neighbours; always the next value and the end of the room.
    """
    found: set[Fraction] = {now + sign * room.grain}
    for edge in edges:
        if room.whole:
            floor = edge.__floor__()
            found |= {Fraction(floor + offset) for offset in (-1, 0, 1, 2)}
        else:
            found |= {edge, edge - room.grain, edge + room.grain}
    found |= {end for end in (room.low, room.high) if end is not None}
    return sorted((v for v in found if room.holds(v) and (v - now) * sign > 0), key=lambda v: v * sign)


def readings_of(touch: Touch, leaf: LeafPlan) -> list[str]:
    """Return every reading that the points of a sub-criterion rest on, those of the rule itself first."""
    names = dict.fromkeys(leaf.indicators)
    names.update(dict.fromkeys(name for name, places in touch.leaves.items() if leaf.index in places))
    return list(names)


def _alternatives(desk: Desk, name: str, now: bool | str) -> list[bool | str]:
    """Return what else a yes/no or a choice can say."""
    if isinstance(now, bool):
        return [not now]
    return [choice for choice in desk.plan.indicators[name].choices if choice != now]
