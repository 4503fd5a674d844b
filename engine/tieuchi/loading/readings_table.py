"""Rows of cells to units: the two forms a table of readings can have, in CSV and in a workbook.

*Long*: one figure a row, under ``unit``, ``indicator``, ``value`` and, if wanted, ``source``, ``refused``,
``unit_name``, ``unit_kind``, ``unit_parent``, ``period``, ``valid_from``, ``valid_to``. What is said of a unit or its
declared points may stand on any of its rows, and where it stands twice it must be the same.

*Wide*: one unit a row, under ``unit`` and, if wanted, the same columns about the unit; every other column is an
indicator.

A unit that is not there on the last day of its period, as ``valid_from`` and ``valid_to`` say, is refused. In both
forms a column ``declared:1.9`` holds the declared points of criterion 1.9. Columns may come in any order and under
their Vietnamese names. Rows and columns that are wholly blank are left out. A first row ``# locale: vi`` may come
before the header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import Locale
from tieuchi.loading.readings_given import Cell, Figure, GivenUnit, Report, folded
from tieuchi.loading.readings_tree import checked_locale
from tieuchi.loading.readings_values import state_of
from tieuchi.loading.table_columns import BY_NAME, COLUMNS, SUMS, column_of
from tieuchi.loading.validity import VALID_COLUMNS, validity_fault
from tieuchi.model.reading import Unit

Row = Sequence[Cell]

DECLARED = "declared:"
_LONG_ONLY = ("indicator", "value", "source", "refused")
_UNIT_COLUMNS = ("unit_name", "unit_kind", "unit_parent", "period")
_LOCALE = re.compile(r"#\s*locale\s*:\s*(\S+)", re.IGNORECASE)


@dataclass(slots=True)
class _Table:
    report: Report
    locale: Locale | None
    columns: dict[str, int] = field(default_factory=dict)
    indicators: dict[str, int] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    header: Row = ()
    blank: tuple[int, ...] = ()
    """Columns without a name."""
    spans: set[tuple[str, ...]] = field(default_factory=set)
    """What was said of when units are there."""


def units_of_table(
    rows: Iterable[Row], indicators: Collection[str], report: Report, locale: Locale | None = None
) -> list[GivenUnit]:
    """Return the units of a table in order of first appearance; what is wrong goes to the report.

    Args:
        rows: A comment row if there is one, the header, and the rows below it; no row wholly blank.
        indicators: The names that a column of a wide table can have.
        report: Takes the issues.
        locale: The locale the caller asks for; a different one in the comment row is an issue.
    """
    below = iter(rows)
    header, locale = _after_comment(below, report, locale)
    if header is None:
        report.add("D405", Position(report.file))
        return []
    blank = tuple(index for index, cell in enumerate(header) if cell.blank)
    table = _Table(report, locale, header=header, blank=blank)
    if not _read_header(table, indicators):
        return []
    first = next(below, None)
    if first is None:
        report.add("D433", header[0].at)
        return []
    body = (row for row in chain([first], below) if _is_even(row, table))
    if "value" in table.columns:
        return _long(table, body)
    return [_unit_of(table, row) for row in body if _named(table, row, "unit", "D434") is not None]


def _after_comment(rows: Iterator[Row], report: Report, locale: Locale | None) -> tuple[Row | None, Locale | None]:
    """Return the header, if there is one, and the locale that a comment before it declares."""
    row = next(rows, None)
    first = next((cell for cell in row if not cell.blank), None) if row is not None else None
    if row is None or first is None or not first.text.startswith("#"):
        return row, locale
    found = _LOCALE.fullmatch(first.text)
    others = [cell for cell in row if not cell.blank and cell is not first]
    if found is None or others:
        report.add("D435", first.at, value=first.text)
    else:
        locale = checked_locale(found[1], first.at, report, locale)
    return next(rows, None), locale


def _read_header(table: _Table, indicators: Collection[str]) -> bool:
    """Give every column its meaning; say whether the rows can be read at all."""
    named = {index: column_of(cell.text) for index, cell in enumerate(table.header)}
    is_long = "indicator" in named.values() or "value" in named.values()
    # Where not one name is known, the row is no header but perhaps a title: one issue says so.
    is_header = any(named.values()) or any(cell.text in indicators for cell in table.header)
    sound = True
    for index, cell in enumerate(table.header):
        if cell.fault is not None:
            table.report.keep(cell.fault)
        elif is_header and not cell.blank:
            sound &= _read_column(table, index, named[index], indicators, is_long)
    wanted = ("unit", "indicator", "value") if is_long else ("unit",)
    at = next((cell.at for cell in table.header if not cell.blank), Position(table.report.file))
    absent = [name for name in wanted if name not in table.columns]
    for name in absent:
        table.report.add("D436", at, column=name, others=" / ".join(COLUMNS[name][1:]))
    if sound and not absent and not is_long and not table.indicators and not table.declared:
        table.report.add("D437", at)
    return not absent


def _read_column(table: _Table, index: int, column: str | None, indicators: Collection[str], is_long: bool) -> bool:
    """Give one column its meaning; say whether it has one."""
    cell = table.header[index]
    name = cell.text
    if column is not None and (is_long or column not in _LONG_ONLY):
        place, key = table.columns, column
    elif name.casefold().startswith(DECLARED):
        place, key = table.declared, name[len(DECLARED) :].strip()
    elif not is_long and name in indicators:
        place, key = table.indicators, name
    else:
        fixed = [c for c in COLUMNS if is_long or c not in _LONG_ONLY]
        near = table.report.nearest(folded(name), [*fixed, *BY_NAME, *(() if is_long else indicators)])
        table.report.add("D438" if is_long else "D439", cell.at, column=name, nearest=near)
        return False
    if key in place:
        table.report.add("D448", cell.at, column=name, first=table.header[place[key]].at)
    place.setdefault(key, index)
    return True


def _is_even(row: Row, table: _Table) -> bool:
    """Say whether a row has the header's fields; a value under a blank header has no meaning."""
    width = len(table.header)
    in_workbook = bool(row[0].at.cell)
    for cell in row[width:] if in_workbook else ():
        if not cell.blank:
            table.report.add("D450", cell.at, value=cell.text)
    if len(row) != width and not in_workbook:
        table.report.add("D449", row[0].at, fields=len(row), columns=width)
        return False
    for index in table.blank:
        if index < len(row) and not row[index].blank:
            table.report.add("D450", row[index].at, value=row[index].text)
    return True


