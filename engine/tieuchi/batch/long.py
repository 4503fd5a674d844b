"""Long tables, one row a figure, turned wide: one row a unit and period. A long table is held in memory whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from tieuchi.batch.arrow import texts
from tieuchi.batch.cells import cell_of, refused_cell
from tieuchi.batch.figures import values_of
from tieuchi.batch.near import Near
from tieuchi.batch.rejects import Reject, row_text
from tieuchi.batch.source import Batch, Source, check_types
from tieuchi.columnar.layout import DECLARED_PREFIX
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.locale_numbers import Locale, RefusedValueError
from tieuchi.loading.readings_given import Cell, folded, shortened
from tieuchi.loading.readings_values import state_of, value_of
from tieuchi.loading.table_columns import BY_NAME, COLUMNS, SUMS, column_of
from tieuchi.loading.validity import VALID_COLUMNS
from tieuchi.model.plan import Plan

UNIT = ("unit", "unit_name", "unit_kind", "unit_parent", "period", *VALID_COLUMNS)
NEEDED = ("unit", "indicator", "value")


@dataclass(slots=True)
class _Unit:
    """One unit and period as its rows told it."""

    words: dict[str, str]
    line: int
    at: Position
    figures: dict[str, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class LongTable:
    """A long table being turned: what its columns mean, its units by id and period, what is wrong with its rows."""

    plan: Plan
    meaning: Mapping[str, str]
    locale: Locale | None = None
    units: dict[tuple[str, str], _Unit] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    near: Near = field(init=False)

    def __post_init__(self) -> None:
        """Keep the names of indicators, of which one may be meant by a name that is none."""
        self.near = Near(self.plan.indicators)

    def take(self, batch: Batch) -> None:
        """Take all rows of one part."""
        check_types(batch, self.meaning)
        columns = {name: _cells(batch, title) for title, name in self.meaning.items() if name}
        unnamed = [_cells(batch, title) for title, name in self.meaning.items() if not name]
        for row in range(batch.table.num_rows):
            cells = {name: column[row] for name, column in columns.items()}
            strange = [column[row] for column in unnamed if not column[row].blank]
            issues = [Issue("D450", cell.at, facts={"value": shortened(cell.text)}) for cell in strange]
            issues += self._row(cells, batch, row)
            if issues:
                self.rejected.append(Reject(tuple(issues), cells["unit"].text, row_text(batch.text(row))))
                self.refused.add((cells["unit"].text, cells["period"].text if "period" in cells else ""))

    def _row(self, cells: dict[str, Cell], batch: Batch, row: int) -> list[Issue]:
        """Put one figure into its unit; return everything that is wrong."""
        at = batch.place(row)
        if all(cell.blank for cell in cells.values()):
            return []
        issues = [cell.fault for column, cell in cells.items() if cell.fault and column != "value"]
        words = {name: cells[name].text for name in UNIT if name in cells}
        unit = None
        if words["unit"] in SUMS:
            issues.append(Issue("D409", cells["unit"].at, facts={"unit": words["unit"]}))
        elif words["unit"]:
            unit = self.units.setdefault((words["unit"], words.get("period", "")), _Unit({}, int(batch.lines[row]), at))
            issues += _joined(unit, words, at)
        elif not cells["unit"].fault:
            issues.append(Issue("D434", cells["unit"].at))
        name = cells["indicator"].text
        if not name and not cells["indicator"].fault:
            issues.append(Issue("D451", cells["indicator"].at))
        elif name not in self.plan.indicators and not cells["indicator"].fault:
            facts = {"indicator": shortened(name), "nearest": self.near.to(name)}
            issues.append(Issue("D443", cells["indicator"].at, facts=facts))
        if unit is not None and not issues:
            issues += self._figures(unit, name, cells)
        return issues

    def _figures(self, unit: _Unit, name: str, cells: dict[str, Cell]) -> Iterator[Issue]:
        """Put the figure of a row, and points declared beside it, into its unit."""
        value = cells["value"]
        if "refused" in cells and cells["refused"].text:
            yield from self._unaccepted(name, value, cells["refused"].text)
            value = value if value.fault else refused_cell(value)
        if name in unit.figures:
            before = unit.figures[name]
            yield _twice(name, cells["value"], before)
        unit.figures.setdefault(name, value)
        for declared, cell in cells.items():
            if declared.startswith(DECLARED_PREFIX) and not cell.blank:
                yield from self._put(unit, declared, cell)

    def _unaccepted(self, name: str, value: Cell, reason: str) -> Iterator[Issue]:
        """Note what is wrong with a figure that was given and not accepted: it must be one all the same."""
        indicator = self.plan.indicators[name]
        state = "missing" if value.fault else state_of(value, indicator)
        if state == "not_applicable":
            yield Issue("D444", value.at, facts={"indicator": name, "value": shortened(reason)})
        elif state == "given":
            try:
                value_of(value, indicator, self.locale, table=True)
            except RefusedValueError as refused:
                facts = {"indicator": name, **{k: shortened(v) for k, v in refused.facts.items()}}
                yield Issue(refused.code, value.at, facts=facts)

    @staticmethod
    def _put(unit: _Unit, name: str, cell: Cell) -> Iterator[Issue]:
        """Put declared points in, which may stand on several rows of a unit if they are the same."""
        before = unit.figures.setdefault(name, cell)
        if (before.value, before.share) != (cell.value, cell.share):
            yield _twice(name, cell, before)

    def source(self, given: Source) -> Source:
        """Return all units as one wide table, but for those of which some row can't be taken."""
        units = [unit for key, unit in self.units.items() if key not in self.refused]
        named = dict.fromkeys(name for unit in units for name in unit.figures)
        names = named if units else dict.fromkeys(self.plan.indicators)  # that rows are wrong is told, not their lack
        words = {c: texts([unit.words[c] for unit in units]) for c in UNIT if c in self.meaning.values()}
        cells = {name: [unit.figures.get(name) for unit in units] for name in names}
        lines = np.array([unit.line for unit in units], np.int64)
        return Source(
            given.name, frame=pa.table(words), cells=cells, lines=lines, rows=len(units), locale=given.locale,
            rejected=[*given.rejected, *self.rejected],
            heads={self.meaning[title]: at for title, at in given.heads.items() if title in self.meaning},
        )  # fmt: skip


