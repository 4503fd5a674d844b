"""The rulebook of the benchmarks: 100 sub-criteria, all kinds of scale mixed, and units with figures on thresholds.

A sub-criterion is a plain mapping in the words of a rulebook, so that peers can be given the same rules by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import yaml

from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.rulebook import Rulebook

Spec = dict[str, Any]
TITLE = {"vi": "x", "en": "x"}
REFERENCE = {"item": "1"}
KINDS = ("lowland", "mountain", "island")
DUE = "2024-03-15"
FACTORS = {"mountain": "0.75", "island": "0.5"}
MIX = {
    "ratio": 34, "linear": 13, "count": 10, "deduction": 8, "growth": 7, "checklist": 8, "survey": 6, "lateness": 2,
    "deadline": 2, "increments": 2, "per_item": 1, "any_violation": 1, "by_kind": 1, "branches": 1, "relative": 1,
    "leader": 1, "declared": 1, "findings_only": 1,
}  # fmt: skip
CUTS = (
    ["1", "0.9", "0.8", "0.7"],
    ["0.95", "0.85", "0.75", "0.6"],
    ["0.985", "0.9225", "0.8", "0.5"],
    ["0.6", "0.455", "0.3", "0.15"],
)


class Maker:
    """Draws specs one after the other and the columns they read."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.columns: dict[str, str] = {}

    def new(self, sort: str) -> str:
        name = f"{sort[0]}{len(self.columns):03d}"
        self.columns[name] = sort
        return name

    def spec(self, kind: str, most: Fraction) -> Spec:
        made: Spec = {"kind": kind, "most": most}
        money = self.random.random() < 0.3
        if kind in ("ratio", "linear", "increments", "by_kind", "relative", "leader"):
            money = money and kind in ("ratio", "linear")
            made["below"] = self.new("money_whole" if money else "whole")
            made["above"] = self.new("money_part" if money else "part")
            made["none"] = Fraction(0) if self.random.random() < 0.5 else most
        if kind in ("ratio", "by_kind", "growth", "count"):
            made["cuts"] = self.cuts(kind, most)
        if kind == "linear":
            made["cut_off"] = self.random.choice(["0.8", "0.5", "2/3", "0"])
        if kind == "growth":
            made["above"], made["below"] = self.new("now_money"), self.new("money_whole")
        if kind in ("count", "deduction", "per_item", "any_violation"):
            made["above"] = self.new("violations" if kind != "count" else "things")
            made["each"] = self.random.choice(["0.1", "0.25", "0.125"])
        if kind in ("checklist", "branches", "findings_only"):
            made["flags"] = [self.new("yes") for _ in range(3 if kind == "checklist" else 1)]
        if kind == "branches":
            made["above"], made["each"] = self.new("violations"), "0.25"
        if kind == "survey":
            made["items"] = [self.new("percent"), self.new("percent")]
        if kind == "lateness":
            made["assigned"], made["done"], made["late"] = self.new("tasks"), self.new("done"), self.new("violations")
        if kind == "deadline":
            made["date"] = self.new("date")
        if kind == "declared":
            made["declared"] = self.new("declared")
        return made

    def cuts(self, kind: str, most: Fraction) -> list[tuple[str, Fraction]]:
        count = self.random.choice([2, 3, 4])
        if kind == "growth":
            names = ["0.1", "0.05", "0", "-0.05"]
        elif kind == "count":
            names = [str(n) for n in self.random.choice([[20, 15, 10, 5], [100, 60, 30, 1], [4, 3, 2, 1]])]
        else:
            names = self.random.choice(CUTS)
        return [(name, most * Fraction(count - q, count)) for q, name in enumerate(names[:count])]


def make_specs(seed: int = 7, copies: int = 1, bands: int | None = None) -> tuple[list[Spec], dict[str, str]]:
    """Return the sub-criteria and the columns they read; ``copies`` times 100, perhaps with more bands each."""
    maker = Maker(seed)
    kinds = [kind for kind, count in MIX.items() for _ in range(count)] * copies
    maker.random.shuffle(kinds)
    specs = []
    for place, kind in enumerate(kinds):
        most = Fraction(maker.random.choice(["0.5", "1", "1", "1", "1.5", "2", "0.75", "3"]))
        spec = {"id": f"{place * 8 // len(kinds) + 1}.{place}", **maker.spec(kind, most)}
        if bands is not None and kind == "ratio":
            spec["cuts"] = [(str(Fraction(bands - q, bands)), most * Fraction(bands - q, bands)) for q in range(bands)]
        specs.append(spec)
    return specs, maker.columns


