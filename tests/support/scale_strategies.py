"""Hypothesis: scales of every kind, as trees that load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from small_books import Tree
from value_strategies import SHARES, THRESHOLDS, UNIT_KINDS, Drawn, Maker, number_text

LETTERS = "abcdefgh"
UP, DOWN = "higher_is_better", "lower_is_better"
WITHOUT_VALUE = ("lateness", "deadline", "checklist", "findings_only")
WITH_VALUE = (
    "bands", "bands", "linear", "any_violation", "deduction", "per_item", "increments",
    "relative_to_best", "target_and_leader",
)  # fmt: skip


@dataclass(frozen=True)
class Scaled:
    """A scale tree, the value it needs, and the direction that it may declare."""

    tree: Tree
    value: Drawn | None = None
    direction: str | None = None


class Scales:
    """Draws the scale of one sub-criterion."""

    def __init__(self, maker: Maker, max_points: Fraction) -> None:
        self.maker = maker
        self.most = max_points

    def any(self) -> Scaled:
        """Draw a scale of any kind."""
        kind = self.maker.pick(("branches", "by_unit_kind", "declared", *WITHOUT_VALUE, *WITH_VALUE))
        if kind == "branches":
            return self.branches()
        if kind == "by_unit_kind":
            return self.by_unit_kind()
        if kind == "declared":
            return Scaled({"declared": {}})
        return self.plain(kind)

    def plain(self, kind: str, value: Drawn | None = None) -> Scaled:
        """Draw a scale that holds no other; ``value`` is used where it needs one."""
        if kind in WITHOUT_VALUE:
            return Scaled({kind: getattr(self, kind)()})
        drawn = value or self.maker.value()
        shape, direction = getattr(self, kind)(drawn)
        return Scaled({kind: shape}, drawn, direction)

    # --- points --------------------------------------------------------------------------------------

    def points(self) -> Fraction:
        share = self.maker.pick((Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(9, 10), 1))
        return self.most * Fraction(share)

    def falling_points(self, count: int) -> list[Fraction]:
        return sorted((self.points() for _ in range(count)), reverse=True)

    def text(self, number: Fraction) -> str:
        return number_text(number)

    # --- bands ---------------------------------------------------------------------------------------

    def bands(self, drawn: Drawn) -> tuple[list[Tree], str | None]:
        edges = self.maker.some(THRESHOLDS[drawn.measure], 1, 4)
        monotone = self.maker.pick((UP, DOWN, None))
        points = self.falling_points(len(edges) + 1)
        if monotone is None:
            points = [self.points() for _ in points]
        shape: Callable[..., list[Tree]] = self.maker.pick(
            (self.from_the_top, self.from_the_bottom, self.two_sided, self.values)
        )
        rising = monotone != DOWN
        bands = shape(edges, points[::-1] if rising else points, drawn)
        return bands, monotone if shape != self.values else None

    def from_the_top(self, edges: list[Fraction], points: list[Fraction], drawn: Drawn) -> list[Tree]:
        """Write lower ends only, from high to low; ``points`` are in the order of the value."""
        bands = []
        for place, edge in enumerate(reversed(edges)):
            end = self.maker.pick(("at_least", "more_than"))
            bands.append(self.band(place, points[::-1][place], **{end: self.edge(edge)}))
        if edges[0] == 0 and drawn.within_one and "at_least" in bands[-1]:
            return bands
        return [*bands, self.band(len(edges), points[0], otherwise=True)]

    def from_the_bottom(self, edges: list[Fraction], points: list[Fraction], drawn: Drawn) -> list[Tree]:
        """Write upper ends only, from low to high."""
        bands = []
        for place, edge in enumerate(edges):
            end = self.maker.pick(("at_most", "less_than"))
            bands.append(self.band(place, points[place], **{end: self.edge(edge)}))
        return [*bands, self.band(len(edges), points[-1], otherwise=True)]

    def two_sided(self, edges: list[Fraction], points: list[Fraction], drawn: Drawn) -> list[Tree]:
        """Write both ends of each band but the outermost, in any order: the order says nothing."""
        first_lower = self.maker.draw(st.booleans())
        bands = [self.band(0, points[0], **{"less_than" if first_lower else "at_most": self.edge(edges[0])})]
        low_end = "at_least" if first_lower else "more_than"
        for place, (low, high) in enumerate(pairwise(edges), 1):
            closed = self.maker.draw(st.booleans())
            ends = {low_end: self.edge(low), "at_most" if closed else "less_than": self.edge(high)}
            bands.append(self.band(place, points[place], **ends))
            low_end = "more_than" if closed else "at_least"
        top = self.band(len(edges), points[-1], **{low_end: self.edge(edges[-1])})
        if self.maker.chance(2):
            return [top, *bands[:0:-1], bands[0]]
        return [*bands[1:], bands[0], top] if self.maker.chance(2) else [bands[0], *bands[1:], top]

    def values(self, edges: list[Fraction], points: list[Fraction], drawn: Drawn) -> list[Tree]:
        """Write single values, and what is left."""
        bands = [self.band(place, points[place], exactly=self.edge(edge)) for place, edge in enumerate(edges)]
        return [*bands, self.band(len(edges), points[-1], otherwise=True)]

    def edge(self, edge: Fraction) -> str:
        return number_text(edge, self.maker)

    def band(self, place: int, points: Fraction, **ends: Any) -> Tree:
        return {"clause": LETTERS[place], **ends, "points": self.text(points)}

    # --- other scales on a value ---------------------------------------------------------------------

    def linear(self, drawn: Drawn) -> tuple[Tree, str | None]:
        low, high = self.maker.some(THRESHOLDS[drawn.measure], 2, 2)
        rising = self.maker.draw(st.booleans())
        shape: Tree = {"full_at": self.edge(high if rising else low), "zero_at": self.edge(low if rising else high)}
        if self.maker.chance(3):
            cut = self.maker.pick((low, high, (low + high) / 2))
            shape["cut_off"] = self.text(cut)
        if self.maker.chance(3):
            shape["points"] = self.text(max(self.points(), self.most / 2))
        if self.maker.chance(4):
            shape["start_points"] = self.text(self.most / 4)
        if rising and low == 0 and self.maker.chance(2):
            del shape["zero_at"]
        return shape, UP if rising else DOWN

    def any_violation(self, drawn: Drawn) -> tuple[Tree, str]:
        allowed = {"allowed": self.text(self.maker.pick((Fraction(0), Fraction(2), Fraction(1, 4))))}
        return ({} if self.maker.chance(2) else allowed), DOWN

    def deduction(self, drawn: Drawn) -> tuple[Tree, str]:
        shape = self.steps(drawn)
        if self.maker.chance(3):
            shape["floor"] = self.text(self.points())
        return shape, DOWN

    def per_item(self, drawn: Drawn) -> tuple[Tree, str]:
        shape = self.steps(drawn)
        if self.maker.chance(3):
            shape["at_most"] = self.text(self.points())
        return shape, UP

    def increments(self, drawn: Drawn) -> tuple[Tree, str]:
        base, cap = sorted((self.points(), self.points()))
        shape = {"base": self.text(base), "up_to": self.edge(self.maker.pick(THRESHOLDS[drawn.measure]))}
        shape |= {"per": self._step(drawn), **self.steps(drawn), "at_most": self.text(cap)}
        return shape, UP

    def steps(self, drawn: Drawn) -> Tree:
        each = self.most * self.maker.pick((Fraction(1, 5), Fraction(1, 3), Fraction(1, 2), Fraction(2)))
        shape: Tree = {"each": self.text(each)}
        if drawn.measure == "share" or self.maker.chance(2):
            shape["per"] = self._step(drawn)
        if self.maker.chance(3):
            shape["started"] = self.maker.draw(st.booleans())
        return shape

    def _step(self, drawn: Drawn) -> str:
        return str(self.maker.pick(("5%", "1/3", "1/2") if drawn.measure == "share" else ("1", "2", "0.5", "100")))

    def relative_to_best(self, drawn: Drawn) -> tuple[Tree, str]:
        best = self.maker.pick(("largest", "smallest"))
        shape = {} if best == "largest" and self.maker.chance(2) else {"best": best}
        return shape, UP if best == "largest" else DOWN

    def target_and_leader(self, drawn: Drawn) -> tuple[Tree, str]:
        target = self.maker.pick([t for t in THRESHOLDS[drawn.measure] if t > 0])
        return {"target": self.edge(target), "at_target": self.text(self.points())}, UP

    # --- scales that name their own readings ---------------------------------------------------------

    def lateness(self) -> Tree:
        make = self.maker.indicator
        names = {"assigned": make("count"), "done": make("count", source="done"), "late": make("count", source="late")}
        on_time, some_late, not_done = self.falling_points(3)
        shape = {**names, "on_time": self.text(on_time), "some_late": self.text(some_late)}
        return shape if not_done and self.maker.chance(2) else {**shape, "not_done": self.text(not_done)}

    def deadline(self) -> Tree:
        on_time, in_grace, late = (self.text(points) for points in self.falling_points(3))
        shape = {"date": self.maker.indicator("date"), self.maker.pick(("by", "before")): self.maker._day()}
        shape |= {"on_time": on_time, "late": late}
        return {**shape, "grace_days": "5", "in_grace": in_grace} if self.maker.chance(2) else shape

    def checklist(self) -> list[Tree]:
        shares = self.maker.pick(((1,), (1, 1), (2, 1, 1), (3, 1)))
        items = []
        for place, share in enumerate(shares):
            points = self.text(self.most * share / sum(shares))
            yes = {"indicator": self.maker.indicator("yes_no")}
            subject = yes if self.maker.chance(2) else {"when": self.maker.conditions()}
            items.append({"clause": LETTERS[place], **subject, "points": points})
        return items

    def findings_only(self) -> Tree:
        return {}

    # --- scales that hold scales ---------------------------------------------------------------------

    def branches(self) -> Scaled:
        shared = self.maker.value() if self.maker.chance(2) else None
        branches = []
        for place in range(self.maker.few(2, 3)):
            branch: Tree = {"clause": LETTERS[place], "when": self.maker.conditions()}
            branches.append({**branch, **self._outcome(shared)})
        last = branches[-1]
        del last["when"]
        last["otherwise"] = True
        return Scaled({"branches": branches}, shared)

    def _outcome(self, shared: Drawn | None) -> Tree:
        if self.maker.chance(2):
            return {"points": self.text(self.points())}
        inner = self.plain(self.maker.pick((*WITHOUT_VALUE, *WITH_VALUE)), shared)
        own = inner.value is not None and inner.value is not shared
        return {"scale": inner.tree, **({"value": inner.value.tree} if own and inner.value else {})}

    def by_unit_kind(self) -> Scaled:
        of = self.maker.pick(("thresholds", "points"))
        inner = self.plain(self.maker.pick(WITH_VALUE if of == "thresholds" else (*WITHOUT_VALUE, *WITH_VALUE)))
        options = ("75%", "1/2", "0.9", "1") if of == "points" else ("75%", "1/2", "0.9", "1", "3/2")
        factors = {kind: self.maker.pick(options) for kind in self.maker.some(UNIT_KINDS, 1, 2)}
        return Scaled({"by_unit_kind": {"factors": factors, "of": of, "scale": inner.tree}}, inner.value)


__all__ = ["DOWN", "SHARES", "UP", "Scaled", "Scales"]
