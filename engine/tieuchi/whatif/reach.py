"""What a reading can become: its range, the wholes and parts it must agree with, and how finely it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import Quotient
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan
from tieuchi.model.scorecard import Inputs

WHOLE_KINDS = ("count", "date")
GRAINS = {"percent": Fraction(1, 10_000), "ratio": Fraction(1, 10_000), "amount": Fraction(1, 100)}
"""How finely a reading that is no count is read: two decimals of a per cent, a hundredth of an amount."""


@dataclass(frozen=True, slots=True)
class Room:
    """From where to where one reading can go, and by which grain; a whole grain is that of counts and dates."""

    low: Fraction | None
    high: Fraction | None
    grain: Fraction
    whole: bool

    def holds(self, value: Fraction) -> bool:
        """Say whether a value lies inside."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Reach:
    """The room of every reading of a plan. Wholes and parts limit each other, and a coverage ends at 100%."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._limits: dict[str, set[tuple[str, str]]] = {}
        for name, indicator in plan.indicators.items():
            if indicator.part_of in plan.indicators:
                self._pair(name, indicator.part_of or "")
        for leaf in plan.leaves:
            for route in leaf.routes:
                if isinstance(route.measured, Quotient) and route.measured.kind == "coverage":
                    self._pair_of(route.measured)
            if leaf.criterion.scale is not None and leaf.criterion.scale.lateness is not None:
                self._pair(leaf.criterion.scale.lateness.done, leaf.criterion.scale.lateness.assigned)

    def _pair_of(self, quotient: Quotient) -> None:
        above, below = quotient.numerator, quotient.denominator
        if len(above.terms) == len(below.terms) == 1 and above.terms[0][1] == below.terms[0][1]:
            self._pair(above.terms[0][0], below.terms[0][0])

    def _pair(self, part: str, whole: str) -> None:
        self._limits.setdefault(part, set()).add(("below", whole))
        self._limits.setdefault(whole, set()).add(("above", part))

    def room(self, name: str, inputs: Inputs | Mapping[str, object]) -> Room:
        """Return the room of one reading, all others staying as they are."""
        values = inputs.values if isinstance(inputs, Inputs) else inputs
        indicator = self.plan.indicators[name]
        low, high = indicator.bounds
        for side, other in self._limits.get(name, ()):
            end = values.get(other)
            if not isinstance(end, Fraction):
                continue
            if side == "below" and (high is None or end < high):
                high = end
            elif side == "above" and (low is None or end > low):
                low = end
        return Room(low, high, grain_of(indicator), indicator.kind in WHOLE_KINDS)


def grain_of(indicator: Indicator) -> Fraction:
    """Return by how much a reading changes at least."""
    return GRAINS.get(indicator.kind, Fraction(1))
