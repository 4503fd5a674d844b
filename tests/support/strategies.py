"""Hypothesis: whole rulebooks and the readings that go with them, valid by construction.

``rulebooks()`` gives a ``Sample``: the tree of plain data it began as, and what the loader made of its YAML text.
``readings_for(sample)`` gives readings within the declared ranges, aimed at the thresholds: at one, just below and
just above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from scale_strategies import Scales
from small_books import HERE, REFERENCE, Tree, book_of, sum_text
from tieuchi.model.canonical import Linear, NumberTest, Quotient, Relative, Tally
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook
from value_strategies import CHOICES, NEW_YEAR, UNIT_KINDS, Maker, number_text

MAXIMA = tuple(Fraction(n, 12) for n in (6, 12, 18, 24, 4, 60, 3))
ROUND_MAXIMA = tuple(Fraction(n, 4) for n in (1, 2, 4, 6, 8, 20))
_NUDGE = Fraction(1, 1000)


@dataclass(frozen=True)
class Sample:
    """One generated rulebook: the tree it began as, and pairs of a part and the whole it can't pass."""

    tree: Tree
    parts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def book(self) -> Rulebook:
        return book_of(self.tree)

    @cached_property
    def plan(self) -> Plan:
        return compile_plan(self.book)

    def __repr__(self) -> str:
        return f"Sample({self.tree!r})"


# --- rulebooks ------------------------------------------------------------------------------------------


@st.composite
def rulebooks(
    draw: Callable[[st.SearchStrategy[Any]], Any], *, findings: bool = True, plain: bool = False, fine: bool = False
) -> Sample:
    """Draw a rulebook.

    A ``plain`` one has no rounding and no blocks, so that sums are sums; one with ``fine`` rounding rounds no maximum.
    """
    maker = Maker(draw)
    shape = _Shape(maker, plain=plain, fine=fine)
    fields = [shape.field(str(number)) for number in range(1, maker.few(1, 3) + 1)]
    if not plain and maker.chance(4):
        fields.append(shape.block(str(len(fields) + 1)))
    tree: Tree = {
        "id": "test/2024",
        "title": {"vi": "Bộ tiêu chí thử", "en": "Test rulebook"},
        "document": {"id": "1/QĐ-UBND", "date": "31/12/2023"},
        "max_points": sum_text([f for f in fields if "block" not in f]),
        "offices": {"office-a": "Office A", "office-b": {"vi": "Sở B", "en": "Office B"}},
        "unit_kinds": {kind: kind for kind in UNIT_KINDS},
        "assessors": {"self": {"title": "Self"}, "survey": {"title": "Survey", "places": "2"}},
        "criteria": fields,
        **REFERENCE,
    }
    if findings and maker.chance(2):
        tree["findings"] = shape.findings(fields)
    shape.header(tree)
    tree["indicators"] = list(maker.indicators.values()) or [{"id": "spare", "title": "Spare", "kind": "count"}]
    return Sample(tree, tuple(maker.parts))