def _named(table: _Table, row: Row, column: str, code: str) -> str | None:
    """Return the name in a column, noting where there is none."""
    cell = row[table.columns[column]]
    if cell.fault is not None:
        table.report.keep(cell.fault)
        return None
    if not cell.text:
        table.report.add(code, cell.at)
        return None
    if column == "unit" and cell.text in SUMS:
        table.report.add("D409", cell.at, unit=cell.text)
        return None
    return cell.text


def _text(table: _Table, row: Row, column: str) -> str:
    index = table.columns.get(column)
    if index is None:
        return ""
    cell = row[index]
    if cell.fault is not None:
        table.report.keep(cell.fault)
        return ""
    return cell.text


def _unit_of(table: _Table, row: Row) -> GivenUnit:
    """Return the unit of one row with its declared points and, in a wide table, its figures."""
    name, kind, parent, period = (_text(table, row, column) for column in _UNIT_COLUMNS)
    at = row[table.columns["unit"]]
    given = GivenUnit(Unit(at.text, name, kind, parent), period, at.at, table.locale, table=True)
    given.figures = list(_cells(table, row, table.indicators))
    given.declared = list(_cells(table, row, table.declared))
    _check_span(table, row, given)
    return given


def _check_span(table: _Table, row: Row, given: GivenUnit) -> None:
    """Note that a unit is not there at the end of its period, once for all rows that say the same of it."""
    cells = {name: row[table.columns[name]] for name in VALID_COLUMNS if name in table.columns}
    said = tuple(_text(table, row, name) for name in VALID_COLUMNS)
    key = (given.unit.id, given.period, *said)
    if not cells or not given.unit.id or key in table.spans or any(cell.fault for cell in cells.values()):
        return
    table.spans.add(key)
    values = [cells[name].value if name in cells else "" for name in VALID_COLUMNS]
    span = [value if isinstance(value, date) else text for value, text in zip(values, said, strict=True)]
    fault = validity_fault(given.unit.id, given.period, span, table.locale)
    if fault is not None:
        code, column, facts = fault
        at = row[table.columns[column]].at if column in table.columns else next(iter(cells.values())).at
        table.report.add(code, at, **facts)


def _cells(table: _Table, row: Row, columns: dict[str, int]) -> Iterator[Figure]:
    for name, index in columns.items():
        yield Figure(name, row[index], table.header[index].at)


def _long(table: _Table, rows: Iterable[Row]) -> list[GivenUnit]:
    units: dict[tuple[str, str], GivenUnit] = {}
    about = ("unit", *_UNIT_COLUMNS, *VALID_COLUMNS)
    named = tuple(table.columns[name] for name in about if name in table.columns)
    last: tuple[object, ...] = ()
    for row in rows:
        unit = _named(table, row, "unit", "D434")
        indicator = _named(table, row, "indicator", "D451")
        if unit is None or indicator is None:
            continue
        says = tuple((row[place].text, row[place].fault) for place in named)
        if table.declared or says != last:
            last, new = says, _unit_of(table, row)
            known = units.setdefault((unit, new.period), new)
            if known is not new:
                _join(known, new, table)
        source, refused = _text(table, row, "source"), _text(table, row, "refused")
        cell = row[table.columns["value"]]
        named_at = row[table.columns["indicator"]].at
        known.figures.append(Figure(indicator, cell, named_at, source=source, refused=refused))
    for given in units.values():
        given.declared = _once(given.declared)
    return list(units.values())


def _join(known: GivenUnit, new: GivenUnit, table: _Table) -> None:
    """Add to a unit what a further row says of it; where both speak they must agree."""
    for column, attribute in (("unit_name", "name"), ("unit_kind", "kind"), ("unit_parent", "parent")):
        before, now = getattr(known.unit, attribute), getattr(new.unit, attribute)
        if before and now and before != now:
            facts = {"unit": known.unit.id, "column": column, "value": now, "before": before}
            table.report.add("D452", new.at, first=known.at, **facts)
        elif now:
            known.unit = replace(known.unit, **{attribute: now})
    known.declared += new.declared


def _once(declared: list[Figure]) -> list[Figure]:
    """Leave out blank repeats of declared points, and repeats that say the same."""
    kept: dict[str, Figure] = {}
    clashing: list[Figure] = []
    for figure in declared:
        before = kept.get(figure.name)
        if before is None or not _speaks(before.cell):
            kept[figure.name] = figure
        elif _speaks(figure.cell) and figure.cell.text != before.cell.text:
            clashing.append(figure)
    return [*kept.values(), *clashing]


def _speaks(cell: Cell) -> bool:
    return cell.fault is not None or state_of(cell) != "missing"
