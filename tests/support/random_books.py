"""Rulebooks and readings drawn from a random source, all kinds of scale mixed, with values at and around thresholds."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tieuchi.errors import Position
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook

T = {"vi": "x", "en": "x"}
REF = {"item": "1"}
DUE = date(2024, 3, 15)
KINDS = ("lowland", "mountain", "island")
SCALES = (
    "bands", "bands_up", "linear", "linear_down", "any_violation", "deduction", "per_item", "increments", "lateness",
    "deadline", "checklist", "branches", "by_kind", "relative", "smallest", "leader", "declared", "findings_only",
    "growth", "truncate", "survey", "ratio_reading", "weighted",
)  # fmt: skip
NUMBERS = ["0", "1/3", "0.5", "2/3", "1", "30%", "66.67%", "0.9999", "5", "12", "100"]


class BookMaker:
    """Draws a rulebook leaf by leaf, naming the indicators it needs."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.indicators: dict[str, dict[str, Any]] = {}

    def new(self, kind: str, **more: Any) -> str:
        pool = [n for n, i in self.indicators.items() if i["kind"] == kind and not more and n[0] != "z"]
        if pool and self.random.random() < 0.3:
            return self.random.choice(pool)
        name = f"i{len(self.indicators)}"
        self.indicators[name] = {"id": name, "title": T, "kind": kind, **more}
        return name

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def points(self, most: Fraction) -> str:
        return str(most * Fraction(self.random.randint(0, 6), 6))

    def value(self) -> dict[str, Any]:
        kind = self.pick("ratio", "ratio", "count", "amount", "coverage", "difference", "sum", "percent")
        if kind in ("ratio", "coverage"):
            sort = self.pick("count", "amount")
            return {kind: [self.new(sort), self.new(sort)]}
        if kind in ("difference", "sum"):
            return {kind: [self.new("count"), self.new("amount")]}
        return {"amount": self.new(kind)} if kind != "count" else {"count": self.new("count")}

    def condition(self, findings: list[str]) -> dict[str, Any]:
        kind = self.pick("yes", "number", "kind", "choice", *(["finding"] if findings else []))
        if kind == "yes":
            return {"indicator": self.new("yes_no"), "is": self.pick("true", "false")}
        if kind == "choice":
            name = self.new("choice", choices=("red", "green", "blue"))
            return {"indicator": name, "is": self.pick("red", "green")}
        if kind == "kind":
            return {"unit_kind": [self.pick(*KINDS)]}
        if kind == "finding":
            return {"finding": self.pick(*findings)}
        operator = self.pick("at_least", "more_than", "at_most", "less_than", "exactly")
        return {"value": self.value(), operator: self.pick(*NUMBERS)}

    def conditions(self, findings: list[str]) -> list[dict[str, Any]]:
        return [self.condition(findings) for _ in range(self.random.randint(1, 2))]

    def leaf(self, name: str, scale: str, most: Fraction, findings: list[str]) -> dict[str, Any]:
        made: dict[str, Any] = {"id": name, "title": T, "max_points": str(most), "reference": REF, "basis": "assumed"}
        made.update(getattr(self, f"_{scale}")(most, findings))
        if self.random.random() < 0.12:
            made["applies_when"] = self.conditions(findings)
        if self.random.random() < 0.1:
            mode = self.pick("half_up", "half_even", "half_down", "down", "up", "floor", "ceiling")
            made["rounding"] = {"places": self.random.randint(0, 3), "mode": mode}
        value = made.get("value", {})
        if self.random.random() < 0.3 and any(k in value for k in ("ratio", "coverage", "growth")):
            made["nothing_assigned"] = self.pick(
                {"clause": "none", "points": self.points(most)}, {"clause": "none", "not_applicable": "true"}
            )
        return made

    def _bands(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        cuts = sorted(
            {Fraction(n) if "%" not in n else Fraction(n[:-1]) / 100 for n in self.some(NUMBERS)}, reverse=True
        )
        edge = self.pick("at_least", "more_than")
        bands = [{"clause": f"c{i}", edge: str(c), "points": self.points(most)} for i, c in enumerate(cuts)]
        bands.append({"clause": "rest", "otherwise": "true", "points": self.points(most)})
        return {"value": self.value(), "scale": {"bands": bands}}

    def some(self, options: list[str]) -> list[str]:
        return self.random.sample(options, self.random.randint(1, 4))

    def _bands_up(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        cuts = sorted({Fraction(n) for n in self.some(["0", "1", "3", "7/2", "20"])})
        edge = self.pick("at_most", "less_than")
        bands = [{"clause": f"c{i}", edge: str(c), "points": self.points(most)} for i, c in enumerate(cuts)]
        bands.append({"clause": "rest", "otherwise": "true", "points": self.points(most)})
        return {"value": self.value(), "scale": {"bands": bands}}

    def _linear(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        scale: dict[str, Any] = {"full_at": self.pick("80%", "1", "2/3"), "zero_at": self.pick("0", "1/7", "0.5")}
        if self.random.random() < 0.5:
            scale["cut_off"] = self.pick("0.5", "0.6", "2/3")
        made = {"value": self.value(), "scale": {"linear": scale}}
        if self.random.random() < 0.3:
            made["min_points"] = "-2"
            scale["start_points"] = self.pick("-1", "-1/3", "1/7")
        return made

    def _linear_down(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"value": self.value(), "scale": {"linear": {"full_at": "0.1", "zero_at": self.pick("0.9", "3", "7/3")}}}

    def _any_violation(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"value": {"count": self.new("count")}, "scale": {"any_violation": {"allowed": self.pick("0", "2")}}}

    def _deduction(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        scale = {
            "each": self.pick("0.25", "1/3"),
            "per": self.pick("1", "2.5", "10"),
            "started": self.pick("true", "false"),
        }
        return {"value": self.value(), "scale": {"deduction": {**scale, "floor": self.pick("0", str(most / 4))}}}

    def _per_item(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        scale = {"each": self.pick("0.25", "1/7"), "per": self.pick("1", "3"), "started": self.pick("true", "false")}
        return {"value": self.value(), "scale": {"per_item": scale}}

    def _increments(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        scale = {"base": str(most / 4), "up_to": self.pick("0.5", "3"), "each": self.pick("0.25", "1/7")}
        more = {"per": self.pick("0.1", "1/3", "1"), "started": self.pick("true", "false")}
        return {"value": self.value(), "scale": {"increments": {**scale, **more}}}

    def _lateness(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        names = {k: self.new("count") for k in ("assigned", "done", "late")}
        scale = {**names, "on_time": str(most), "some_late": str(most / 3)}
        made: dict[str, Any] = {"scale": {"lateness": scale}}
        if self.random.random() < 0.5:
            made["nothing_assigned"] = {"clause": "none", "points": str(most)}
        return made

    def _deadline(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        scale: dict[str, Any] = {
            "date": self.new("date"),
            self.pick("by", "before"): DUE.isoformat(),
            "on_time": str(most),
        }
        if self.random.random() < 0.5:
            scale |= {"grace_days": "5", "in_grace": str(most / 3)}
        return {"scale": {"deadline": scale}}

    def _checklist(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        items = []
        for place, part in enumerate((2, 3, 6)):
            item = {"clause": f"c{place}", "points": str(most / part)}
            items.append(item | self.pick({"indicator": self.new("yes_no")}, {"when": self.conditions(findings)}))
        return {"scale": {"checklist": items}}

    def _branches(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        return {
            "value": self.value(),
            "scale": {
                "branches": [
                    {"clause": "full", "when": self.conditions(findings), "points": self.points(most)},
                    {"clause": "b", "when": self.conditions(findings), "scale": self._deduction(most, [])["scale"]},
                    {
                        "clause": "rest",
                        "otherwise": "true",
                        "value": self.value(),
                        "scale": self._linear_down(most, [])["scale"],
                    },
                ]
            },
        }

    def _by_kind(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        inner = getattr(self, self.pick("_bands", "_linear_down", "_deduction", "_per_item"))(most, findings)
        inner.pop("min_points", None)
        by = {
            "factors": {"mountain": "75%", "island": "2/3"},
            "of": self.pick("thresholds", "points"),
            "scale": inner["scale"],
        }
        return {**inner, "scale": {"by_unit_kind": by}}

    def _relative(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"value": self.value(), "scale": {"relative_to_best": {}}}

    def _smallest(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"value": self.value(), "scale": {"relative_to_best": {"best": "smallest"}}}

    def _leader(self, most: Fraction, _f: list[str]) -> dict[str, Any]:
        scale = {"target": self.pick("0.5", "2/3", "12"), "at_target": str(most / 3)}
        return {"value": self.value(), "scale": {"target_and_leader": scale}}

    def _declared(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"scale": {"declared": {}}}

    def _findings_only(self, _m: Fraction, _f: list[str]) -> dict[str, Any]:
        return {"scale": {"findings_only": {}}}

    def _growth(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        return {**self._bands(most, findings), "value": {"growth": [self.new("amount"), self.new("amount")]}}

    def _truncate(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        inner = self.pick(self._bands, self._linear)(most, findings)
        return {**inner, "value": {"truncate": {"of": inner["value"], "step": self.pick("1%", "1/3", "5")}}}

    def _survey(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        mean = [{"count": self.new("count"), "worth": w} for w in ("1", "0.5", "0")]
        return {**self._linear(most, findings), "value": {"survey_mean": mean}}

    def _ratio_reading(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        inner = self.pick(self._bands, self._linear)(most, findings)
        return {**inner, "value": {"amount": self.new("ratio")}}

    def _weighted(self, most: Fraction, findings: list[str]) -> dict[str, Any]:
        mean = [{"of": self.new("percent"), "weight": w} for w in ("1", "2.5")]
        return {**self._linear(most, findings), "value": {"weighted_mean": mean}}

    def finding(self, place: int, known: list[str], leaves: list[str]) -> dict[str, Any]:
        consequences = []
        for leaf in self.random.sample(leaves, min(len(leaves), 2)):
            what: dict[str, Any] = self.pick(
                {"at_most": self.pick("0", "1/3", "0.5")}, {"deduct": self.pick("0.5", "1/7")}
            )
            if "deduct" in what and self.random.random() < 0.5:
                what["for_each"] = self.new("count")
            consequences.append({"criterion": leaf, "clause": f"f{place}", **what})
        when = self.conditions(known)
        return {
            "id": f"finding-{place}",
            "title": T,
            "when": when,
            "consequences": consequences,
            "reference": REF,
            "basis": "assumed",
        }


def draw_book(random: Random, leaves: int = 6, scales: tuple[str, ...] = SCALES) -> Plan:
    """Return a rulebook with some sub-criteria in two fields, findings that chain, blocks and roundings."""
    return compile_plan(Rulebook.model_validate(draw_tree(random, leaves, scales)))


def draw_tree(random: Random, leaves: int = 6, scales: tuple[str, ...] = SCALES) -> dict[str, Any]:
    """Return such a rulebook as plain data."""
    maker = BookMaker(random)
    findings: list[str] = [f"finding-{i}" for i in range(random.randint(0, 3))]
    made = []
    for place in range(leaves):
        most = Fraction(random.choice(["1", "2", "0.5", "3/4", "1/3", "12"]))
        made.append(maker.leaf(f"{place % 3 + 1}.{place}", random.choice(scales), most, findings))
    fields = []
    for place in range(3):
        parts = [leaf for i, leaf in enumerate(made) if i % 3 == place]
        if not parts:
            continue
        most = sum((Fraction(p["max_points"]) for p in parts), Fraction(0))
        field: dict[str, Any] = {"id": str(place + 1), "title": T, "max_points": str(most), "criteria": parts}
        field |= {"reference": REF, "basis": "assumed", "rescale": random.choice(["true", "false"])}
        if place == 2 and random.random() < 0.6:
            field["block"] = {"kind": random.choice(["bonus", "penalty"]), "at_most": "0.75"}
        if random.random() < 0.3:
            field["rounding"] = {
                "places": random.randint(0, 3),
                "mode": random.choice(["half_up", "half_even", "down"]),
            }
        fields.append(field)
    ids = [leaf["id"] for leaf in made if "declared" not in leaf["scale"]] or [made[0]["id"]]
    book = {
        "id": "drawn", "title": T, "document": {"id": "x", "title": T}, "reference": REF, "basis": "assumed",
        "max_points": str(sum((Fraction(f["max_points"]) for f in fields if "block" not in f), Fraction(0)) or 1),
        "criteria": fields, "unit_kinds": dict.fromkeys(KINDS, T),
        "findings": [maker.finding(i, findings[:i], ids) for i in range(len(findings))],
        "indicators": tuple(maker.indicators.values()), "rescale": random.choice(["true", "false"]),
        "quantum": random.choice(["0.000001", "0.000001", "0.001", "1/3000"]),
    }  # fmt: skip
    if random.random() < 0.2:
        book["rounding"] = {"points": {"places": 2}, "total": {"places": 2}}
    return book


HUGE = [10**14, 10**14 - 1, 3 * 10**13 + 7, 10**17, 2**62 + 1]


def draw_number(random: Random, kind: str, partners: list[Fraction]) -> Fraction:
    """Return a figure at or around a threshold, of itself or in ratio to a figure drawn before."""
    sort = random.random()
    if sort < 0.3:
        number = Fraction(random.choice(["0", "1", "2", "3", "5", "12", "100", "7/2"]))
    elif sort < 0.6 and partners:
        base = random.choice(partners)
        cut = Fraction(random.choice([*(n for n in NUMBERS if "%" not in n), "3/10", "6667/10000", "0.8"]))
        number = base * cut + random.choice([0, 0, 1, -1, Fraction(1, 10**12), Fraction(-1, 10**12)])
    elif sort < 0.75:
        number = Fraction(random.choice(HUGE))
    else:
        number = Fraction(random.randint(0, 20_000), random.choice([1, 1, 10, 100, 10**6, 3]))
    if kind == "count":
        return Fraction(max(number.numerator // number.denominator, 0))
    if kind == "percent":
        return Fraction(random.randint(0, 10_000), 10_000) if sort < 0.7 else Fraction(random.randint(0, 7), 7)
    if kind == "ratio":
        whole = random.choice([1, 3, 7, 33, 10**14])
        return Fraction(random.randint(0, whole), whole)
    return number if random.random() < 0.9 else -number


def draw_readings(random: Random, plan: Plan, name: str) -> Readings:
    """Return the readings of one unit, some missing, refused or not applicable."""
    at = Position("drawn")
    lack = random.choice([0, 0, 0.1, 0.5, 1])
    values: dict[str, Reading] = {}
    partners: list[Fraction] = []
    for indicator in plan.indicators.values():
        if random.random() < lack:
            state = random.choice(["missing", "missing", "refused", "not_applicable"])
            if state != "missing":
                values[indicator.id] = Reading(indicator.id, None, at, state=state)
            continue
        value: Any
        if indicator.kind == "yes_no":
            value = random.random() < 0.6
        elif indicator.kind == "choice":
            value = random.choice(indicator.choices)
        elif indicator.kind == "date":
            value = DUE + timedelta(days=random.choice([-30, -1, 0, 1, 5, 6, 40]))
        else:
            value = draw_number(random, indicator.kind, partners[-3:])
            partners.append(value)
        values[indicator.id] = Reading(indicator.id, value, at)
    declared = {
        leaf.id: DeclaredPoints(leaf.id, leaf.criterion.max_points * Fraction(random.randint(0, 7), 7), at)
        for leaf in plan.leaves
        if leaf.declared and random.random() > lack
    }
    return Readings(Unit(name, kind=random.choice((*KINDS, ""))), "2024", values, declared)
