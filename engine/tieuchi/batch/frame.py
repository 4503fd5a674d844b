"""One part of a table as rows to be scored: its units, its figures, and the rows that can't be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tieuchi.batch.figures import Figures, absent, figures_of, rescaled
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import DECLARED_PREFIX, Column, layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.readings_given import shortened
from tieuchi.loading.readings_table import column_of
from tieuchi.model.plan import Plan

UNIT_COLUMNS = ("unit", "unit_name", "unit_kind", "unit_parent", "period")


@dataclass(slots=True)
class Part:
    """Rows of a table that can be scored, with their units; and what is wrong with those that can't."""

    rows: Rows
    units: dict[str, Any]
    scales: dict[str, int]
    issues: list[Issue]
    lines: Any


@dataclass(slots=True)
class Reader:
    """Turns parts of a table into rows, at scales that only grow finer from part to part."""

    plan: Plan
    name: str
    locale: Any = None
    group: str = ""
    ignore_extra: bool = False
    scales: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    _programs: dict[tuple[tuple[str, int], ...], Program] = field(default_factory=dict)

    def columns(self, names: Sequence[str]) -> dict[str, str]:
        """Return what each column of the table means.

        Raises:
            ReadingsError: B604 no unit column, B605 a column that means nothing.
        """
        meaning: dict[str, str] = {}
        layout = layout_of(self.plan)
        issues = []
        for name in names:
            fixed = column_of(name)
            if fixed in UNIT_COLUMNS:
                meaning[name] = fixed
            elif name in self.plan.indicators or name.strip().casefold().startswith(DECLARED_PREFIX):
                declared = name.strip().casefold().startswith(DECLARED_PREFIX)
                meaning[name] = DECLARED_PREFIX + name.strip()[len(DECLARED_PREFIX) :].strip() if declared else name
            elif not self.ignore_extra:
                known = nearest(name, [*layout.place, *UNIT_COLUMNS]) or ""
                issues.append(Issue("B605", Position(self.name), facts={"column": name, "nearest": known}))
        if "unit" not in meaning.values():
            issues.append(Issue("B604", Position(self.name)))
        if issues:
            raise ReadingsError(issues)
        return meaning

    def read(self, table: pa.Table, first_line: int) -> Part:
        """Return one part; ``first_line`` is the line of its first row in the file."""
        meaning = self.columns(table.column_names)
        layout = layout_of(self.plan)
        figures: dict[str, Figures] = {}
        titles = {}
        for title, name in meaning.items():
            if name in layout.place:
                figures[name] = figures_of(table[title], self.plan.indicators.get(name), self.locale)
                titles[name] = title
        units = {n: _texts(table[title]) for title, n in meaning.items() if n in UNIT_COLUMNS}
        issues, bad = self._issues(figures, titles, units, first_line)
        kept = np.setdiff1d(np.arange(table.num_rows), np.array(sorted(bad), np.intp)) if bad else None
        rows = self._rows(figures, units, table.num_rows)
        if kept is not None:
            rows = _taken(rows, kept)
            units = {name: texts.take(pa.array(kept)) for name, texts in units.items()}
        lines = (np.arange(table.num_rows) if kept is None else kept) + first_line
        return Part(rows, units, dict(self.scales), issues, lines)

    def _issues(
        self, figures: Mapping[str, Figures], titles: Mapping[str, str], units: Mapping[str, Any], first_line: int
    ) -> tuple[list[Issue], set[int]]:
        issues: list[Issue] = []
        bad: set[int] = set()
        for name, found in figures.items():
            for row, refused in found.wrong.items():
                bad.add(row)
                place = Position(self.name, first_line + row)
                facts = {"indicator": name, **{k: shortened(v) for k, v in refused.facts.items()}}
                issues.append(Issue(refused.code, place, titles[name], facts))
        blank = pc.equal(pc.utf8_length(units["unit"]), 0).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(blank).tolist():
            bad.add(row)
            issues.append(Issue("D434", Position(self.name, first_line + row)))
        return issues, bad

    def _rows(self, figures: Mapping[str, Figures], units: Mapping[str, Any], count: int) -> Rows:
        """Bring all columns to the finest scale met so far."""
        layout = layout_of(self.plan)
        for name, found in figures.items():
            if name not in layout.below:
                self.scales[name] = max(self.scales.get(name, 1), found.scale)
        columns = {}
        for name in layout.place:
            found_here = figures.get(name)
            if found_here is None:
                columns[name] = absent(count, paired=name in layout.below)
            elif name in layout.below:
                columns[name] = found_here.column
            else:
                columns[name] = rescaled(found_here.column, self.scales[name] // found_here.scale)
        kinds = None
        if "unit_kind" in units:
            encoded = units["unit_kind"].dictionary_encode()
            codes = [layout.kind_code(kind) for kind in encoded.dictionary.to_pylist()]
            kinds = np.array(codes or [-1], np.int64)[encoded.indices.to_numpy()]
        return Rows(count, columns, kinds, *self._grouped(units))

    def _grouped(self, units: Mapping[str, Any]) -> tuple[Any, int]:
        if not self.group or self.group not in units:
            return None, 1
        encoded = units[self.group].dictionary_encode()
        codes = [self.groups.setdefault(name, len(self.groups)) for name in encoded.dictionary.to_pylist()]
        return np.array(codes or [0], np.int64)[encoded.indices.to_numpy()], max(len(self.groups), 1)

    def program(self, part: Part) -> Program:
        """Return the program at the scales of a part."""
        key = tuple(sorted(part.scales.items()))
        if key not in self._programs:
            self._programs[key] = compile_program(self.plan, part.scales)
        return self._programs[key]


def _texts(column: Any) -> Any:
    return pc.fill_null(pc.utf8_trim_whitespace(pc.cast(column.combine_chunks(), pa.string())), "")


def _taken(rows: Rows, kept: Any) -> Rows:
    """Return only some rows."""
    place = {int(row): at for at, row in enumerate(kept)}
    columns = {}
    for name, column in rows.columns.items():
        states, below = (None if part is None else part[kept] for part in (column.states, column.below))
        exact = {place[row]: number for row, number in column.exact.items() if row in place}
        columns[name] = Column(column.values[kept], states, below, exact)
    kinds, groups = (None if part is None else part[kept] for part in (rows.kinds, rows.groups))
    return Rows(len(kept), columns, kinds, groups, rows.group_count)
