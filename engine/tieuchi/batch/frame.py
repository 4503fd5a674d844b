"""One part of a table as rows to be scored: its units, its figures, and the rows that can't be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from tieuchi.batch.arrow import numbers, texts, whole
from tieuchi.batch.cells import Figures, absent, figures_of_cells, rescaled
from tieuchi.batch.figures import figures_of, integers, readable
from tieuchi.batch.fitting import misfits
from tieuchi.batch.rejects import Reject, row_text
from tieuchi.batch.source import Batch
from tieuchi.batch.unit_words import words_of
from tieuchi.batch.units import UNIT_COLUMNS, NameCheck
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import DECLARED_PREFIX, Column, Layout, layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.number_styles import NumberStyles
from tieuchi.loading.readings_given import folded, shortened
from tieuchi.loading.table_columns import column_of
from tieuchi.loading.validity import VALID_COLUMNS
from tieuchi.model.plan import Plan

if TYPE_CHECKING:
    from tieuchi.batch.base import Base
    from tieuchi.columnar.best import Best
    from tieuchi.columnar.result import Points


@dataclass(slots=True)
class Part:
    """Rows of a table that can be scored, with their units; and what is wrong with those that can't."""

    rows: Rows
    units: dict[str, Any]
    scales: dict[str, int]
    rejects: list[Reject]
    lines: Any
    name: str = ""
    scored: tuple[Best | None, Points] | None = None
    """Its points, while the table is kept, and with which best values they were found."""


