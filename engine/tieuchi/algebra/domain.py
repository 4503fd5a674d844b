"""What readings can be: their kinds, their declared ranges, parts that don't pass their wholes, kinds of unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import Query
from tieuchi.model.indicator import Indicator

_FIRST_DAY = Fraction(date(1900, 1, 1).toordinal())
_LAST_DAY = Fraction(date(2999, 12, 31).toordinal())


@dataclass(frozen=True, slots=True)
class Domain:
    """Everything that units can hand in, by the catalogue of one rulebook."""

    indicators: Mapping[str, Indicator]
    unit_kinds: tuple[str, ...] = ()
    """The kinds that units can have; a unit can also have none."""
    unanswered: list[Query] = field(default_factory=list, compare=False)
    """Queries that ran out of time."""
    _ranges: dict[str, Interval] = field(default_factory=dict)
    _parts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, indicator in self.indicators.items():
            whole: str | None = indicator.part_of
            seen = {name}
            while whole is not None and whole in self.indicators and whole not in seen:
                self._parts.setdefault(whole, []).append(name)
                seen.add(whole)
                whole = self.indicators[whole].part_of

    def range_of(self, name: str) -> Interval:
        """Return the numbers that a reading can be: its own range, not beyond its whole, not below its parts."""
        if name not in self._ranges:
            indicator = self.indicators[name]
            low, high = indicator.bounds
            if indicator.kind == "date":
                low, high = low or _FIRST_DAY, high or _LAST_DAY
            self._ranges[name] = Interval(low, high)
            if indicator.part_of is not None and indicator.part_of in self.indicators:
                self._ranges[name] &= Interval(high=self._top(indicator.part_of))
            for part in self._parts.get(name, ()):
                self._ranges[name] &= Interval(low=self.indicators[part].bounds[0])
        return self._ranges[name]

    def _top(self, name: str) -> Fraction | None:
        """Return the least upper end of an indicator and all the wholes it is a part of."""
        tops: list[Fraction] = []
        seen: set[str] = set()
        found: str | None = name
        while found is not None and found in self.indicators and found not in seen:
            seen.add(found)
            high = self.indicators[found].bounds[1]
            tops += [] if high is None else [high]
            found = self.indicators[found].part_of
        return min(tops, default=None)

    def whole(self, name: str) -> bool:
        """Say whether readings of an indicator are whole numbers."""
        return self.indicators[name].kind in ("count", "date")

    def numeric(self, name: str) -> bool:
        """Say whether readings of an indicator are numbers, or days."""
        return self.indicators[name].kind not in ("yes_no", "choice")

    def links(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the pairs of part and whole among some indicators."""
        known = set(names)
        pairs = ((name, self.indicators[name].part_of) for name in sorted(known))
        return tuple((part, whole) for part, whole in pairs if whole is not None and whole in known)

    def plain(self, name: str) -> Fraction | bool | str:
        """Return a value for a reading that nothing is asked of."""
        indicator = self.indicators[name]
        if indicator.kind == "yes_no":
            return False
        if indicator.kind == "choice":
            return indicator.choices[0]
        found = self.range_of(name).member(whole=self.whole(name))
        return found if found is not None else Fraction(0)