@dataclass(frozen=True)
class Case:
    """A rulebook and units to be scored by it: columns of whole numbers, kinds of units by place in ``KINDS``."""

    specs: list[Spec]
    columns: dict[str, str]
    units: dict[str, Any]
    kinds: Any

    @property
    def count(self) -> int:
        return len(self.kinds)

    def part(self, count: int) -> Case:
        """Return the first units."""
        units = {name: column[:count] for name, column in self.units.items()}
        return Case(self.specs, self.columns, units, self.kinds[:count])


def make_case(count: int, *, boundary: float = 0.1, copies: int = 1, bands: int | None = None, seed: int = 7) -> Case:
    """Return a rulebook of 100 sub-criteria, or ``copies`` times as many, and its units."""
    specs, columns = make_specs(seed, copies, bands)
    return Case(specs, columns, *make_units(specs, columns, count, boundary=boundary))


def day(text: str) -> int:
    """Return a date as columns hold it."""
    return date.fromisoformat(text).toordinal()


INDICATOR_KINDS = {"yes": "yes_no", "percent": "percent", "date": "date"}


def make_plan(specs: list[Spec], columns: dict[str, str]) -> Plan:
    """Return the rulebook of some sub-criteria, compiled."""
    return compile_plan(Rulebook.model_validate(book_of(specs, columns)))


def book_text(specs: list[Spec], columns: dict[str, str]) -> bytes:
    """Return the rulebook of some sub-criteria as its author writes it."""
    return yaml.dump(book_of(specs, columns), Dumper=_Plain, allow_unicode=True, sort_keys=False).encode()


class _Plain(yaml.SafeDumper):
    """Writes the same thing out each time."""

    def ignore_aliases(self, data: Any) -> bool:
        return data is not None


def book_of(specs: list[Spec], columns: dict[str, str]) -> Spec:
    """Return the rulebook of some sub-criteria, in eight fields."""
    fields: dict[str, list[Spec]] = {}
    for spec in specs:
        fields.setdefault(spec["id"].split(".")[0], []).append(spec)
    criteria = [
        {**_head(name, sum((s["most"] for s in parts), Fraction(0))), "criteria": [_criterion(s) for s in parts]}
        for name, parts in fields.items()
    ]
    taken = [s for s in specs if s["kind"] == "findings_only"]
    findings = [
        {
            "id": f"finding-{i}", "title": TITLE, "when": {"indicator": s["flags"][0], "is": "true"}, **BASIS,
            "consequences": [{"criterion": s["id"], "clause": "f", "deduct": str(s["most"] / 2)}],
        }
        for i, s in enumerate(taken)
    ]  # fmt: skip
    indicators = [
        {"id": name, "title": TITLE, "kind": INDICATOR_KINDS.get(sort, "count")}
        for name, sort in columns.items()
        if sort != "declared"
    ]
    most = sum((s["most"] for s in specs), Fraction(0))
    return {
        "id": "bench", "title": TITLE, "document": {"id": "x", "title": TITLE}, **BASIS, "max_points": str(most),
        "criteria": criteria, "findings": findings, "indicators": indicators, "unit_kinds": dict.fromkeys(KINDS, TITLE),
    }  # fmt: skip


BASIS = {"reference": REFERENCE, "basis": "assumed"}


def _head(name: str, most: Fraction) -> Spec:
    return {"id": name, "title": TITLE, "max_points": str(most), **BASIS}


def _criterion(s: Spec) -> Spec:
    head = _head(s["id"], s["most"])
    none = {"nothing_assigned": {"clause": "none", "points": str(s["none"])}} if "none" in s else {}
    ratio = {"value": {"ratio": [s["above"], s["below"]]}} if "below" in s else {}
    count = {"value": {"count": s["above"]}} if "above" in s else {}
    most = s["most"]
    match s["kind"]:
        case "ratio":
            return {**head, **none, **ratio, "scale": {"bands": _bands(s)}}
        case "growth":
            return {**head, "value": {"growth": [s["above"], s["below"]]}, "scale": {"bands": _bands(s)}}
        case "count":
            return {**head, **count, "scale": {"bands": _bands(s)}}
        case "linear":
            return {**head, **none, **ratio, "scale": {"linear": {"cut_off": s["cut_off"]}}}
        case "increments":
            scale = {"base": str(most / 4), "up_to": "0.5", "each": str(most / 8), "per": "0.1"}
            return {**head, **none, **ratio, "scale": {"increments": scale}}
        case "by_kind":
            by = {"factors": FACTORS, "of": "thresholds", "scale": {"bands": _bands(s)}}
            return {**head, **none, **ratio, "scale": {"by_unit_kind": by}}
        case "relative":
            return {**head, **none, **ratio, "scale": {"relative_to_best": {}}}
        case "leader":
            scale = {"target": "0.5", "at_target": str(most / 2)}
            return {**head, **none, **ratio, "scale": {"target_and_leader": scale}}
        case "deduction":
            return {**head, **count, "scale": {"deduction": {"each": s["each"]}}}
        case "per_item":
            return {**head, **count, "scale": {"per_item": {"each": s["each"]}}}
        case "any_violation":
            return {**head, **count, "scale": {"any_violation": {}}}
        case "branches":
            lists = [
                {"clause": "full", "when": {"indicator": s["flags"][0], "is": "true"}, "points": str(most)},
                {"clause": "rest", "otherwise": "true", "scale": {"deduction": {"each": s["each"]}}},
            ]
            return {**head, **count, "scale": {"branches": lists}}
        case "checklist":
            parts = [(flag, most / part) for flag, part in zip(s["flags"], (2, 4, 4), strict=True)]
            items = [{"clause": f, "indicator": f, "points": str(p)} for f, p in parts]
            return {**head, "scale": {"checklist": items}}
        case "survey":
            mean = [{"of": name, "weight": "1"} for name in s["items"]]
            return {**head, "value": {"weighted_mean": mean}, "scale": {"linear": {}}}
        case "lateness":
            names = {key: s[key] for key in ("assigned", "done", "late")}
            return {**head, "scale": {"lateness": {**names, "on_time": str(most), "some_late": str(most / 2)}}}
        case "deadline":
            return {**head, "scale": {"deadline": {"date": s["date"], "by": DUE, "on_time": str(most)}}}
        case "findings_only":
            return {**head, "scale": {"findings_only": {}}}
    return {**head, "scale": {"declared": {}}}