class _Shape:
    """Draws criteria, findings and the header."""

    def __init__(self, maker: Maker, *, plain: bool, fine: bool) -> None:
        self.maker = maker
        self.plain = plain
        self.fine = fine

    def field(self, name: str, depth: int = 1) -> Tree:
        if depth > 2 or self.maker.chance(4):
            return self.leaf(name)
        parts = [self.field(f"{name}.{n}", depth + 1) for n in range(1, self.maker.few(1, 3) + 1)]
        tree = {"id": name, "title": f"Field {name}", "max_points": sum_text(parts), "criteria": parts}
        if self.maker.chance(4):
            tree["rescale"] = True
        if self.maker.chance(6):
            tree["applies_when"] = self.maker.conditions()
        return {**tree, **self._small_print()}

    def leaf(self, name: str) -> Tree:
        maker = self.maker
        most = maker.pick(ROUND_MAXIMA if self.fine else MAXIMA)
        scaled = Scales(maker, most).any()
        tree: Tree = {"id": name, "title": {"vi": f"Tiêu chí {name}", "en": name}, "max_points": number_text(most)}
        if scaled.value is not None:
            tree["value"] = scaled.value.tree
        tree["scale"] = scaled.tree
        if (scaled.value is not None and scaled.value.has_denominator) or "lateness" in scaled.tree:
            self._nothing_assigned(tree, most)
        if scaled.direction is not None and maker.chance(2):
            tree["direction"] = scaled.direction
        if maker.chance(6):
            tree["min_points"] = number_text(-most / 2)
        if maker.chance(4):
            tree["applies_when"] = maker.conditions()
        return {**tree, **self._small_print()}

    def _nothing_assigned(self, tree: Tree, most: Fraction) -> None:
        if self.maker.chance(2):
            outcome = self.maker.pick(({"points": number_text(most)}, {"points": "0"}, {"not_applicable": True}))
            tree["nothing_assigned"] = {"clause": "nothing", **outcome}

    def _small_print(self) -> Tree:
        maker = self.maker
        tree: Tree = {"reference": {"item": "1", **({"page": "12"} if maker.chance(3) else {})}}
        tree["basis"] = maker.pick(("stated", "assumed", {"max_points": "stated", "scale": "derived"}))
        if maker.chance(3):
            tree["assessed_by"] = maker.pick(("self", "survey"))
        if maker.chance(3):
            tree["owner"] = maker.pick(("office-a", "office-b"))
        if not self.plain and maker.chance(6):
            tree["rounding"] = self._rounding()
        return tree

    def _rounding(self) -> Tree:
        modes = ("half_up", "half_even", "half_down", "down", "up", "floor", "ceiling")
        return {"places": str(self.maker.few(3 if self.fine else 0, 3)), "mode": self.maker.pick(modes)}

    def block(self, name: str) -> Tree:
        tree = self.field(name)
        if "criteria" not in tree:
            part = {**tree, "id": f"{name}.1"}
            tree = {"id": name, "title": name, "max_points": part["max_points"], "criteria": [part], **REFERENCE}
        tree.pop("applies_when", None)
        limit = {"at_most": number_text(self.maker.pick(MAXIMA))} if self.maker.chance(2) else {}
        return {**tree, "block": {"kind": self.maker.pick(("bonus", "penalty")), **limit}}

    def findings(self, fields: list[Tree]) -> list[Tree]:
        """Draw findings, of which later ones may follow from earlier ones, in any order."""
        maker = self.maker
        open_leaves = [leaf for leaf in leaves_of(fields) if "declared" not in leaf["scale"]]
        drawn: list[Tree] = []
        for number in range(maker.few(1, 3)):
            when = [{"indicator": maker.indicator("yes_no", source="inspection"), "is": True}]
            if drawn and maker.chance(2):
                when.append({"finding": maker.pick(drawn)["id"]})
            if maker.chance(4):
                when.append(maker.condition())
            touched = maker.some(tuple(open_leaves), 0, 2) if open_leaves else []
            finding = {"id": f"finding_{number}", "title": f"Finding {number}", "when": when}
            finding["consequences"] = [self._consequence(leaf, f"f{number}{n}") for n, leaf in enumerate(touched)]
            drawn.append({**finding, **REFERENCE})
        return drawn[::-1] if maker.chance(2) else drawn

    def _consequence(self, leaf: Tree, clause: str) -> Tree:
        tree: Tree = {"criterion": leaf["id"], "clause": clause}
        if self.maker.chance(2):
            return {**tree, "at_most": self.maker.pick(("0", "1/4", "0.1"))}
        tree["deduct"] = self.maker.pick(("0.25", "1/3", "10"))
        return {**tree, "for_each": self.maker.indicator("count")} if self.maker.chance(2) else tree

    def header(self, tree: Tree) -> None:
        maker = self.maker
        if maker.chance(4):
            tree["rescale"] = True
        if not self.plain and maker.chance(3):
            tree["rounding"] = {key: self._rounding() for key in maker.some(("points", "sums", "total"), 1, 3)}
        if maker.chance(2):
            by = maker.pick(("points", "rate"))
            cuts = ("80%", "1/2") if by == "rate" else ("5", "1")
            classes: list[Tree] = [{"grade": name, "at_least": cut} for name, cut in zip("AB", cuts, strict=True)]
            tree["grades"] = {"by": by, "classes": [*classes, {"grade": "C", "otherwise": True}], **REFERENCE}