@dataclass
class Reader:
    """Turns parts of a table into rows, at scales that only grow finer from part to part."""

    plan: Plan
    name: str
    locale: Any = None
    group: str = ""
    ignore_extra: bool = False
    check: NameCheck | None = None
    base: Base | None = None
    judged: bool = False
    scales: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    _programs: dict[tuple[tuple[str, int], ...], Program] = field(default_factory=dict)
    _meaning: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    styles: NumberStyles = field(default_factory=NumberStyles)
    left_out: Any = field(default_factory=lambda: np.zeros(0, np.int64))

    @cached_property
    def layout(self) -> Layout:
        """The columns that the rulebook reads."""
        return layout_of(self.plan)

    def columns(self, names: Sequence[str]) -> dict[str, str]:
        """Return what each column of the table means; a column without a name means the empty text.

        Raises:
            ReadingsError: B604 no unit column, B605 a column that means nothing, D437 no figures at all, D502
                and D503 declared points of no criterion, D448 two columns that mean the same.
        """
        key = tuple(names)
        if key in self._meaning:
            return self._meaning[key]
        meaning: dict[str, str] = {}
        issues: list[Issue] = []
        for name in names:
            found = "" if name.startswith("\x00") else _meaning_of(name, self.plan)
            if found is None:
                issues += [] if self.ignore_extra else [self._unknown(name)]
            elif found.startswith(DECLARED_PREFIX) and not self._takes(found):
                issues.append(self._undeclared(found.removeprefix(DECLARED_PREFIX)))
            elif found and found in meaning.values():
                first = next(title for title, other in meaning.items() if other == found)
                issues.append(Issue("D448", Position(self.name), facts={"column": name, "first": first}))
            else:
                meaning[name] = found
        if "unit" not in meaning.values():
            issues.append(Issue("B604", Position(self.name)))
        elif not set(meaning.values()) - {"", *UNIT_COLUMNS, *VALID_COLUMNS} and not issues:
            issues.append(Issue("D437", Position(self.name)))
        if issues:
            raise ReadingsError(issues)
        self._meaning[key] = meaning
        return meaning

    def _takes(self, declared: str) -> bool:
        leaf = self.plan.by_id.get(declared.removeprefix(DECLARED_PREFIX))
        return leaf is not None and leaf.declared

    def _undeclared(self, name: str) -> Issue:
        if name in self.plan.by_id:
            return Issue("D503", Position(self.name), facts={"name": name})
        facts = {"name": name, "nearest": nearest(name, self.plan.by_id) or ""}
        return Issue("D502", Position(self.name), facts=facts)

    def _unknown(self, name: str) -> Issue:
        known = nearest(folded(name), [*self.layout.place, *UNIT_COLUMNS, *VALID_COLUMNS]) or ""
        return Issue("B605", Position(self.name), facts={"column": shortened(name), "nearest": known})

    def lacking(self, names: Sequence[str]) -> list[str]:
        """Return the indicators that the rulebook reads and no column holds."""
        there = {*self.columns(names).values(), *(self.base.names if self.base else ())}
        return [name for name in self.layout.place if name not in there]

    def read(self, batch: Batch) -> Part:
        """Return one part."""
        meaning = self.columns(batch.titles)
        titles = {name: title for title, name in meaning.items() if name}
        units = self.units(batch)
        figures = {n: self._figures(batch, t, n) for n, t in titles.items() if n in self.layout.place}
        if self.base is not None:
            figures |= self._with_base(figures, units["unit"].to_pylist())
        rejects = [] if self.judged else self._judge(figures, titles, units, batch)
        rows = self._rows(figures, units, batch.table.num_rows)
        units = {n: column for n, column in units.items() if n not in VALID_COLUMNS}
        lines, out = batch.lines, np.isin(batch.lines, self.left_out)
        if out.any():
            kept = np.flatnonzero(~out)
            rows, lines = _taken(rows, kept), lines[kept]
            units = {name: column.take(numbers(kept)) for name, column in units.items()}
        return Part(rows, units, dict(self.scales), rejects, lines, batch.name)

    def _judge(
        self, figures: Mapping[str, Figures], titles: Mapping[str, str], units: Mapping[str, Any], batch: Batch
    ) -> list[Reject]:
        """Return the rows of a part that can't be scored, and note their lines, for when it is read again."""
        for name, found in figures.items():
            for row, text in found.marks.values():
                clash = self.styles.clash(text, batch.place(row, titles.get(name, name)))
                if clash is not None:
                    raise ReadingsError([clash])
        issues = self._issues(figures, titles, units, batch)
        blank = _blank_rows(batch, units, issues)
        unnamed = [title for title, name in self.columns(batch.titles).items() if not name]
        issues |= {row: i for row, i in _under_no_name(batch, unnamed).items() if row not in issues}
        if issues or blank:
            bad = np.array([*issues, *blank], np.intp)
            self.left_out = np.union1d(self.left_out, batch.lines[bad])
        return [_reject(i, units, batch, row) for row, i in sorted(issues.items()) if row not in blank]

    def finish(self) -> None:
        """Say that all of the table was judged; when it is read again, only figures are looked for."""
        self.judged, self.check = True, None

    def hasty(self) -> Reader:
        """Return a reader of a few columns, by the same groups and scales: this one if it has judged all rows.

        Else it leaves out only the rows which those columns alone show to be wrong.
        """
        if self.judged:
            return self
        return replace(self, check=None, left_out=np.zeros(0, np.int64), styles=NumberStyles())

    def titles(self, names: Collection[str], titles: Sequence[str]) -> list[str]:
        """Return those columns of a table, by their titles, that say who a row is or hold one of these figures."""
        wanted = {"unit", self.group, *names}
        some = {title: name for title, name in self.columns(titles).items() if name in wanted}
        self._meaning[tuple(some)] = some
        return list(some)

    def units(self, batch: Batch) -> dict[str, Any]:
        """Return who stands in the rows of a part, as columns of text."""
        meaning = self.columns(batch.titles)
        return {n: _texts(batch, t) for t, n in meaning.items() if n in (*UNIT_COLUMNS, *VALID_COLUMNS)}

    def _figures(self, batch: Batch, title: str, name: str) -> Figures:
        indicator = self.plan.indicators.get(name)
        if title in batch.cells:
            return figures_of_cells(batch.cells[title], indicator, self.locale)
        column = batch.table[title]
        if not readable(column.type):
            facts = {"column": title, "type": str(column.type)}
            raise ReadingsError([Issue("B608", Position(self.name), facts=facts)])
        return figures_of(column, indicator, self.locale)

    def _with_base(self, figures: Mapping[str, Figures], units: list[str]) -> dict[str, Figures]:
        """Return the columns that a growth compares with, filled in from the base."""
        assert self.base is not None
        result = {}
        for name in self.base.names:
            if name not in self.layout.place:
                continue
            given = figures.get(name) or Figures(absent(len(units), paired=False), 1, {})
            column, scale, clashes = self.base.column(name, units, given.column, given.scale)
            wrong = {row: RefusedValueError("B633", base=base) for row, base in clashes.items()}
            result[name] = Figures(column, scale, {**wrong, **given.wrong})
        return result

    def _issues(
        self, figures: Mapping[str, Figures], titles: Mapping[str, str], units: Mapping[str, Any], batch: Batch
    ) -> dict[int, list[Issue]]:
        """Return by row everything that is wrong with it."""
        issues: dict[int, list[Issue]] = {}
        for name, found in figures.items():
            title = titles.get(name, name)
            for row, refused in found.wrong.items():
                place = batch.place(row, title)
                facts = {"indicator": name, **{k: shortened(v) for k, v in refused.facts.items()}}
                issues.setdefault(row, []).append(Issue(refused.code, place, title, facts))
        for row, name, code, more in misfits(self.plan, figures, units):
            title = titles.get(name, name)
            if "other" in more:
                more["at"] = str(batch.place(row, titles.get(more["other"], "")))
            issues.setdefault(row, []).append(Issue(code, batch.place(row, title), title, more))
        if self.check is not None:
            for row, issue in self.check.issues(units, batch).items():
                issues.setdefault(row, []).append(issue)
        return issues

    def _rows(self, figures: Mapping[str, Figures], units: Mapping[str, Any], count: int) -> Rows:
        """Bring all columns to the finest scale met so far."""
        layout = self.layout
        for name, found in figures.items():
            if name not in layout.below:
                self.scales[name] = lcm(self.scales.get(name, 1), found.scale)
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
            kinds = np.array(codes or [-1], np.int64)[integers(encoded.indices)]
        return Rows(count, columns, kinds, *self._grouped(units))

    def _grouped(self, units: Mapping[str, Any]) -> tuple[Any, int]:
        if not self.group or self.group not in units:
            return None, 1
        encoded = units[self.group].dictionary_encode()
        codes = [self.groups.setdefault(name, len(self.groups)) for name in encoded.dictionary.to_pylist()]
        return np.array(codes or [0], np.int64)[integers(encoded.indices)], max(len(self.groups), 1)

    def program(self, part: Part) -> Program:
        """Return the program at the scales of a part."""
        key = tuple(sorted(part.scales.items()))
        if key not in self._programs:
            self._programs[key] = compile_program(self.plan, part.scales)
        return self._programs[key]


