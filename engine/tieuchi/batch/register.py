"""Mergers and splits of units, with the day each takes effect, and base figures brought to the units of today.

63 provinces became 34 in 2025: growth of a merged unit compares with the sum of what its parts had. A register is a
table of ``unit``, ``successor``, ``from`` and, for splits, ``share`` (1 where nothing is said).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.model.number import parse_number


@dataclass(frozen=True, slots=True)
class Change:
    """From a day on a unit, or a share of it, is part of its successor."""

    unit: str
    successor: str
    since: date
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Register:
    """All changes. They follow one another: what merged in 2025 may split in 2030."""

    changes: tuple[Change, ...]

    def successors(self, unit: str, on: date) -> dict[str, Fraction]:
        """Return what a unit has become by some day, with the share of it that went there.

        Example:
            >>> merged = Register((Change("ha-giang", "tuyen-quang", date(2025, 7, 1)),))
            >>> merged.successors("ha-giang", date(2024, 1, 1)), merged.successors("ha-giang", date(2026, 1, 1))
            ({'ha-giang': Fraction(1, 1)}, {'tuyen-quang': Fraction(1, 1)})
        """
        return self._followed(unit, on, date.min, ())

    def _followed(self, unit: str, on: date, after: date, seen: tuple[str, ...]) -> dict[str, Fraction]:
        own = [c for c in self.changes if c.unit == unit and after < c.since <= on and c.successor not in seen]
        if not own:
            return {unit: Fraction(1)}
        first = min(change.since for change in own)
        found: dict[str, Fraction] = defaultdict(Fraction)
        for change in own:
            if change.since == first:
                below = {unit: Fraction(1)} if change.successor == unit else {}
                below = below or self._followed(change.successor, on, first, (*seen, unit))
                for name, share in below.items():
                    found[name] += change.share * share
        return dict(found)


def read_register(rows: Iterable[Sequence[str]], file: str = "") -> Register:
    """Return a register from rows of text: unit, successor, from, and perhaps share.

    Raises:
        ReadingsError: B610 a row that is none, B611 shares of a unit that do not add up to 1.
    """
    changes, issues = [], []
    for line, row in enumerate(rows, 2):
        try:
            share = parse_number(row[3]) if len(row) > 3 and row[3].strip() else Fraction(1)
            changes.append(Change(row[0].strip(), row[1].strip(), date.fromisoformat(row[2].strip()), share))
        except (ValueError, IndexError):
            issues.append(Issue("B610", Position(file, line), facts={"value": ";".join(row)}))
    totals: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    for change in changes:
        totals[change.unit, change.since] += change.share
    for (unit, since), total in totals.items():
        if total != 1:
            issues.append(Issue("B611", Position(file), facts={"unit": unit, "day": str(since), "sum": str(total)}))
    if issues:
        raise ReadingsError(issues)
    return Register(tuple(changes))


def reaggregated(
    figures: Mapping[str, Mapping[str, Fraction | None]], register: Register, on: date
) -> dict[str, dict[str, Fraction | None]]:
    """Return figures by unit, added up to the units of some day; what lacks in one part lacks in the whole.

    Example:
        >>> merged = Register((Change("a", "c", date(2025, 7, 1)), Change("b", "c", date(2025, 7, 1))))
        >>> reaggregated({"a": {"x": Fraction(1)}, "b": {"x": Fraction(2)}}, merged, date(2026, 1, 1))
        {'c': {'x': Fraction(3, 1)}}
    """
    result: dict[str, dict[str, Fraction | None]] = {}
    for unit, columns in figures.items():
        for name, share in register.successors(unit, on).items():
            own = result.setdefault(name, {})
            for column, figure in columns.items():
                before = own.get(column, Fraction(0))
                own[column] = None if before is None or figure is None else before + share * figure
    return result
