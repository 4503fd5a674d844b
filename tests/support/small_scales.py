"""Scales on a handful of small counts, so that every reading there can be is tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from small_books import book_tree, leaf

Tree = dict[str, Any]
DUE = date(2017, 12, 31)
NEAR_DUE = 8
"""Days before and after that are tried; no threshold is farther off."""
CUTS = ["0", "1", "2", "3", "5/2", "4", "6", "7"]
SHARES = ["0", "1/3", "0.5", "60%", "0.7", "80%", "0.99", "100%", "1.5"]
KINDS = ("plain", "mountain")
MAKERS = (
    "bands_on_count", "bands_on_share", "linear", "any_violation", "stairs", "lateness", "branches", "checklist",
    "by_unit_kind", "growth", "truncated", "two_sided", "branches_with_scales", "single_points", "open_shares",
    "days", "enumerated", "composite",
)  # fmt: skip


class ScaleMaker:
    """Draws one rulebook of one sub-criterion whose readings are few and small."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.indicators: dict[str, Any] = {}

    def count(self, most: int = 6, **more: Any) -> str:
        name = f"n{len(self.indicators)}"
        low = self.random.choice([0, 0, 0, 1])
        high = self.random.randint(max(low, 2), most)
        self.indicators[name] = {"kind": "count", "range": {"at_least": str(low), "at_most": str(high)}, **more}
        return name

    def pair(self) -> list[str]:
        whole = self.count(5)
        return [self.count(5, **({"part_of": whole} if self.random.random() < 0.7 else {})), whole]

    def points(self) -> str:
        return self.random.choice(["0", "0.25", "0.5", "0.5", "1", "1"])

    def bands(self, cuts: list[str], size: int = 3) -> list[Tree]:
        numbers = {Fraction(c.rstrip("%")) / (100 if "%" in c else 1): c for c in cuts}
        picked = sorted(self.random.sample(list(numbers), self.random.randint(1, size)), reverse=True)
        up = self.random.random() < 0.5
        edge = self.random.choice(["at_most", "less_than"] if up else ["at_least", "more_than"])
        order = picked[::-1] if up else picked
        bands = [{"clause": f"c{i}", edge: numbers[c], "points": self.points()} for i, c in enumerate(order)]
        return [*bands, {"clause": "rest", "otherwise": "true", "points": self.points()}]

    def make(self, kind: str) -> Tree:
        made: Tree = getattr(self, f"_{kind}")()
        unit_kinds = {name: name for name in KINDS}
        return book_tree(leaf(**made), indicators=self.indicators, unit_kinds=unit_kinds)

    def _bands_on_count(self) -> Tree:
        return {"scale": {"bands": self.bands(CUTS)}, "value": {"count": self.count()}}

    def _two_sided(self) -> Tree:
        low, high = sorted(self.random.sample(range(7), 2))
        middle = {"clause": "middle", "at_least": str(low), "at_most": str(high), "points": self.points()}
        bands = [middle, {"clause": "rest", "otherwise": "true", "points": self.points()}]
        return {"scale": {"bands": bands}, "value": {"sum": [{"count": self.count()}, {"count": self.count()}]}}

    def _bands_on_share(self) -> Tree:
        made = {"scale": {"bands": self.bands(SHARES)}, "value": {"ratio": self.pair()}}
        return self.maybe_nothing(made)

    def _single_points(self) -> Tree:
        """Single values and open intervals, in any order: none stands for an interval of its own."""
        low, middle, high = sorted(self.random.sample(range(7), 3))
        ends: list[Tree] = [
            {"exactly": str(middle)},
            {"more_than": str(low), "less_than": str(middle)},
            {"more_than": str(middle), "less_than": str(high)},
            {"exactly": str(Fraction(middle) + self.random.choice([Fraction(1, 2), Fraction(high)]))},
        ]
        picked = self.random.sample(ends, self.random.randint(2, 4))
        bands = [{"clause": f"c{i}", **end, "points": self.points()} for i, end in enumerate(picked)]
        rest = {"clause": "rest", "otherwise": "true", "points": self.points()}
        return {"scale": {"bands": [*bands, rest]}, "value": {"count": self.count()}}

    def _open_shares(self) -> Tree:
        """Shares of a few: most of what lies between two thresholds no reading has."""
        cuts = sorted(
            self.random.sample(["0.2", "1/3", "34%", "0.4", "0.5", "51%", "2/3", "67%", "0.99"], 2), key=_value
        )
        bands = [
            {"clause": "top", "more_than": cuts[1], "points": self.points()},
            {"clause": "middle", "more_than": cuts[0], "at_most": cuts[1], "points": self.points()},
            {"clause": "low", "at_most": cuts[0], "points": self.points()},
        ]
        self.random.shuffle(bands)
        whole = self.count(3)
        return self.maybe_nothing(
            {"scale": {"bands": bands}, "value": {"ratio": [self.count(3, part_of=whole), whole]}}
        )

    def _days(self) -> Tree:
        self.indicators["issued"] = {"kind": "date"}
        due = DUE.isoformat()
        if self.random.random() < 0.5:
            scale: Tree = {"date": "issued", self.random.choice(["by", "before"]): due}
            scale |= {"on_time": self.points(), "late": self.points()}
            if self.random.random() < 0.5:
                scale |= {"grace_days": str(self.random.randint(1, 4)), "in_grace": self.points()}
            return {"scale": {"deadline": scale}}
        value = {"days_late": {"date": "issued", "due": due}}
        return {"scale": {"bands": self.bands(["-3", "0", "1", "2", "5/2", "5"])}, "value": value}

    def _enumerated(self) -> Tree:
        """Words of a list, some twice, some never."""
        self.readings()
        words = [self.random.choice(["red", "green", "blue"]) for _ in range(self.random.randint(2, 4))]
        branches: list[Tree] = []
        for index, word in enumerate(words):
            when: list[Tree] = [{"indicator": "colour", "is": word}]
            when += [{"indicator": "flag", "is": "true"}] if self.random.random() < 0.4 else []
            branches.append({"clause": f"b{index}", "when": when, "points": self.points()})
        return {"scale": {"branches": [*branches, {"clause": "rest", "otherwise": "true", "points": self.points()}]}}

    def _composite(self) -> Tree:
        """Conditions on sums and weighted means of three counts at once, which intervals alone don't decide."""
        names = [self.count(3) for _ in range(3)]
        branches: list[Tree] = []
        for index in range(self.random.randint(2, 3)):
            when = [self._of_several(names) for _ in range(self.random.randint(1, 3))]
            branches.append({"clause": f"b{index}", "when": when, "points": self.points()})
        return {"scale": {"branches": [*branches, {"clause": "rest", "otherwise": "true", "points": self.points()}]}}

    def _of_several(self, names: list[str]) -> Tree:
        picked = self.random.sample(names, self.random.randint(2, 3))
        form = self.random.choice(["sum", "weighted_mean", "difference"])
        value: Tree = {form: [{"count": n} for n in picked[: 2 if form == "difference" else 3]]}
        if form == "weighted_mean":
            value = {form: [{"of": {"count": n}, "weight": str(i + 1)} for i, n in enumerate(picked)]}
        operator = self.random.choice(["at_least", "more_than", "at_most", "less_than", "exactly"])
        return {"value": value, operator: self.random.choice(CUTS)}

    def maybe_nothing(self, made: Tree) -> Tree:
        if self.random.random() < 0.4:
            made["nothing_assigned"] = {"clause": "nothing", "points": self.points()}
        return made

    def _growth(self) -> Tree:
        pair = [self.count(5), self.count(5)]
        bands = self.bands(["-0.5", "0", "0.5", "20%", "1", "3", "6"])
        return self.maybe_nothing({"scale": {"bands": bands}, "value": {"growth": pair}})

    def _truncated(self) -> Tree:
        step = self.random.choice(["0.1", "0.25", "1/3"])
        value = {"truncate": {"of": {"ratio": self.pair()}, "step": step}}
        return self.maybe_nothing({"scale": {"bands": self.bands(SHARES)}, "value": value})

    def _linear(self) -> Tree:
        zero, full = self.random.sample(["0", "1/3", "0.5", "0.9", "1", "2"], 2)
        scale: Tree = {"zero_at": zero, "full_at": full}
        if self.random.random() < 0.4:
            scale["cut_off"] = str((Fraction(zero) + Fraction(full)) / 2)
        return self.maybe_nothing({"scale": {"linear": scale}, "value": {"ratio": self.pair()}})

    def _any_violation(self) -> Tree:
        return {
            "scale": {"any_violation": {"allowed": self.random.choice(["0", "2", "9"])}},
            "value": {"count": self.count()},
        }

    def _stairs(self) -> Tree:
        kind = self.random.choice(["deduction", "per_item", "increments"])
        scale: Tree = {"each": self.random.choice(["0.25", "1/3", "0.5"]), "per": self.random.choice(["1", "2", "1.5"])}
        scale["started"] = self.random.choice(["true", "false"])
        if kind == "increments":
            scale |= {"base": self.random.choice(["0", "0.25"]), "up_to": self.random.choice(["0", "2"])}
        if kind == "deduction":
            scale["floor"] = self.random.choice(["0", "0.25"])
        elif self.random.random() < 0.5:
            scale["at_most"] = self.random.choice(["0.75", "1"])
        return {"scale": {kind: scale}, "value": {"count": self.count()}}

    def _lateness(self) -> Tree:
        assigned = self.count(3)
        done = self.count(3, part_of=assigned)
        scale = {"assigned": assigned, "done": done, "late": self.count(2, part_of=done)}
        given = {"on_time": "1", "some_late": self.points(), "not_done": self.points()}
        made: Tree = {"scale": {"lateness": {**scale, **given}}}
        if self.random.random() < 0.5:
            made["nothing_assigned"] = {"clause": "nothing", "points": self.points()}
        return made

    def condition(self, names: list[str]) -> Tree:
        name = self.random.choice(names)
        kind = self.indicators[name]["kind"]
        if self.random.random() < 0.15:
            return {"unit_kind": [self.random.choice(KINDS)]}
        if kind == "yes_no":
            return {"indicator": name, "is": self.random.choice(["true", "false"])}
        if kind == "choice":
            return {"indicator": name, "is": self.random.choice(["red", "green", "blue"])}
        operator = self.random.choice(["at_least", "more_than", "at_most", "less_than", "exactly"])
        counts = [n for n in names if self.indicators[n]["kind"] == "count"]
        subject: Tree = {"indicator": name}
        if len(counts) > 1 and self.random.random() < 0.4:
            form = self.random.choice(["sum", "difference"])
            subject = {"value": {form: [{"count": n} for n in counts[:2]]}}
        return {**subject, operator: self.random.choice(CUTS)}

    def readings(self) -> list[str]:
        self.indicators["flag"] = {"kind": "yes_no"}
        self.indicators["colour"] = {"kind": "choice", "choices": ["red", "green", "blue"]}
        names = [self.count(4), self.count(4), "flag", "colour"]
        return self.random.sample(names, self.random.randint(2, 4))

    def _branches(self) -> Tree:
        names = self.readings()
        branches: list[Tree] = []
        for index in range(self.random.randint(1, 4)):
            when = [self.condition(names) for _ in range(self.random.randint(1, 2))]
            branches.append({"clause": f"b{index}", "when": when, "points": self.points()})
        return {"scale": {"branches": [*branches, {"clause": "rest", "otherwise": "true", "points": self.points()}]}}

    def _branches_with_scales(self) -> Tree:
        names = self.readings()
        inner = {"value": {"count": self.count()}, "scale": {"bands": self.bands(CUTS, 2)}}
        first = {"clause": "first", "when": [self.condition(names)], "points": self.points()}
        return {"scale": {"branches": [first, {"clause": "rest", "otherwise": "true", **inner}]}}

    def _checklist(self) -> Tree:
        names = self.readings()
        items = [{"clause": f"p{i}", "when": [self.condition(names)], "points": "1/3"} for i in range(3)]
        return {"scale": {"checklist": items}}

    def _by_unit_kind(self) -> Tree:
        of = self.random.choice(["thresholds", "points"])
        scale = {"factors": {"mountain": "0.5"}, "of": of, "scale": {"bands": self.bands(CUTS)}}
        return {"scale": {"by_unit_kind": scale}, "value": {"count": self.count()}}


def _value(text: str) -> Fraction:
    return Fraction(text.rstrip("%")) / (100 if "%" in text else 1)


def every_reading(indicators: Any, names: tuple[str, ...]) -> Iterator[dict[str, Fraction | bool | str]]:
    """Yield every reading there can be of a few indicators, parts within their wholes."""
    options: list[list[Fraction | bool | str]] = []
    for name in names:
        indicator = indicators[name]
        if indicator.kind == "yes_no":
            options.append([False, True])
        elif indicator.kind == "choice":
            options.append(list(indicator.choices))
        elif indicator.kind == "date":
            options.append([Fraction(DUE.toordinal() + day) for day in range(-NEAR_DUE, NEAR_DUE + 1)])
        else:
            low, high = indicator.bounds
            options.append([Fraction(n) for n in range(int(low), int(high) + 1)])
    links = [(n, indicators[n].part_of) for n in names if indicators[n].part_of in names]
    caps = {n: indicators[indicators[n].part_of].bounds[1] for n in names if indicators[n].part_of}
    for values in product(*options):
        given = dict(zip(names, values, strict=True))
        if all(given[part] <= given[whole] for part, whole in links) and all(given[n] <= c for n, c in caps.items()):
            yield given