def _bands(s: Spec) -> list[Spec]:
    bands = [{"clause": f"c{i}", "at_least": cut, "points": str(p)} for i, (cut, p) in enumerate(s["cuts"])]
    return [*bands, {"clause": "rest", "otherwise": "true", "points": "0"}]


def make_units(
    specs: list[Spec], columns: dict[str, str], count: int, seed: int = 1, boundary: float = 0.1
) -> tuple[dict[str, Any], Any]:
    """Return columns of whole numbers and the kinds of the units.

    A share ``boundary`` of the figures of each ratio stands on a threshold, one below or one above.
    """
    draw = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name, sort in columns.items():
        found[name] = _column(draw, sort, count)
    for spec in specs:
        if "below" in spec and "above" in spec:
            _pair(draw, spec, found, count, boundary)
        if spec["kind"] == "lateness":
            found[spec["done"]] = found[spec["assigned"]] - (draw.random(count) < 0.2)
    kinds = draw.integers(0, len(KINDS), count)
    return {name: np.ascontiguousarray(column, np.int64) for name, column in found.items()}, kinds


def _column(draw: Any, sort: str, count: int) -> Any:
    match sort:
        case "whole":
            column = draw.integers(0, 5000, count)
            column[draw.random(count) < 0.02] = 0
            return column
        case "money_whole":
            column = np.exp(draw.uniform(np.log(1e9), np.log(1e14), count)).astype(np.int64)
            column[draw.random(count) < 0.01] = 0
            return column
        case "yes":
            return draw.random(count) < 0.7
        case "percent":
            return draw.integers(3000, 10001, count)
        case "violations":
            return draw.poisson(1.5, count)
        case "tasks":
            return draw.integers(1, 300, count)
        case "date":
            return 738960 + draw.integers(-60, 30, count)
        case "declared":
            return draw.integers(0, 500_001, count)
    return draw.integers(0, 120, count)


def _pair(draw: Any, spec: Spec, found: dict[str, Any], count: int, boundary: float) -> None:
    whole = found[spec["below"]]
    if spec["kind"] == "growth":
        part = (whole * (1 + draw.normal(0.03, 0.08, count))).astype(np.int64).clip(0)
    else:
        part = (whole * np.minimum(draw.beta(8, 1.5, count) * 1.1, 1)).astype(np.int64)
    at = np.flatnonzero(draw.random(count) < boundary)
    cuts = [Fraction(cut) for cut, _ in spec.get("cuts", [])] or [Fraction(spec.get("cut_off", "0.5")), Fraction(1)]
    if spec["kind"] == "growth":
        cuts = [1 + cut for cut in cuts]
    tops, bottoms = (np.array([getattr(c, side) for c in cuts], np.int64) for side in ("numerator", "denominator"))
    chosen = draw.integers(0, len(cuts), len(at))
    reach = -((-tops[chosen] * whole[at]) // bottoms[chosen])
    part[at] = (reach + draw.integers(-1, 2, len(at))).clip(0)
    found[spec["above"]] = part


def scales_of(columns: dict[str, str], specs: list[Spec]) -> dict[str, int]:
    """Return the scale of each column of the rulebook: two decimals of a per cent, six of declared points."""
    scales = {name: 10_000 if sort == "percent" else 1 for name, sort in columns.items() if sort != "declared"}
    return scales | {f"declared:{s['id']}": 1_000_000 for s in specs if s["kind"] == "declared"}
