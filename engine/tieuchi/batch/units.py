"""Who stands in a table: every unit once a period, there at the period's end, under a parent of the right kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.batch.near import Near
from tieuchi.batch.register import Register
from tieuchi.batch.source import Batch
from tieuchi.batch.unit_words import blank_rows, sum_rows, unfit
from tieuchi.errors import Issue
from tieuchi.loading.table_columns import column_of
from tieuchi.loading.validity import VALID_COLUMNS, period_end, validity_fault

UNIT_COLUMNS = ("unit", "unit_name", "unit_kind", "unit_parent", "period")


Fault = tuple[str, dict[str, str]]
"""What is wrong with the parent of a unit: code and facts."""


@dataclass(slots=True)
class _Family:
    """The units of one period with their kinds and parents."""

    kinds: dict[str, str] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)

    def kind(self, unit: str, register: Register) -> str:
        """Return of what kind a unit is, as the table or else the register says."""
        own = register.units.get(unit)
        return self.kinds.get(unit, "") or (own[0].kind if own else "")

    def pairs(self, register: Register) -> Iterator[tuple[str, str]]:
        """Yield the kinds of every parent and of the unit below it."""
        return ((self.kind(parent, register), self.kind(unit, register)) for unit, parent in self.above.items())

    def returns(self, unit: str) -> bool:
        """Say whether going up from a unit leads back to it."""
        at, seen = self.above.get(unit), set()
        while at is not None and at not in seen:
            if at == unit:
                return True
            seen.add(at)
            at = self.above.get(at)
        return False


@dataclass(slots=True)
class Parents:
    """Units with their kinds and parents in each period, as a whole table tells them."""

    families: dict[str, _Family] = field(default_factory=dict)

    def take(self, units: Mapping[str, Any]) -> None:
        """Note the units of one part; of a unit that stands twice in a period the first counts."""
        ids, parents = units["unit"].to_pylist(), units["unit_parent"].to_pylist()
        kinds, periods = (
            units[name].to_pylist() if name in units else [""] * len(ids) for name in ("unit_kind", "period")
        )
        for unit, kind, parent, period in zip(ids, kinds, parents, periods, strict=True):
            family = self.families.setdefault(period, _Family())
            if unit not in family.kinds:
                family.kinds[unit] = kind
                if parent:
                    family.above[unit] = parent

    def wrong(self, register: Register) -> dict[tuple[str, str], Fault]:
        """Return what is wrong with the parent of which unit in which period.

        A parent must be known where any is: in the table or in the register's list. The kinds of register come from
        the top down; where it lists none, no kind may stand above itself, or above a kind that mostly stands above it.
        """
        families = self.families.values()
        known = register.units.keys() | {unit for family in families for unit in family.kinds}
        asked = bool(register.units) or any(parent in known for f in families for parent in f.above.values())
        pairs = Counter(pair for family in families for pair in family.pairs(register))
        near, found = Near(known), dict[tuple[str, str], Fault]()
        for period, family in self.families.items():
            for unit, parent in family.above.items():
                facts = {"unit": unit, "parent": parent}
                if parent not in known:
                    if asked:
                        found[unit, period] = "B621", facts | {"nearest": near.to(parent)}
                elif family.returns(unit):
                    found[unit, period] = "B622", facts
                else:
                    upper, lower = family.kind(parent, register), family.kind(unit, register)
                    if upper and lower and not _stands_above(upper, lower, register.kinds, pairs):
                        found[unit, period] = "B623", facts | {"kind": lower, "parent_kind": upper}
        return found


def _stands_above(upper: str, lower: str, order: tuple[str, ...], pairs: Counter[tuple[str, str]]) -> bool:
    if upper in order and lower in order:
        return order.index(upper) < order.index(lower)
    return upper != lower and pairs[upper, lower] >= pairs[lower, upper]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Units seen: a mark for each in ascending order, and the line it first stood in."""

    marks: NDArray[np.int64]
    lines: NDArray[np.int64]

    def holds(self, marks: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which units are among these."""
        if not len(self.marks):
            return np.zeros(len(marks), bool)
        there: NDArray[np.bool_] = self.marks.take(np.searchsorted(self.marks, marks), mode="clip") == marks
        return there

    def line_of(self, marks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lines of units that are among these."""
        return self.lines[np.searchsorted(self.marks, marks)]

    def joined(self, after: _Seen) -> _Seen:
        """Return these and some seen after them. Runs grow by doubling, so that many parts stay few runs."""
        marks = np.concatenate((self.marks, after.marks))
        order = _order(marks)
        return _Seen(marks[order], np.concatenate((self.lines, after.lines))[order])


def _order(marks: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the places of marks in ascending order; of equal ones the first stays first."""
    order = np.argsort(marks)
    if (marks[order[1:]] == marks[order[:-1]]).any():  # an order that keeps equals takes six times as long
        order = np.argsort(marks, kind="stable")
    return order


def _faulty(batch: Batch) -> Iterable[tuple[int, Issue]]:
    """Yield the rows of a workbook in which who the unit is stands in a cell without a value, such as #REF!."""
    for title, cells in batch.cells.items():
        if column_of(title) in (*UNIT_COLUMNS, *VALID_COLUMNS):
            yield from ((row, cell.fault) for row, cell in enumerate(cells) if cell is not None and cell.fault)


@dataclass(slots=True)
class NameCheck:
    """Checks whether rows say who they are about, in words that a name may have."""

    def issues(self, units: Mapping[str, Any], batch: Batch) -> Iterator[tuple[int, Issue]]:
        """Yield what is wrong with rows of the next part; what follows from a cell without a value is not told."""
        faulty = dict(_faulty(batch))
        yield from faulty.items()
        yield from ((row, issue) for row, issue in self.found(units, batch) if row not in faulty)

    def found(self, units: Mapping[str, Any], batch: Batch) -> Iterator[tuple[int, Issue]]:
        """Yield what is wrong with the words in rows."""
        for name in (column for column in UNIT_COLUMNS if column in units):
            yield from (
                (row, Issue(code, batch.place(row, name), name, facts)) for row, code, facts in unfit(units[name])
            )
        yield from ((row, Issue("D434", batch.place(row))) for row in blank_rows(units["unit"]))
        yield from ((row, Issue("D409", batch.place(row), "unit", {"unit": u})) for row, u in sum_rows(units["unit"]))


@dataclass(slots=True)
class UnitCheck(NameCheck):
    """Checks the units of a table part by part; of those seen only a number of 64 bits is kept."""

    period: str
    register: Register
    parents: Mapping[tuple[str, str], Fault] = field(default_factory=dict)
    locale: Any = None
    _seen: list[_Seen] = field(default_factory=list)

    def found(self, units: Mapping[str, Any], batch: Batch) -> Iterator[tuple[int, Issue]]:
        """Yield what is wrong with the words in rows, and with the units that these name."""
        ids = units["unit"].to_pylist()
        periods = units["period"].to_pylist() if "period" in units else [""] * len(ids)
        repeated = dict(self._repeated(ids, periods, batch))
        yield from repeated.items()
        for row, who in enumerate(zip(ids, periods, strict=True)) if self.parents else ():
            if who in self.parents and row not in repeated:
                code, facts = self.parents[who]
                yield row, Issue(code, batch.place(row, "unit_parent"), "unit_parent", facts)
        if set(VALID_COLUMNS) & units.keys() or self.register.changes or self.register.units:
            yield from self._gone(ids, periods, units, batch)
        yield from NameCheck.found(self, units, batch)

    def _repeated(self, ids: list[str], periods: list[str], batch: Batch) -> Iterable[tuple[int, Issue]]:
        # Python's own hash has a secret of the process in it, so that nobody can make two units look like one.
        marks = np.fromiter(map(hash, zip(ids, periods, strict=True)), np.int64, len(ids))
        order = _order(marks)
        own = _Seen(marks[order], batch.lines[order])
        again = np.flatnonzero(own.marks[1:] == own.marks[:-1]) + 1
        doubles = dict(zip(order[again].tolist(), own.line_of(own.marks[again]).tolist(), strict=True))
        for before in self._seen:
            there = np.flatnonzero(before.holds(own.marks))
            doubles |= dict(zip(order[there].tolist(), before.line_of(own.marks[there]).tolist(), strict=True))
        self._seen.append(own)
        while len(self._seen) > 1 and len(self._seen[-2].marks) <= len(self._seen[-1].marks):
            self._seen.append(self._seen.pop(-2).joined(self._seen.pop()))
        for row, line in doubles.items():
            if ids[row]:
                facts = {"unit": ids[row], "period": periods[row] or self.period or "–"}
                yield row, Issue("D441", batch.place(row), "unit", facts | {"first": str(batch.place_of(line))})

    def _gone(
        self, ids: list[str], periods: list[str], units: Mapping[str, Any], batch: Batch
    ) -> Iterable[tuple[int, Issue]]:
        """Yield units that are not there on the last day of the period."""
        spans = {name: units[name].to_pylist() for name in VALID_COLUMNS if name in units}
        for row, unit in enumerate(ids):
            if not unit:
                continue
            period = periods[row] or self.period
            span = [spans[name][row] if name in spans else "" for name in VALID_COLUMNS]
            fault, day = validity_fault(unit, period, span, self.locale), period_end(period)
            if fault is not None:
                code, column, facts = fault
                yield row, Issue(code, batch.place(row, column), column, facts)
            elif day is not None and (gone := self.register.absence(unit, day)) is not None:
                yield row, Issue(gone[0], batch.place(row), "unit", {"unit": unit, "day": str(day), **gone[1]})
