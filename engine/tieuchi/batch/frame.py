"""One part of a table as rows to be scored: its units, its figures, and the rows that can't be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from tieuchi.batch.arrow import numbers, texts, whole
from tieuchi.batch.cells import Figures, absent, figures_of_cells, rescaled
from tieuchi.batch.figures import figures_of, integers
from tieuchi.batch.fitting import WHOLE, misfits
from tieuchi.batch.near import Near
from tieuchi.batch.rejects import Reject, row_text
from tieuchi.batch.source import Batch, check_types
from tieuchi.batch.unit_words import blank_rows, words_of
from tieuchi.batch.units import UNIT_COLUMNS, NameCheck
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import DECLARED_PREFIX, Layout, layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.number_styles import NumberStyles
from tieuchi.loading.readings_given import folded, shortened
from tieuchi.loading.readings_values import shown_value
from tieuchi.loading.table_columns import COLUMNS, column_of
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
    """Turns parts of a table into rows, at scales that only grow finer from part to part.

    ``period`` is the one of rows that name none, beside rows that do.
    """

    plan: Plan
    name: str
    locale: Any = None
    group: tuple[str, ...] = ()
    ignore_extra: bool = False
    check: NameCheck | None = None
    base: Base | None = None
    judged: bool = False
    heads: Mapping[str, Position] = field(default_factory=dict)
    period: str = ""
    scales: dict[str, int] = field(default_factory=dict)
    groups: dict[tuple[str, ...], int] = field(default_factory=dict)
    _programs: dict[tuple[tuple[str, int], ...], Program] = field(default_factory=dict)
    _meaning: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    styles: NumberStyles = field(default_factory=NumberStyles)
    left_out: Any = field(default_factory=lambda: np.zeros(0, np.int64))

    @cached_property
    def layout(self) -> Layout:
        """The columns that the rulebook reads."""
        return layout_of(self.plan)

    @cached_property
    def _near(self) -> Near:
        """The names that columns can have."""
        return Near([*self.layout.place, *UNIT_COLUMNS, *VALID_COLUMNS])

    def columns(self, names: Sequence[str]) -> dict[str, str]:
        """Return what each column of the table means; a column without a name means the empty text.

        Raises:
            ReadingsError: D436 not one name is known, so that it is no header; B604 no unit column, B605 a column that
                means nothing, D437 no figures at all, D502 and D503 declared points of no criterion, D448 two columns
                that mean the same.
        """
        key = tuple(names)
        if key in self._meaning:
            return self._meaning[key]
        found = [(name, "" if name.startswith("\x00") else _meaning_of(name, self.plan)) for name in names]
        issues: list[Issue] = []
        meaning: dict[str, str] = {}
        first: dict[str, str] = {}
        for name, means in found:
            issue = self._wrong_column(name, means, first)
            if issue is not None:
                issues.append(issue)
            elif means is not None:
                meaning[name] = means
                first.setdefault(means, name)
        issues += self._lacking_columns(meaning, whole=not issues)
        if found and not any(means for _, means in found):
            others = " / ".join(COLUMNS["unit"][1:])
            issues = [Issue("D436", self.top, facts={"column": "unit", "others": others})]
        if issues:
            raise ReadingsError(issues)
        self._meaning[key] = meaning
        return meaning

    def _wrong_column(self, name: str, means: str | None, first: Mapping[str, str]) -> Issue | None:
        """Return what is wrong with a column; ``first`` are those before it by what they mean."""
        at = self.heads.get(name, Position(self.name))
        if means is None:
            if self.ignore_extra:
                return None
            return Issue("B605", at, facts={"column": shortened(name), "nearest": self._near.to(folded(name))})
        criterion = means.removeprefix(DECLARED_PREFIX)
        if criterion != means:
            if criterion not in self.plan.by_id:
                facts = {"name": criterion, "nearest": nearest(criterion, self.plan.by_id) or ""}
                return Issue("D502", at, facts=facts)
            if not self.plan.by_id[criterion].declared:
                return Issue("D503", at, facts={"name": criterion})
        if means and means in first:
            other = first[means]
            return Issue("D448", at, facts={"column": name, "first": str(self.heads.get(other, other))})
        return None

    def _lacking_columns(self, meaning: Mapping[str, str], *, whole: bool) -> list[Issue]:
        if "unit" not in meaning.values():
            return [Issue("B604", self.top)]
        if whole and not set(meaning.values()) - {"", *UNIT_COLUMNS, *VALID_COLUMNS}:
            return [Issue("D437", self.top)]
        return []

    @property
    def top(self) -> Position:
        """Return where the header is."""
        return next(iter(self.heads.values()), Position(self.name))

    def lacking(self, names: Sequence[str]) -> list[str]:
        """Return the indicators that the rulebook reads and no column holds."""
        there = {*self.columns(names).values(), *(self.base.names if self.base else ())}
        return [name for name in self.layout.place if name not in there]

    def read(self, batch: Batch) -> Part:
        """Return one part."""
        meaning = self.columns(batch.titles)
        titles = {name: title for title, name in meaning.items() if name}
        check_types(batch, meaning)
        units = self.units(batch)
        figures = {n: self._figures(batch, t, n) for n, t in titles.items() if self._looked_at(n)}
        if self.base is not None:
            figures |= self._with_base(figures, units["unit"].to_pylist())
        rejects = [] if self.judged else self._judge(figures, titles, units, batch)
        rows = self._rows(figures, units, batch.table.num_rows)
        units = {n: column for n, column in units.items() if n not in VALID_COLUMNS}
        lines, out = batch.lines, np.isin(batch.lines, self.left_out)
        if out.any():
            kept = np.flatnonzero(~out)
            rows, lines = rows.taken(kept), lines[kept]
            units = {name: column.take(numbers(kept)) for name, column in units.items()}
        return Part(rows, units, dict(self.scales), rejects, lines, batch.name)

    def _looked_at(self, name: str) -> bool:
        """Say whether figures are wanted: those that are scored, and, until all are judged, those that may be wrong."""
        return name in self.layout.place or (not self.judged and name in self.plan.indicators)

    def _judge(
        self, figures: Mapping[str, Figures], titles: Mapping[str, str], units: Mapping[str, Any], batch: Batch
    ) -> list[Reject]:
        """Return the rows of a part that can't be scored, and note their lines, for when it is read again."""
        marks = [(row, titles.get(name, name), text) for name, f in figures.items() for row, text in f.marks.values()]
        for row, title, text in sorted(marks, key=lambda mark: mark[0]):
            clash = self.styles.clash(text, batch.place(row, title))
            if clash is not None:
                raise ReadingsError([clash])
        issues = self._issues(figures, titles, units, batch)
        blank = _blank_rows(batch, units, issues)
        unnamed = [title for title, name in self.columns(batch.titles).items() if not name]
        for row, found in _under_no_name(batch, unnamed):
            issues.setdefault(row, []).append(found)
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
        wanted = {"unit", *self.group, *names}
        some = {title: name for title, name in self.columns(titles).items() if name in wanted}
        self._meaning[tuple(some)] = some
        return list(some)

    def units(self, batch: Batch) -> dict[str, Any]:
        """Return who stands in the rows of a part, as columns of text."""
        meaning = self.columns(batch.titles)
        check_types(batch, meaning)
        units = {n: _texts(batch, t) for t, n in meaning.items() if n in (*UNIT_COLUMNS, *VALID_COLUMNS)}
        if self.period and "period" in units and blank_rows(units["period"]):
            units["period"] = texts([word or self.period for word in units["period"].to_pylist()])
        return units

    def _figures(self, batch: Batch, title: str, name: str) -> Figures:
        indicator = self.plan.indicators.get(name)
        if title in batch.cells:
            return figures_of_cells(batch.cells[title], indicator, self.locale)
        return figures_of(batch.table[title], indicator, self.locale)

    def _with_base(self, figures: Mapping[str, Figures], units: list[str]) -> dict[str, Figures]:
        """Return the columns that a growth compares with, filled in from the base."""
        assert self.base is not None
        self.base.met.update(units)
        result = {}
        for name in self.base.names:
            if name not in self.layout.place:
                continue
            given = figures.get(name) or Figures(absent(len(units), paired=False), 1, {})
            column, scale, clashes = self.base.column(name, units, given.column, given.scale)
            wrong = {row: self._clash(name, own, base) for row, (own, base) in clashes.items()}
            result[name] = Figures(column, scale, {**wrong, **given.wrong})
        return result

    def _clash(self, name: str, own: Fraction, base: Fraction) -> RefusedValueError:
        here, there = (shown_value(figure, self.plan.indicators[name]) for figure in (own, base))
        return RefusedValueError("B633", value=here, base=there)

    def _issues(
        self, figures: Mapping[str, Figures], titles: Mapping[str, str], units: Mapping[str, Any], batch: Batch
    ) -> dict[int, list[Issue]]:
        """Return by row everything that is wrong with it."""
        issues: dict[int, list[Issue]] = {}
        for name, found in figures.items():
            title = titles.get(name, name)
            for row, refused in found.wrong.items():
                place = batch.place(row, title)
                facts = {"indicator": name, "criterion": name.removeprefix(DECLARED_PREFIX)}
                facts |= {k: shortened(v) for k, v in refused.facts.items()}
                issues.setdefault(row, []).append(Issue(refused.code, place, title, facts))
        for row, name, code, more in misfits(self.plan, figures, units):
            title = titles.get(name, name)
            if code in WHOLE:
                other, at = WHOLE[code]
                more[at] = str(batch.place(row, titles.get(more[other], "")))
            issues.setdefault(row, []).append(Issue(code, batch.place(row, title), title, more))
        if self.check is not None:
            for row, issue in self.check.issues(units, batch):
                issues.setdefault(row, []).append(issue)
        return issues

    def _rows(self, figures: Mapping[str, Figures], units: Mapping[str, Any], count: int) -> Rows:
        """Bring all columns to the finest scale met so far."""
        layout = self.layout
        for name, found in figures.items():
            if name in layout.place and name not in layout.below:
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
        """Return the number of each row's group, and how many groups were met so far."""
        names: list[tuple[str, ...]] = [()]
        at: Any = None
        for encoded in (units[name].dictionary_encode() for name in self.group if name in units):
            words, codes = encoded.dictionary.to_pylist(), integers(encoded.indices)
            names = [(*before, word) for before in names for word in words]
            if at is not None:
                kept, codes = np.unique(at * np.int64(len(words)) + codes, return_inverse=True)
                names = [names[place] for place in kept.tolist()]
            at = codes
        if at is None:
            return None, 1
        known = [self.groups.setdefault(name, len(self.groups)) for name in names]
        return np.array(known or [0], np.int64)[at], max(len(self.groups), 1)

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
    return words_of(whole(batch.table[title]))


def _blank_rows(batch: Batch, units: Mapping[str, Any], issues: Mapping[int, list[Issue]]) -> set[int]:
    """Return rows in which nothing stands at all, as programs leave them below a table."""
    ids = units["unit"]
    return {row for row in issues if not ids[row].as_py() and not any(w.strip() for w in batch.text(row).values())}


def _under_no_name(batch: Batch, titles: Iterable[str]) -> Iterator[tuple[int, Issue]]:
    """Yield rows with something in a column that has no name."""
    for title in titles:
        for row, text in enumerate(_texts(batch, title).to_pylist()):
            if text:
                yield row, Issue("D450", batch.place(row, title), facts={"value": shortened(text)})


def _reject(issues: list[Issue], units: Mapping[str, Any], batch: Batch, row: int) -> Reject:
    return Reject(tuple(issues), units["unit"][row].as_py(), row_text(batch.text(row)))