def leaves_of(criteria: list[Tree]) -> list[Tree]:
    """Return the sub-criteria of a tree, in its order."""
    found = []
    for tree in criteria:
        found += leaves_of(tree["criteria"]) if "criteria" in tree else [tree]
    return found


# --- readings -------------------------------------------------------------------------------------------


@st.composite
def readings_for(
    draw: Callable[[st.SearchStrategy[Any]], Any], sample: Sample, *, gaps: bool = True, off: bool = True
) -> Readings:
    """Draw readings of one unit; with ``gaps`` some are missing or refused, with ``off`` some not applicable."""
    aim = _Aim(draw, sample)
    aim.fill()
    for _ in range(draw(st.integers(0, 4))):
        aim.shoot()
    given = {name: Reading(name, aim.value(name), HERE) for name in sample.plan.indicators}
    if gaps:
        for name in list(given):
            state = draw(st.sampled_from(("given",) * 14 + ("missing", "missing", "refused", "not_applicable")))
            if state == "missing" or (state == "not_applicable" and not off):
                del given[name]
            elif state != "given":
                given[name] = Reading(name, None, HERE, state=state, reason="x" if state == "refused" else "")
    declared = {}
    for leaf in sample.plan.leaves:
        if leaf.declared and not (gaps and draw(st.integers(0, 4)) == 0):
            share = draw(st.sampled_from((Fraction(0), Fraction(1, 3), Fraction(1))))
            declared[leaf.id] = DeclaredPoints(leaf.id, leaf.criterion.max_points * share, HERE)
    kind = draw(st.sampled_from((*UNIT_KINDS, "other")))
    return Readings(Unit(f"unit-{draw(st.integers(0, 99))}", kind=kind), "2024", given, declared)


def groups_for(sample: Sample) -> st.SearchStrategy[list[Readings]]:
    """Draw the other units of a group, now and then none."""
    return st.lists(readings_for(sample), max_size=3)


Case = tuple[Sample, Readings, list[Readings]]
"""A rulebook, the readings of one unit, and those of the others of its group."""


@st.composite
def cases(
    draw: Callable[[st.SearchStrategy[Any]], Any], *, gaps: bool = True, plain: bool = False, findings: bool = True
) -> Case:
    """Draw a rulebook and readings for it."""
    sample = draw(rulebooks(findings=findings, plain=plain))
    return sample, draw(readings_for(sample, gaps=gaps)), draw(groups_for(sample))


Target = tuple[Quotient, Fraction]


