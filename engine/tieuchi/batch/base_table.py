"""The table of the period before, read and brought to the units of this period."""

from __future__ import annotations

from datetime import date
from typing import Any

from tieuchi.batch.arrow import whole
from tieuchi.batch.base import Base, base_of
from tieuchi.batch.exact import readings_at
from tieuchi.batch.frame import Reader
from tieuchi.batch.long import wide_source
from tieuchi.batch.register import Register
from tieuchi.batch.rejects import Reject
from tieuchi.batch.source import Source, open_source
from tieuchi.batch.unit_words import words_of
from tieuchi.batch.units import NameCheck
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.loading.table_columns import column_of
from tieuchi.loading.validity import period_end
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings


def load_base(
    plan: Plan, table: Any, source: Source, register: Register, *, locale: str | None, ignore_extra: bool
) -> tuple[Base, list[Reject]]:
    """Return the figures that growth compares with, and the rows of the base that can't be read.

    Args:
        plan: The rulebook.
        table: The table of the period before.
        source: The table of this period.
        register: What became of the units.
        locale: How numbers in text are written, where the base does not say.
        ignore_extra: Columns that mean nothing are passed over.

    Raises:
        ReadingsError: The base can't be read, names a unit twice, is of no period before, or one of the tables holds
            several periods.
    """
    before = wide_source(open_source(table, locale), plan, ignore_extra=ignore_extra)
    reader = Reader(plan, before.name, before.locale, ignore_extra=ignore_extra, check=NameCheck(), heads=before.heads)
    units, places = dict[str, Readings](), dict[str, Position]()
    rejects, twice, periods = list[Reject](), list[Issue](), set[str]()
    for batch in before.batches():
        part = reader.read(batch)
        rejects += part.rejects
        program = reader.program(part)
        for row in range(part.rows.count):
            readings, at = readings_at(plan, program, part, row), batch.place_of(int(part.lines[row]))
            unit = readings.unit.id
            periods.add(readings.period)
            if unit in units:
                facts = {"unit": unit, "period": readings.period or "–", "first": str(places[unit])}
                twice.append(Issue("D441", at, "unit", facts))
                continue
            units[unit], places[unit] = readings, at
    rejects += before.rejected
    since, on = _days(plan, periods, source, before.name, register)
    if twice:
        raise ReadingsError(twice)
    return base_of(plan, units, register, on, since), rejects


def _days(plan: Plan, periods: set[str], source: Source, name: str, register: Register) -> tuple[date, date]:
    """Return the last day of the base's period and of this one, between which changes of units count."""
    own = {word or plan.book.period or "" for word in _periods(source)} or {plan.book.period or ""}
    if len(own) > 1:
        raise ReadingsError([Issue("B635", Position(source.name), "period", {"periods": ", ".join(sorted(own))})])
    if len(periods) > 1:
        facts = {"periods": ", ".join(sorted(periods))}
        raise ReadingsError([Issue("B634", Position(name), "period", facts)])
    on = period_end(next(iter(own)))
    before = period_end(next(iter(periods), ""))
    if before is not None and on is not None and before >= on:
        facts = {"before": next(iter(periods)), "period": next(iter(own))}
        raise ReadingsError([Issue("B655", Position(name), "period", facts)])
    if not register.changes:
        return before or date.min, on or date.max
    if on is None:
        raise ReadingsError([Issue("B616", Position(source.name), "period", {"period": next(iter(own)) or "–"})])
    return before or date.min, on


def _periods(source: Source) -> set[str]:
    """Return the periods that stand in a table."""
    title = next((title for title in source.titles() if column_of(title) == "period"), "")
    found: set[str] = set()
    for batch in source.batches([title]) if title else ():
        if title in batch.cells:
            found |= {cell.text for cell in batch.cells[title] if cell is not None and cell.fault is None}
        else:
            found |= set(words_of(whole(batch.table[title])).unique().to_pylist())
    return found
