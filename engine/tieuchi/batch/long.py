"""Long tables, one row a figure, turned wide: one row a unit and period. A long table is held in memory whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from tieuchi.batch.arrow import texts
from tieuchi.batch.cells import cell_of, refused_cell
from tieuchi.batch.figures import readable, values_of
from tieuchi.batch.rejects import Reject, row_text
from tieuchi.batch.source import Batch, Source
from tieuchi.columnar.layout import DECLARED_PREFIX
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.readings_given import Cell, shortened
from tieuchi.loading.table_columns import column_of
from tieuchi.model.plan import Plan

UNIT = ("unit", "unit_name", "unit_kind", "unit_parent", "period")


@dataclass(slots=True)
class _Unit:
    """One unit and period as its rows told it."""

    words: dict[str, str]
    line: int
    at: Position
    figures: dict[str, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class LongTable:
    """A long table being turned: its units by id and period, and what is wrong with its rows."""

    plan: Plan
    units: dict[tuple[str, str], _Unit] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)

    def take(self, batch: Batch) -> None:
        """Take all rows of one part."""
        meaning = {title: column_of(title) or title for title in batch.titles}
        columns = {meaning[title]: _cells(batch, title) for title in batch.titles}
        for row in range(batch.table.num_rows):
            cells = {name: column[row] for name, column in columns.items()}
            issue = self._row(cells, batch, row)
            if issue is not None:
                self.rejected.append(Reject((issue,), cells["unit"].text, row_text(batch.text(row))))
                self.refused.add((cells["unit"].text, cells["period"].text if "period" in cells else ""))

    def _row(self, cells: dict[str, Cell], batch: Batch, row: int) -> Issue | None:
        """Put one figure into its unit; return what is wrong, if anything is."""
        words = {name: cells[name].text for name in UNIT if name in cells}
        name, at = cells["indicator"].text, batch.place(row)
        if all(cell.blank for cell in cells.values()):
            return None
        fault = next((cell.fault for column, cell in cells.items() if column != "value" and cell.fault), None)
        if fault is not None:
            return fault
        if not words["unit"]:
            return Issue("D434", at)
        unit = self.units.setdefault((words["unit"], words.get("period", "")), _Unit({}, int(batch.lines[row]), at))
        for column, word in words.items():
            before = unit.words.get(column)
            if word and before and word != before:
                facts = {"unit": words["unit"], "column": column, "value": word, "before": before}
                return Issue("D452", at, facts=facts | {"first": str(unit.at)})
            unit.words[column] = before or word
        if not name:
            return None if any(c for c in cells if c.casefold().startswith(DECLARED_PREFIX)) else Issue("D451", at)
        if name not in self.plan.indicators:
            near = nearest(name, self.plan.indicators) or ""
            return Issue("D443", at, facts={"indicator": shortened(name), "nearest": near})
        refused = "refused" in cells and cells["refused"].text
        issue = self._put(unit, name, refused_cell(cells["value"]) if refused else cells["value"], at)
        for title, cell in cells.items():
            if title.casefold().startswith(DECLARED_PREFIX) and not cell.blank and issue is None:
                issue = self._put(unit, DECLARED_PREFIX + title[len(DECLARED_PREFIX) :].strip(), cell, at)
        return issue

    @staticmethod
    def _put(unit: _Unit, name: str, cell: Cell, at: Position) -> Issue | None:
        before = unit.figures.get(name)
        if before is not None and (before.value, before.share) != (cell.value, cell.share):
            facts = {"indicator": name, "value": cell.text, "before": before.text, "first": str(before.at)}
            return Issue("D442", at, facts=facts)
        unit.figures.setdefault(name, cell)
        return None

    def source(self, given: Source) -> Source:
        """Return all units as one wide table, but for those of which some row can't be taken."""
        units = [unit for key, unit in self.units.items() if key not in self.refused]
        named = dict.fromkeys(name for unit in units for name in unit.figures)
        names = named if units else dict.fromkeys(self.plan.indicators)  # that rows are wrong is told, not their lack
        kept = [c for c in UNIT if c == "unit" or any(unit.words.get(c) for unit in units)]
        words = {c: texts([unit.words.get(c, "") for unit in units]) for c in kept}
        cells = {name: [unit.figures.get(name) for unit in units] for name in names}
        lines = np.array([unit.line for unit in units], np.int64)
        return Source(
            given.name, frame=pa.table(words), cells=cells, lines=lines, rows=len(units), locale=given.locale,
            rejected=[*given.rejected, *self.rejected],
        )  # fmt: skip


def _cells(batch: Batch, title: str) -> list[Cell]:
    """Return one column as cells, each with its place."""
    if title in batch.cells:
        return [Cell(None, "", batch.place(row)) if c is None else c for row, c in enumerate(batch.cells[title])]
    column = batch.table[title]
    if not readable(column.type):
        raise ReadingsError([Issue("B608", Position(batch.name), facts={"column": title, "type": str(column.type)})])
    return [_cell(value, batch.place(row), title) for row, value in enumerate(values_of(column))]


def _cell(value: Any, at: Position, title: str) -> Cell:
    try:
        found = cell_of(value)
    except RefusedValueError as refused:
        return Cell(None, str(value), at, fault=Issue(refused.code, at, title, refused.facts))
    return Cell(found.value, found.text, at, found.share)


def wide_source(source: Source, plan: Plan) -> Source:
    """Return the same table in wide form; a table that is wide already is returned as it is."""
    if not {"indicator", "value"} <= {column_of(title) for title in source.titles()}:
        return source
    table = LongTable(plan)
    for batch in source.batches():
        table.take(batch)
    return table.source(source)