class _Aim:
    """Chooses values, then moves one reading after another so that some value meets one of its thresholds."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], sample: Sample) -> None:
        self.draw = draw
        self.sample = sample
        self.values: dict[str, Fraction | bool | str] = {}
        self.targets = targets_of(sample.plan)

    def fill(self) -> None:
        for name, indicator in self.sample.plan.indicators.items():
            self.values[name] = self.draw(_plain_values(indicator))
        self._keep_parts()

    def shoot(self) -> None:
        if not self.targets:
            return
        quotient, threshold = self.draw(st.sampled_from(self.targets))
        name = self.draw(st.sampled_from(quotient.indicators))
        side = self.draw(st.sampled_from((0, 0, -1, 1)))
        exact = solved(quotient, threshold, name, self.values)
        if exact is None:
            return
        indicator = self.sample.plan.indicators[name]
        if indicator.kind in ("count", "date"):
            moved = Fraction(exact.__floor__() if side <= 0 else exact.__ceil__())
            moved += side if moved == exact else 0
        else:
            moved = exact + side * _NUDGE
        low, high = indicator.bounds
        if (low is None or moved >= low) and (high is None or moved <= high):
            self.values[name] = moved
            self._keep_parts()

    def _keep_parts(self) -> None:
        for part, whole in self.sample.parts:
            low, high = self.values[part], self.values[whole]
            assert isinstance(low, Fraction)
            assert isinstance(high, Fraction)
            self.values[part] = min(low, high)

    def value(self, name: str) -> Fraction | date | bool | str:
        """Return a value as a reading holds it."""
        value = self.values[name]
        if self.sample.plan.indicators[name].kind != "date":
            return value
        assert isinstance(value, Fraction)
        return date.fromordinal(int(value))


def _plain_values(indicator: Indicator) -> st.SearchStrategy[Any]:
    match indicator.kind:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(CHOICES)
        case "date":
            return st.integers(-20, 60).map(lambda n: Fraction((NEW_YEAR + timedelta(days=n)).toordinal()))
        case "percent":
            return st.sampled_from([Fraction(n, 1000) for n in (0, 300, 333, 500, 799, 800, 999, 1000)])
        case "ratio":
            return st.sampled_from([Fraction(n, 33) for n in (0, 11, 31, 32, 33)])
        case "count":
            return st.sampled_from([Fraction(n) for n in (0, 0, 1, 2, 3, 4, 5, 10, 33, 100, 499)])
        case _:
            least = indicator.bounds[0]
            pool = [Fraction(n, 4) for n in (-10, -1, 0, 1, 4, 7, 40, 1999)]
            return st.sampled_from([n for n in pool if least is None or n >= least])


def targets_of(plan: Plan) -> list[Target]:
    """Return every value of a rulebook that is compared with a threshold, with that threshold."""
    found: list[Target] = []
    for leaf in plan.leaves:
        tests = list(leaf.applies)
        for route in leaf.routes:
            tests += route.tests
            if isinstance(route.measured, Tally):
                tests += [test for item in route.measured.items for test in item.tests]
            elif route.measured is not None:
                relative = isinstance(route.measured, Relative)
                quotient = route.measured.quotient if isinstance(route.measured, Relative) else route.measured
                edges = [] if relative else [piece.upper.at for piece in route.pieces[:-1]]
                found += [(quotient, edge) for edge in edges if edge is not None]
        found += [(test.quotient, test.threshold) for test in tests if isinstance(test, NumberTest)]
    for finding in plan.findings:
        found += [(test.quotient, test.threshold) for test in finding.tests if isinstance(test, NumberTest)]
    return [(quotient, edge) for quotient, edge in dict.fromkeys(found) if quotient.indicators]


def changed(readings: Readings, **values: Reading | None) -> Readings:
    """Return readings with some of them put in, or taken out where None."""
    given = {**readings.values, **{name: reading for name, reading in values.items() if reading is not None}}
    kept = {name: reading for name, reading in given.items() if values.get(name, reading) is not None}
    return replace(readings, values=kept)


def moved_to(sample: Sample, readings: Readings, target: Target) -> Readings | None:
    """Return readings with one amount or share moved so that a value is exactly the one wanted, if that can be."""
    quotient, wanted = target
    values = {name: as_number(reading.value) for name, reading in readings.values.items() if reading.value is not None}
    for name in quotient.indicators:
        indicator = sample.plan.indicators[name]
        moved = solved(quotient, wanted, name, values)
        if indicator.kind not in ("amount", "percent", "ratio") or moved is None:
            continue
        low, high = indicator.bounds
        if (low is None or moved >= low) and (high is None or moved <= high):
            return changed(readings, **{name: Reading(name, moved, HERE)})
    return None


def solved(quotient: Quotient, wanted: Fraction, name: str, values: Mapping[str, Any]) -> Fraction | None:
    """Return the value of one reading at which a quotient is the one wanted, the others staying as they are."""
    above, own_above = _split(quotient.numerator, name, values)
    below, own_below = _split(quotient.denominator, name, values)
    factor = own_above - wanted * own_below
    return (wanted * below - above) / factor if factor else None


def _split(form: Linear, name: str, values: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    rest, own = form.constant, Fraction(0)
    for other, factor in form.terms:
        rest, own = (rest, factor) if other == name else (rest + factor * values[other], own)
    return rest, own


def as_number(value: Any) -> Any:
    """Return a date as its day number, everything else as it is."""
    return Fraction(value.toordinal()) if isinstance(value, date) else value
