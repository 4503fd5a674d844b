"""A second scorer, slow and plain, written from the definitions of ``rules/README.md`` over the tree of a rulebook.

It shares nothing with the engine but readings and the two error-prone-free ideas that a date is a day number and
that half-up rounds away from zero. A value or an answer that is not known is a ``Gap``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

from small_books import Tree
from tieuchi.model.reading import Readings

ZERO, ONE = Fraction(0), Fraction(1)
TESTS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "at_least": lambda x, t: x >= t,
    "more_than": lambda x, t: x > t,
    "at_most": lambda x, t: x <= t,
    "less_than": lambda x, t: x < t,
    "exactly": lambda x, t: x == t,
}


@dataclass(frozen=True)
class Gap:
    """Why something is not known."""

    state: str


MISSING, REFUSED, OFF = Gap("missing"), Gap("refused"), Gap("not_applicable")
UNSURE = Gap("unsure")
"""Findings may settle it or not: the naive scorer has no opinion."""


@dataclass(frozen=True)
class Mark:
    """What one node should have: points, or the gap, and the maximum that counts."""

    points: Fraction | Gap
    most: Fraction
    declared: bool = False

    @property
    def state(self) -> str:
        if isinstance(self.points, Gap):
            return self.points.state
        return "declared" if self.declared else "scored"


def number(text: object) -> Fraction:
    """Read a number of a rulebook."""
    words = str(text).strip()
    return Fraction(words[:-1]) / 100 if words.endswith("%") else Fraction(words)


def day(text: str) -> int:
    parts = [int(part) for part in text.replace("/", "-").split("-")]
    return date(*parts).toordinal() if parts[0] > 31 else date(*parts[::-1]).toordinal()


def worst(gaps: Iterable[Gap]) -> Gap:
    """Not applicable comes before refused, before missing."""
    states = [gap.state for gap in gaps]
    return next(gap for gap in (OFF, REFUSED, MISSING) if gap.state in states)


class Naive:
    """Scores one unit by the tree of a rulebook."""

    def __init__(self, tree: Tree, readings: Readings, group: Sequence[Readings] = ()) -> None:
        self.tree = tree
        self.readings = readings
        self.group = group
        self.findings = {finding["id"]: finding for finding in tree.get("findings", ())}

    # --- readings and values -------------------------------------------------------------------------

    def read(self, name: str) -> Any:
        reading = self.readings.values.get(name)
        if reading is None:
            return MISSING
        if reading.state != "given":
            return Gap(reading.state)
        return Fraction(reading.value.toordinal()) if isinstance(reading.value, date) else reading.value

    def value(self, tree: Any) -> Fraction | Gap:
        """Return a value, or why there is none; a denominator of 0 gives none."""
        gaps = [got for name in names_in(tree) if isinstance(got := self.read(name), Gap)]
        if gaps:
            return worst(gaps)
        above, below = self.over(tree)
        return above / below if below > 0 else MISSING

    def over(self, tree: Any) -> tuple[Fraction, Fraction]:
        """Return a value as numerator and denominator; all its readings are given."""
        if isinstance(tree, str):
            return self.read(tree), ONE
        ((kind, given),) = tree.items()
        if kind in ("count", "amount"):
            return self.read(given), ONE
        if kind in ("ratio", "coverage", "growth"):
            first, second = self.plain(given[0]), self.plain(given[1])
            return (first - second if kind == "growth" else first), second
        if kind == "survey_mean":
            answers = [self.read(option["count"]) for option in given]
            worth = sum((number(o["worth"]) * n for o, n in zip(given, answers, strict=True)), ZERO)
            return worth, sum(answers, ZERO)
        if kind == "truncate":
            above, below = self.over(given["of"])
            step = number(given["step"])
            return (floor(above / below / step) * step, ONE) if below > 0 else (ZERO, ZERO)
        if kind == "days_late":
            due = day(given["due"]) if "due" in given else self.read(given["due_reading"])
            return self.read(given["date"]) - due, ONE
        if kind == "weighted_mean":
            weights = [number(term["weight"]) for term in given]
            terms = [self.plain(term["of"]) for term in given]
            return sum((w * x for w, x in zip(weights, terms, strict=True)), ZERO) / sum(weights), ONE
        terms = [self.plain(part) for part in given]
        return (sum(terms, ZERO) if kind == "sum" else terms[0] - terms[1]), ONE

    def plain(self, tree: Any) -> Fraction:
        above, below = self.over(tree)
        return above / below

    def denominator(self, tree: Any) -> Fraction | Gap:
        ((kind, given),) = tree.items()
        if kind == "truncate":
            return self.denominator(given["of"])
        wholes = [option["count"] for option in given] if kind == "survey_mean" else [given[1]]
        gaps = [got for whole in wholes for name in names_in(whole) if isinstance(got := self.read(name), Gap)]
        return worst(gaps) if gaps else sum((self.plain(whole) for whole in wholes), ZERO)

    # --- conditions and findings ---------------------------------------------------------------------

    def all_hold(self, conditions: Any) -> bool | Gap:
        listed = [conditions] if isinstance(conditions, dict) else conditions
        answers = [self.holds(condition) for condition in listed]
        if False in answers:
            return False
        gaps = [answer for answer in answers if isinstance(answer, Gap)]
        return worst(gaps) if gaps else True

    def holds(self, tree: Tree) -> bool | Gap:
        if "unit_kind" in tree:
            return self.readings.unit.kind in tree["unit_kind"]
        if "finding" in tree:
            return self.finding(tree["finding"])
        subject = self.value(tree["value"]) if "value" in tree else self.read(tree["indicator"])
        if isinstance(subject, Gap):
            return subject
        if "is" in tree:
            return bool(subject == tree["is"])
        (operator,) = TESTS.keys() & tree.keys()
        return TESTS[operator](subject, number(tree[operator]))

    def finding(self, name: str) -> bool | Gap:
        answer = self.all_hold(self.findings[name]["when"])
        return False if answer == OFF else answer

    # --- scales --------------------------------------------------------------------------------------

    def scale(self, tree: Tree, leaf: Tree, value: Any) -> Fraction | Gap:
        ((kind, shape),) = tree.items()
        if kind == "branches":
            return self.branches(shape, leaf, value)
        if kind == "by_unit_kind":
            factor = number(shape["factors"].get(self.readings.unit.kind, "1"))
            if shape["of"] == "points":
                points = self.scale(shape["scale"], leaf, value)
                return points if isinstance(points, Gap) else points * factor
            return Divided(self, factor).scale(shape["scale"], leaf, value)
        if kind in ("lateness", "deadline", "checklist", "findings_only"):
            return getattr(self, kind)(shape, leaf)
        x = self.measured(value)
        if isinstance(x, Gap):
            return x
        if kind in ("relative_to_best", "target_and_leader"):
            return getattr(self, kind)(shape, leaf, value, x)
        return getattr(self, kind)(shape, leaf, x)

    def measured(self, value: Any) -> Fraction | Gap:
        return self.value(value)

    def branches(self, shape: list[Tree], leaf: Tree, value: Any) -> Fraction | Gap:
        for branch in shape:
            taken = True if "otherwise" in branch else self.all_hold(branch["when"])
            if isinstance(taken, Gap):
                return taken
            if taken:
                if "points" in branch:
                    return number(branch["points"])
                return self.scale(branch["scale"], leaf, branch.get("value", value))
        raise AssertionError(shape)

    def bands(self, shape: list[Tree], leaf: Tree, x: Fraction) -> Fraction:
        for place, band in enumerate(shape):
            own = {key: number(band[key]) for key in TESTS.keys() & band.keys()}
            if "otherwise" in band or (
                all(TESTS[key](x, t) for key, t in own.items()) and inside(shape[:place], band, x)
            ):
                return number(band["points"])
        raise AssertionError(shape)

    def linear(self, shape: Tree, leaf: Tree, x: Fraction) -> Fraction:
        full_at, zero_at = number(shape.get("full_at", 1)), number(shape.get("zero_at", 0))
        full, start = number(shape.get("points", leaf["max_points"])), number(shape.get("start_points", 0))
        rising = full_at > zero_at
        if "cut_off" in shape:
            cut = number(shape["cut_off"])
            if x < cut if rising else x > cut:
                return number(shape.get("below_cut_off", 0))
        way = (x - zero_at) / (full_at - zero_at)
        return start + (full - start) * min(max(way, ZERO), ONE)

    def any_violation(self, shape: Tree, leaf: Tree, x: Fraction) -> Fraction:
        return number(leaf["max_points"]) if x <= number(shape.get("allowed", 0)) else least(leaf)

    def deduction(self, shape: Tree, leaf: Tree, x: Fraction) -> Fraction:
        off = number(shape["each"]) * steps(x, shape)
        return max(number(leaf["max_points"]) - off, number(shape.get("floor", 0)))

    def per_item(self, shape: Tree, leaf: Tree, x: Fraction) -> Fraction:
        return min(number(shape["each"]) * steps(x, shape), number(shape.get("at_most", leaf["max_points"])))

    def increments(self, shape: Tree, leaf: Tree, x: Fraction) -> Fraction:
        further = steps(x - number(shape["up_to"]), shape)
        points = number(shape["base"]) + number(shape["each"]) * further
        return min(points, number(shape.get("at_most", leaf["max_points"])))

    def relative_to_best(self, shape: Tree, leaf: Tree, value: Any, x: Fraction) -> Fraction | Gap:
        least_is_best = shape.get("best") == "smallest"
        best = self.best(value, min if least_is_best else max)
        if best is None or best < 0 or (best == 0 and not least_is_best):
            return MISSING
        share = self.share(ONE if x == best else best / x if least_is_best else x / best)
        most = number(leaf["max_points"])
        return least(leaf) if share < 0 else most * min(share, ONE)

    def share(self, share: Fraction) -> Fraction:
        return share

    def target_and_leader(self, shape: Tree, leaf: Tree, value: Any, x: Fraction) -> Fraction | Gap:
        target, at_target, most = number(shape["target"]), number(shape["at_target"]), number(leaf["max_points"])
        if x < target:
            return at_target * max(x, ZERO) / target
        leader = self.best(value, max)
        if leader is None:
            return MISSING
        return at_target + (most - at_target) * (x - target) / (leader - target) if leader > target else at_target

    def best(self, value: Any, choose: Any) -> Fraction | None:
        """Return the best of the group, the unit itself among it; nothing where there is no group."""
        if not self.group:
            return None
        units = [Naive(self.tree, readings) for readings in (self.readings, *self.group)]
        values = [x for unit in units if not isinstance(x := unit.value(value), Gap)]
        return choose(values) if values else None

    def lateness(self, shape: Tree, leaf: Tree) -> Fraction | Gap:
        open_tasks = self.value({"difference": [shape["assigned"], shape["done"]]})
        if isinstance(open_tasks, Gap):
            return open_tasks
        if open_tasks >= 1:
            return number(shape.get("not_done", 0))
        late = self.read(shape["late"])
        return late if isinstance(late, Gap) else number(shape["some_late"] if late >= 1 else shape["on_time"])

    def deadline(self, shape: Tree, leaf: Tree) -> Fraction | Gap:
        last = day(shape["by"]) if "by" in shape else day(shape["before"]) - 1
        done = self.read(shape["date"])
        if isinstance(done, Gap):
            return done
        if done <= last:
            return number(shape["on_time"])
        graced = "grace_days" in shape and done <= last + number(shape["grace_days"])
        return number(shape["in_grace"] if graced else shape.get("late", 0))

    def checklist(self, shape: list[Tree], leaf: Tree) -> Fraction | Gap:
        whens = [item.get("when") or {"indicator": item["indicator"], "is": True} for item in shape]
        answers = [self.all_hold(when) for when in whens]
        gaps = [answer for answer in answers if isinstance(answer, Gap)]
        if gaps:
            return worst(gaps)
        return sum((number(item["points"]) for item, yes in zip(shape, answers, strict=True) if yes), ZERO)

    def findings_only(self, shape: Tree, leaf: Tree) -> Fraction:
        return number(leaf["max_points"])

    # --- sub-criteria --------------------------------------------------------------------------------

    def leaf(self, leaf: Tree, applies_when: list[Any]) -> Mark:
        most = number(leaf["max_points"])
        whens = [when for when in (*applies_when, leaf.get("applies_when")) if when is not None]
        applies = self.all_hold([c for when in whens for c in ([when] if isinstance(when, dict) else when)])
        if applies is False or applies == OFF:
            return Mark(OFF, most)
        if "declared" in leaf["scale"] and applies is True:
            given = self.readings.declared.get(leaf["id"])
            return Mark(given.points, most, declared=True) if given else Mark(MISSING, most)
        base = applies if isinstance(applies, Gap) else self.base(leaf)
        points = base if base == OFF else self.after_findings(leaf, base)
        if isinstance(points, Gap):
            return Mark(points, most)
        how = leaf.get("rounding") or self.tree.get("rounding", {}).get("points")
        return Mark(rounded(points, how, least(leaf), most), most)

    def base(self, leaf: Tree) -> Fraction | Gap:
        rule = leaf.get("nothing_assigned")
        if rule is not None:
            lateness = leaf["scale"].get("lateness")
            whole = self.read(lateness["assigned"]) if lateness else self.denominator(leaf["value"])
            if isinstance(whole, Gap):
                return whole
            if whole == 0:
                return OFF if "not_applicable" in rule else number(rule.get("points", leaf["max_points"]))
        return self.scale(leaf["scale"], leaf, leaf.get("value"))

    def after_findings(self, leaf: Tree, base: Fraction | Gap) -> Fraction | Gap:
        """Try every way in which what is not known of the findings could turn out; the points if all agree."""
        touching = [
            (consequence, self.finding(name))
            for name, finding in self.findings.items()
            for consequence in finding.get("consequences", ())
            if consequence["criterion"] == leaf["id"]
        ]
        held = [(consequence, answer) for consequence, answer in touching if answer is not False]
        if isinstance(base, Gap):
            return UNSURE if held else base
        ways = [self.ways(consequence, answer) for consequence, answer in held]
        ends = {self.one_way(base, least(leaf), way) for way in product(*ways)}
        return ends.pop() if len(ends) == 1 else MISSING

    def ways(self, consequence: Tree, answer: bool | Gap) -> list[tuple[str, Fraction] | None]:
        """Return what one consequence may do: nothing, a limit, or an amount."""
        ways: list[tuple[str, Fraction] | None] = [None] if isinstance(answer, Gap) else []
        if "at_most" in consequence:
            return [*ways, ("at_most", number(consequence["at_most"]))]
        times = self.read(consequence["for_each"]) if "for_each" in consequence else ONE
        counts = [ZERO, Fraction(10**9)] if isinstance(times, Gap) else [times]
        return [*ways, *(("deduct", number(consequence["deduct"]) * n) for n in counts)]

    def one_way(self, points: Fraction, lowest: Fraction, way: Iterable[tuple[str, Fraction] | None]) -> Fraction:
        """Take deductions off first, then put the lowest limit on."""
        effects = [effect for effect in way if effect is not None]
        off = sum((amount for kind, amount in effects if kind == "deduct"), ZERO)
        limits = [limit for kind, limit in effects if kind == "at_most"]
        return min([max(points - off, lowest), *(max(limit, lowest) for limit in limits)])

    # --- sums ----------------------------------------------------------------------------------------

    def marks(self) -> dict[str, Mark]:
        """Return what every node should have; the total stands under the id of the rulebook."""
        found: dict[str, Mark] = {}
        parts = [self.node(tree, [], found) for tree in self.tree["criteria"]]
        kinds = [tree.get("block", {}).get("kind") for tree in self.tree["criteria"]]
        counted = [part for part, kind in zip(parts, kinds, strict=True) if kind is None]
        total = self.summed(counted, self.tree)
        blocks = [part.points for part, kind in zip(parts, kinds, strict=True) if kind is not None]
        points = total.points
        if points != OFF:
            points = added([points, *blocks])
            points = rounded(points, self.tree.get("rounding", {}).get("total"), None, total.most)
        found[self.tree["id"]] = Mark(points, total.most, total.declared)
        return found

    def node(self, tree: Tree, applies_when: list[Any], found: dict[str, Mark]) -> Mark:
        if "criteria" not in tree:
            mark = self.leaf(tree, applies_when)
        else:
            inherited = [*applies_when, tree.get("applies_when")]
            parts = [self.node(part, inherited, found) for part in tree["criteria"]]
            mark = self.summed(parts, tree)
            how = tree.get("rounding") or self.tree.get("rounding", {}).get("sums")
            mark = Mark(rounded(mark.points, how, None, mark.most), mark.most, mark.declared)
            if "block" in tree:
                mark = block(mark, tree["block"])
        found[tree["id"]] = mark
        return mark

    def summed(self, parts: list[Mark], tree: Tree) -> Mark:
        full = number(tree["max_points"])
        counted = [part for part in parts if part.points != OFF]
        if not counted:
            return Mark(OFF, full)
        most = sum((part.most for part in counted), ZERO)
        points = added([part.points for part in counted])
        if tree.get("rescale"):
            points = points if isinstance(points, Gap) else points * full / most
            most = full
        return Mark(points, most, all(part.declared for part in counted))


class Divided(Naive):
    """Sees every value divided by the factor of a kind of unit, which multiplies all thresholds."""

    def __init__(self, whole: Naive, factor: Fraction) -> None:
        super().__init__(whole.tree, whole.readings, whole.group)
        self.factor = factor

    def measured(self, value: Any) -> Fraction | Gap:
        x = self.value(value)
        return x if isinstance(x, Gap) else x / self.factor

    def best(self, value: Any, choose: Any) -> Fraction | None:
        best = super().best(value, choose)
        return None if best is None else best / self.factor

    def share(self, share: Fraction) -> Fraction:
        return share / self.factor


def block(mark: Mark, shape: Tree) -> Mark:
    points = ZERO if mark.points == OFF else mark.points
    if isinstance(points, Gap):
        return Mark(points, mark.most)
    points = min(points, number(shape["at_most"])) if "at_most" in shape else points
    return Mark(-points if shape["kind"] == "penalty" else points, mark.most, mark.declared)


def added(points: list[Fraction | Gap]) -> Fraction | Gap:
    gaps = [p for p in points if isinstance(p, Gap)]
    if gaps:
        return next(gap for gap in (UNSURE, MISSING, REFUSED) if gap in gaps)
    return sum((p for p in points if not isinstance(p, Gap)), ZERO)


def names_in(tree: Any) -> Iterator[str]:
    """Yield every indicator of a value."""
    if isinstance(tree, str):
        yield tree
        return
    ((kind, given),) = tree.items()
    if kind == "days_late":
        yield from (given[key] for key in ("date", "due_reading") if key in given)
    elif kind == "truncate":
        yield from names_in(given["of"])
    elif kind in ("count", "amount"):
        yield given
    else:
        for part in given:
            inner = part.get("count", part.get("of")) if isinstance(part, dict) and len(part) == 2 else part
            yield from names_in(inner)


def inside(before: list[Tree], band: Tree, x: Fraction) -> bool:
    """Say whether a band with one end reaches to x: no band before it begins (or ends) in between."""
    lower = {"at_least", "more_than", "exactly"} & band.keys()
    upper = {"at_most", "less_than", "exactly"} & band.keys()
    if lower and upper:
        return True
    ends = ("at_least", "more_than", "exactly") if lower else ("at_most", "less_than", "exactly")
    own = next((end, number(band[end])) for end in ends if end in band)
    for other in before:
        for end in ends:
            if end not in other:
                continue
            limit = number(other[end])
            nested = limit > own[1] if lower else limit < own[1]
            same_but_open = limit == own[1] and end != own[0] and own[0] in ("at_least", "at_most") and end != "exactly"
            passes = TESTS["at_least" if end == "exactly" and lower else "at_most" if end == "exactly" else end]
            if (nested or same_but_open) and passes(x, limit):
                return False
    return True


def steps(x: Fraction, shape: Tree) -> int:
    """Return how many whole (or begun) steps of ``per`` lie in x; none below zero."""
    count = x / number(shape.get("per", 1))
    return max(ceil(count) if shape.get("started") else floor(count), 0)


def least(leaf: Tree) -> Fraction:
    return number(leaf.get("min_points", 0))


def rounded(points: Any, how: Tree | None, lowest: Fraction | None, most: Fraction) -> Any:
    """Round as the rulebook says, but never past the maximum, nor below the minimum, that was kept before."""
    if how is None or isinstance(points, Gap):
        return points
    scale = 10 ** int(how["places"])
    exact = points * scale
    near, away = floor(exact), ceil(exact)
    if exact < 0:
        near, away = away, near
    half = abs(exact - near) == Fraction(1, 2)
    nearest = away if abs(exact - near) > Fraction(1, 2) else near
    even = near if near % 2 == 0 else away
    whole = {
        "half_up": away if half else nearest,
        "half_down": near if half else nearest,
        "half_even": even if half else nearest,
        "down": near,
        "up": away,
        "floor": floor(exact),
        "ceiling": ceil(exact),
    }[how.get("mode", "half_up")]
    result = Fraction(whole, scale)
    if points <= most < result:
        return most
    return lowest if lowest is not None and result < lowest <= points else result