def _cells(batch: Batch, title: str) -> list[Cell]:
    """Return one column as cells, each with its place."""
    if title in batch.cells:
        return [Cell(None, "", batch.place(row)) if c is None else c for row, c in enumerate(batch.cells[title])]
    column = batch.table[title]
    bits = column.type.bit_width if pa.types.is_floating(column.type) else 0
    return [_cell(value, bits, batch.place(row), title) for row, value in enumerate(values_of(column))]


def _cell(value: Any, bits: int, at: Position, title: str) -> Cell:
    try:
        found = cell_of(value, bits)
    except RefusedValueError as refused:
        return Cell(None, str(value), at, fault=Issue(refused.code, at, title, refused.facts))
    return Cell(found.value, found.text, at, found.share)


def _twice(name: str, cell: Cell, before: Cell) -> Issue:
    facts = {"indicator": name, "value": shortened(cell.text), "before": shortened(before.text)}
    return Issue("D442", cell.at, facts=facts | {"first": str(before.at)})


def _joined(unit: _Unit, words: Mapping[str, str], at: Position) -> Iterator[Issue]:
    """Note what a row says of its unit; where two rows speak they must agree."""
    for column, word in words.items():
        before = unit.words.get(column)
        if word and before and word != before:
            facts = {"unit": words["unit"], "column": column, "value": word, "before": before}
            yield Issue("D452", at, facts=facts | {"first": str(unit.at)})
        unit.words[column] = before or word


def _columns(source: Source, *, ignore_extra: bool) -> dict[str, str]:
    """Return what each column of a long table means; one without a name means the empty text.

    Raises:
        ReadingsError: D436 one that is needed lacks, D438 one means nothing, D448 two mean the same.
    """
    found: dict[str, str] = {}
    issues: list[Issue] = []
    for title in source.titles():
        at, plain = source.heads.get(title, Position(source.name)), title.strip()
        name = "" if title.startswith("\x00") else column_of(title)
        if name is None and plain.casefold().startswith(DECLARED_PREFIX):
            name = DECLARED_PREFIX + plain[len(DECLARED_PREFIX) :].strip()
        if name is None:
            facts = {"column": shortened(title), "nearest": nearest(folded(title), [*COLUMNS, *BY_NAME]) or ""}
            issues += [] if ignore_extra else [Issue("D438", at, facts=facts)]
        elif name and name in found.values():
            other = next(other for other, means in found.items() if means == name)
            issues.append(Issue("D448", at, facts={"column": title, "first": str(source.heads.get(other, other))}))
        else:
            found[title] = name
    top = next(iter(source.heads.values()), Position(source.name))
    lacking = [name for name in NEEDED if name not in found.values()]
    issues += [Issue("D436", top, facts={"column": n, "others": " / ".join(COLUMNS[n][1:])}) for n in lacking]
    if issues:
        raise ReadingsError(issues)
    return found


def wide_source(source: Source, plan: Plan, *, ignore_extra: bool = False) -> Source:
    """Return the same table in wide form; a table that is wide already is returned as it is.

    Raises:
        ReadingsError: D436, D438 or D448 the columns are not those of a long table.
    """
    if not {"indicator", "value"} & {column_of(title) for title in source.titles()}:
        return source
    table = LongTable(plan, _columns(source, ignore_extra=ignore_extra), source.locale)  # type: ignore[arg-type]
    for batch in source.batches():
        table.take(batch)
    return table.source(source)
