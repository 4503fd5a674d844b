"""Hypothesis: indicators, ``value:`` forms and conditions, as trees that load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from small_books import Tree
from tieuchi.model.number import exact_text

T = TypeVar("T")
NEW_YEAR = date(2024, 1, 1)
UNIT_KINDS = ("province", "mountain", "island")
CHOICES = ("low", "middle", "high")

SHARES = tuple(Fraction(n, 60) for n in (0, 6, 20, 30, 45, 48, 54, 57, 60, 66))
COUNTS = tuple(Fraction(n) for n in (0, 1, 2, 3, 5, 8, 10, 25, 100))
AMOUNTS = tuple(Fraction(n, 4) for n in (-8, -1, 0, 1, 2, 6, 10, 30, 401))
DAYS = tuple(Fraction(n) for n in (-10, -1, 0, 1, 5, 15, 30))
THRESHOLDS = {"share": SHARES, "count": COUNTS, "amount": AMOUNTS, "days": DAYS}


@dataclass(frozen=True)
class Drawn:
    """A value tree, what it measures, whether more of its first indicator means more of it, its denominators."""

    tree: Tree
    measure: str
    has_denominator: bool = False
    within_one: bool = False


@dataclass
class Maker:
    """Draws parts of a rulebook and keeps the indicators that they need."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    indicators: dict[str, Tree] = field(default_factory=dict)
    parts: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of a part and the whole that it can't pass."""

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == 0)

    def few(self, least: int, most: int) -> int:
        return int(self.draw(st.integers(least, most)))

    def some(self, options: tuple[T, ...], least: int, most: int) -> list[T]:
        """Return different ones of these, in their order."""
        most = min(most, len(options))
        places = self.draw(st.sets(st.integers(0, len(options) - 1), min_size=least, max_size=most))
        return [options[place] for place in sorted(places)]

    def indicator(self, kind: str, **more: Any) -> str:
        """Return the name of an indicator of a kind: now and then one that is there already."""
        alike = [name for name, tree in self.indicators.items() if tree["kind"] == kind]
        if alike and not more and self.chance(5):
            return str(self.pick(alike))
        name = f"{kind}_{len(self.indicators)}"
        tree = {"id": name, "title": name, "kind": kind, **more}
        if kind == "choice":
            tree["choices"] = list(CHOICES)
        if kind in ("count", "amount") and self.chance(3):
            tree["range"] = {"at_least": "0", "at_most": "500"} if self.chance(2) else {"at_least": "0"}
        self.indicators[name] = tree
        return name

    def number(self) -> str:
        return self.indicator(self.pick(("count", "count", "amount", "percent", "ratio")))

    def operand(self) -> Any:
        """Return a name, or a form that is linear in its readings."""
        if not self.chance(4):
            return self.number()
        return self.pick((self.sum_, self.difference, self.weighted_mean))().tree

    # --- values --------------------------------------------------------------------------------------

    def value(self) -> Drawn:
        forms = (
            self.count, self.amount, self.share_as_read, self.ratio, self.coverage, self.growth, self.sum_,
            self.difference, self.weighted_mean, self.survey_mean, self.days_late, self.truncated,
        )  # fmt: skip
        return self.pick(forms)()

    def count(self) -> Drawn:
        return Drawn({"count": self.indicator("count")}, "count")

    def amount(self) -> Drawn:
        return Drawn({"amount": self.indicator("amount")}, "amount")

    def share_as_read(self) -> Drawn:
        return Drawn({"amount": self.indicator(self.pick(("percent", "ratio")))}, "share", within_one=True)

    def ratio(self) -> Drawn:
        if self.chance(3):
            return Drawn({"ratio": self._part_and_whole()}, "share", True, False)
        whole = self.pick((self.sum_, self.weighted_mean))().tree if self.chance(4) else self.number()
        return Drawn({"ratio": [self.operand(), whole]}, "share", True)

    def coverage(self) -> Drawn:
        return Drawn({"coverage": self._part_and_whole()}, "share", True, True)

    def _part_and_whole(self) -> list[str]:
        whole = self.indicator("count", source="whole")
        part = self.indicator("count", part_of=whole)
        self.parts.append((part, whole))
        return [part, whole]

    def growth(self) -> Drawn:
        kind = self.pick(("count", "amount"))
        return Drawn({"growth": [self.indicator(kind), self.indicator(kind)]}, "share", True)

    def sum_(self) -> Drawn:
        return Drawn({"sum": [self.number() for _ in range(self.few(2, 3))]}, "amount")

    def difference(self) -> Drawn:
        return Drawn({"difference": [self.number(), self.number()]}, "amount")

    def weighted_mean(self) -> Drawn:
        terms = [{"of": self.number(), "weight": self.pick(("1", "2", "0.5", "40%"))} for _ in range(self.few(2, 3))]
        return Drawn({"weighted_mean": terms}, "amount")

    def survey_mean(self) -> Drawn:
        worths = self.pick((("100%", "60%", "20%", "0"), ("1", "0"), ("1", "1/2", "1/4")))
        options = [{"count": self.indicator("count", source="survey"), "worth": worth} for worth in worths]
        return Drawn({"survey_mean": options}, "share", True, True)

    def days_late(self) -> Drawn:
        due = {"due": self._day()} if self.chance(2) else {"due_reading": self.indicator("date")}
        return Drawn({"days_late": {"date": self.indicator("date", source="issued"), **due}}, "days")

    def _day(self) -> str:
        day = NEW_YEAR + timedelta(days=self.few(0, 40))
        return str(self.pick((day.isoformat(), f"{day.day}/{day.month}/{day.year}")))

    def truncated(self) -> Drawn:
        inner = self.pick((self.amount, self.ratio, self.coverage, self.growth, self.survey_mean, self.difference))()
        step = {"share": ("1%", "10%", "1/3"), "amount": ("1", "0.5", "5")}[inner.measure]
        tree = {"truncate": {"of": inner.tree, "step": self.pick(step)}}
        return Drawn(tree, inner.measure, inner.has_denominator, inner.within_one)

    # --- conditions ----------------------------------------------------------------------------------

    def conditions(self) -> Any:
        """Return one condition, or a list of them."""
        if self.chance(2):
            return self.condition()
        return [self.condition() for _ in range(self.few(1, 2))]

    def condition(self) -> Tree:
        kind = self.pick(("yes_no", "yes_no", "choice", "number", "value", "unit_kind"))
        if kind == "yes_no":
            return {"indicator": self.indicator("yes_no"), "is": self.draw(st.booleans())}
        if kind == "choice":
            return {"indicator": self.indicator("choice"), "is": self.pick(CHOICES)}
        if kind == "unit_kind":
            return {"unit_kind": self.some(UNIT_KINDS, 1, 2)}
        if kind == "number":
            return {"indicator": self.indicator("count"), **self.test("count")}
        drawn = self.pick((self.ratio, self.difference, self.growth, self.days_late, self.truncated))()
        return {"value": drawn.tree, **self.test(drawn.measure)}

    def test(self, measure: str) -> Tree:
        operator = self.pick(("at_least", "more_than", "at_most", "less_than", "exactly"))
        return {operator: number_text(self.pick(THRESHOLDS[measure]), self)}


def number_text(number: Fraction, maker: Maker | None = None) -> str:
    """Write a number as rulebooks do, now and then in per cent."""
    percent = number * 100
    if maker is not None and 0 < number <= 2 and percent.denominator == 1 and maker.chance(2):
        return f"{percent}%"
    return exact_text(number)