def _meaning_of(name: str, plan: Plan) -> str | None:
    """Return what a column means, or None if nothing."""
    fixed = column_of(name)
    if fixed in (*UNIT_COLUMNS, *VALID_COLUMNS):
        return fixed
    plain = name.strip()
    if plain.casefold().startswith(DECLARED_PREFIX):
        return DECLARED_PREFIX + plain[len(DECLARED_PREFIX) :].strip()
    return plain if plain in plan.indicators else None


def _texts(batch: Batch, title: str) -> Any:
    """Return a column that says who stands in a row, as text."""
    if title in batch.cells:
        return texts(["" if cell is None else cell.text for cell in batch.cells[title]])
    column = whole(batch.table[title])
    if not readable(column.type):
        facts = {"column": title, "type": str(column.type)}
        raise ReadingsError([Issue("B608", Position(batch.name), facts=facts)])
    return words_of(column)


def _blank_rows(batch: Batch, units: Mapping[str, Any], issues: Mapping[int, list[Issue]]) -> set[int]:
    """Return rows in which nothing stands at all, as programs leave them below a table."""
    ids = units["unit"]
    return {row for row in issues if not ids[row].as_py() and not any(w.strip() for w in batch.text(row).values())}


def _under_no_name(batch: Batch, titles: Iterable[str]) -> dict[int, list[Issue]]:
    """Return rows with something in a column that has no name."""
    found: dict[int, list[Issue]] = {}
    for title in titles:
        for row, text in enumerate(_texts(batch, title).to_pylist()):
            if text:
                found[row] = [Issue("D450", batch.place(row, title), facts={"value": shortened(text)})]
    return found


def _reject(issues: list[Issue], units: Mapping[str, Any], batch: Batch, row: int) -> Reject:
    return Reject(tuple(issues), units["unit"][row].as_py(), row_text(batch.text(row)))


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
