"""Mergers and splits of units, with the day each takes effect, and base figures brought to the units of some day.

63 provinces became 34 in 2025: growth of a merged unit compares with the sum of what its parts had before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from tieuchi.batch.near import Near
from tieuchi.errors import Position

NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class Change:
    """From a day on a unit, or a share of it, is part of its successor."""

    unit: str
    successor: str
    since: date
    share: Fraction = Fraction(1)
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a unit is there, both days included; None where it has no end."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    at: Position = NOWHERE

    def covers(self, day: date) -> bool:
        """Say whether a day lies within."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Register:
    """All changes, which follow one another: what merged in 2025 may split in 2030.

    Attributes:
        changes: Mergers and splits.
        units: Every unit there is, with its spells; empty where the register lists none.
        kinds: Kinds of units from the top down; empty where it does not say.
    """

    changes: tuple[Change, ...] = ()
    units: Mapping[str, tuple[Spell, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    @cached_property
    def of(self) -> Mapping[str, tuple[Change, ...]]:
        """The changes by the unit that passes into others."""
        return _by(self.changes, "unit")

    @cached_property
    def into(self) -> Mapping[str, tuple[Change, ...]]:
        """The changes by the unit that something becomes."""
        return _by(self.changes, "successor")

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which anything changes, in order."""
        return tuple(sorted({change.since for change in self.changes}))

    @cached_property
    def near(self) -> Near:
        """The units there are, of which one may be meant by a name that is none."""
        return Near(self.units)

    def successors(self, unit: str, on: date, since: date = date.min) -> dict[str, Fraction]:
        """Return what a unit of one day has become by another, with the share of it that went there.

        Example:
            >>> merged = Register((Change("ha-giang", "tuyen-quang", date(2025, 7, 1)),))
            >>> merged.successors("ha-giang", date(2024, 1, 1)), merged.successors("ha-giang", date(2026, 1, 1))
            ({'ha-giang': Fraction(1, 1)}, {'tuyen-quang': Fraction(1, 1)})
        """
        found = {unit: Fraction(1)}
        for day in self.days[bisect_right(self.days, since) : bisect_right(self.days, on)]:
            after: dict[str, Fraction] = defaultdict(Fraction)
            for name, share in found.items():
                own = [c for c in self.of.get(name, ()) if c.since == day]
                for successor, part in [(c.successor, c.share) for c in own] or [(name, Fraction(1))]:
                    after[successor] += share * part
            found = dict(after)
        return found

    def absence(self, unit: str, day: date) -> tuple[str, dict[str, str]] | None:
        """Return why a unit is not there on some day, as a code with its facts, or None if it is."""
        if self.units:
            spells = self.units.get(unit)
            if spells is None:
                return "B612", {"nearest": self.near.to(unit)}
            if not any(spell.covers(day) for spell in spells):
                first = spells[0]
                return "B618", {"from": str(first.since or "…"), "to": str(first.until or "…")}
        born = [c.since for c in self.into.get(unit, ()) if c.unit != unit]
        gone = [c.since for c in self.of.get(unit, ())]
        kept = {c.since for c in self.of.get(unit, ()) if c.successor == unit}
        ends = [d for d in gone if d not in kept and d <= day]
        if ends and not any(d > max(ends) for d in born if d <= day):
            heirs = ", ".join(self.successors(unit, day, max(ends) - timedelta(1)))
            return "B619", {"since": str(max(ends)), "heirs": heirs}
        created = [d for d in born if d not in kept]
        if created and day < min(created) and not any(d <= day for d in gone) and not kept:
            return "B618", {"from": str(min(created)), "to": "…"}
        return None


def _by(changes: Iterable[Change], key: str) -> dict[str, tuple[Change, ...]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[getattr(change, key)].append(change)
    return {name: tuple(own) for name, own in found.items()}


def reaggregated(
    figures: Mapping[str, Mapping[str, Fraction | None]], register: Register, on: date, since: date = date.min
) -> dict[str, dict[str, Fraction | None]]:
    """Return figures by unit, added up to the units of some day; what lacks in one part lacks in the whole.

    So does all of a unit of which a part is not there at all: the sum of the others would pass for the whole.

    Args:
        figures: Figures by unit, as the units were on the day ``since``.
        register: What became of the units.
        on: The day whose units are wanted.
        since: The day the figures are of; changes up to it are in them already.

    Example:
        >>> merged = Register((Change("a", "c", date(2025, 7, 1)), Change("b", "c", date(2025, 7, 1))))
        >>> reaggregated({"a": {"x": Fraction(1)}, "b": {"x": Fraction(2)}}, merged, date(2026, 1, 1))
        {'c': {'x': Fraction(3, 1)}}
    """
    result: dict[str, dict[str, Fraction | None]] = {}
    for unit, columns in figures.items():
        for name, share in register.successors(unit, on, since).items():
            own = result.setdefault(name, {})
            for column, figure in columns.items():
                before = own.get(column, Fraction(0))
                own[column] = None if before is None or figure is None else before + share * figure
    for unit in _without(figures, register, on, since):
        for name in register.successors(unit, on, since).keys() & result.keys():
            result[name] = dict.fromkeys(result[name])
    return result


def _without(figures: Collection[str], register: Register, on: date, since: date) -> set[str]:
    """Return the units of the day ``since`` that passed into others and for which there are no figures."""
    parts = {change.unit for change in register.changes if since < change.since <= on} - set(figures)
    return {unit for unit in parts if register.absence(unit, since) is None}
