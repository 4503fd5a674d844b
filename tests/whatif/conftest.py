"""The real case, loaded once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import pytest

from tieuchi.api import load_readings
from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
from tieuchi.loading.yaml_source import Node
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings, Unit
from tieuchi.model.rulebook import Rulebook


@dataclass(frozen=True)
class Province:
    root: Node
    book: Rulebook
    plan: Plan
    readings: Readings

    def peers(self, count: int, seed: int = 1) -> list[Readings]:
        """Return the province and others with figures around its own."""
        random = Random(seed)
        return [self.readings, *(self._peer(random, place) for place in range(1, count))]

    def _peer(self, random: Random, place: int) -> Readings:
        values = {}
        for name, reading in self.readings.values.items():
            value, indicator = reading.value, self.plan.indicators[name]
            if isinstance(value, Fraction) and indicator.kind == "count":
                value = max(Fraction(int(value * random.randint(60, 140) / 100)), indicator.bounds[0] or Fraction(0))
            elif isinstance(value, Fraction):
                value = min(max(value + Fraction(random.randint(-1500, 1500), 10_000), Fraction(0)), Fraction(1))
            elif isinstance(value, bool):
                value = random.random() < 0.5
            values[name] = replace(reading, value=value)
        return replace(self.readings, unit=Unit(f"unit-{place:04}", kind=self.readings.unit.kind), values=values)


@pytest.fixture(scope="session")
def province() -> Province:
    root = rulebook_tree("par-index-province/2017")
    book = rulebook_of(root)
    return Province(root, book, compile_plan(book), load_readings("soc-trang-2017", book))
