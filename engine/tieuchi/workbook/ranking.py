"""Many units: their ranking, the matrix of criteria and units in colours, and a sheet for each unit if wanted.

Rows come in plainly, so that any road can hand them over: text, exact fractions, and None where there are no points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from tieuchi.model.rulebook import Criterion
from tieuchi.words.language import Language
from tieuchi.workbook.labels import label
from tieuchi.workbook.sheets import Book, print_wide

MOST_UNIT_SHEETS = 250
TITLE_WIDTH = 56
"""Letters of a criterion's title that fit one line."""


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion of the matrix; ``level`` 0 is a top-level field."""

    id: str
    title: str
    max_points: Fraction
    level: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One unit: rank, total, grade, and its points by criterion; ``low`` and ``high`` while something is missing.

    ``group`` says within whom it is ranked, where there are several groups. ``lost`` are, by criterion and under
    ``total``, the points that lack of what applies to the unit; of the rulebook's maxima where they are not given.
    """

    id: str
    name: str
    rank: int | None
    total: Fraction | None
    points: Mapping[str, Fraction | None]
    grade: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    clauses: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    lost: Mapping[str, Fraction | None] = field(default_factory=dict)

    def most(self, name: str, declared: Fraction) -> Fraction:
        """Return the points there are for a criterion, or for the total; of a block those declared."""
        points, lost = self.total if name == "total" else self.points.get(name), self.lost.get(name)
        return declared if points is None or lost is None else points + lost or declared

    @property
    def title(self) -> str:
        """What the unit is called, with its group where there are several."""
        return f"{self.name or self.id} ({self.group})" if self.group else self.name or self.id


def columns_of(criteria: tuple[Criterion, ...], language: Language, level: int = 0) -> list[Column]:
    """Return the criteria in the order of the rulebook; a block beside the maximum is no top-level field."""
    found: list[Column] = []
    for criterion in criteria:
        own = max(level, 1) if criterion.block is not None else level
        found.append(Column(criterion.id, criterion.title.of(language), criterion.max_points, own))
        found += columns_of(criterion.criteria or (), language, level + 1)
    return found


def ranking_bytes(
    title: str, columns: Sequence[Column], rows: Sequence[Row], language: Language, *, unit_sheets: bool = False,
    note: str = "",
) -> bytes:  # fmt: skip
    """Return a workbook of many units: ranking, matrix, and, if asked, a sheet for each of the first 250 units.

    ``note`` stands below the title.
    """
    book = Book()
    writer = _Writer(book, title, columns, language)
    ordered = sorted(rows, key=lambda row: (row.group, row.rank is None, row.rank or 0, row.id))
    writer.ranking(ordered, note)
    writer.matrix(ordered)
    for row in ordered[:MOST_UNIT_SHEETS] if unit_sheets else ():
        writer.unit(row)
    return book.data()


class _Writer:
    def __init__(self, book: Book, title: str, columns: Sequence[Column], language: Language) -> None:
        self.book, self.title, self.columns, self.language = book, title, columns, language
        self.most = sum((c.max_points for c in columns if c.level == 0), Fraction(0))
        self._titles: set[str] = set()

    def _label(self, name: str) -> str:
        return label(name, self.language)

    def _sheet(self, wanted: str) -> Any:
        """Add a sheet under a name that Excel takes and that no other has."""
        base = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip().strip("'")[:28] or "–"
        name, number = base, 2
        while name.casefold() in self._titles:
            name, number = f"{base} {number}", number + 1
        self._titles.add(name.casefold())
        return self.book.sheet(name)

    def _heads(self, sheet: Any, row: int, names: Sequence[str], widths: Sequence[int]) -> None:
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            self.book.text(sheet, row, column, name, "head")
            sheet.set_column(column, column, width)

    def _number(self, sheet: Any, row: int, column: int, number: Fraction | None, form: str = "points") -> None:
        if number is None:
            sheet.write_blank(row, column, None, self.book.format(form))
        else:
            sheet.write_number(row, column, float(number), self.book.format(form))

    def ranking(self, rows: Sequence[Row], note: str) -> None:
        sheet = self._sheet(self._label("ranking"))
        self.book.text(sheet, 0, 0, self.title, "title")
        self.book.text(sheet, 1, 0, note, "note")
        heads = {"rank": 7, "unit_id": 18, "unit_name": 40, "total": 11, "rate": 11, "grade": 14, "low": 11, "high": 11}
        if any(row.group for row in rows):
            heads["group"] = 24
        names = [self._label(name) for name in heads]
        self._heads(sheet, 2, names, tuple(heads.values()))
        for place, row in enumerate(rows, 3):
            self._number(sheet, place, 0, None if row.rank is None else Fraction(row.rank), "number")
            for column, text in ((1, row.id), (2, row.name), (5, row.grade), (8, row.group))[: len(heads) - 5]:
                self.book.text(sheet, place, column, text, "beside")
            self._number(sheet, place, 3, row.total, "bold_points")
            most = row.most("total", self.most)
            rate = row.total / most if row.total is not None and most else None
            self._number(sheet, place, 4, rate, "rate")
            if row.total is None:
                self._number(sheet, place, 6, row.low)
                self._number(sheet, place, 7, row.high)
        last = 2 + max(len(rows), 1)
        bar = {"type": "data_bar", "bar_color": "#93C5FD", "bar_solid": True}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        sheet.conditional_format(3, 4, last, 4, bar | ends)
        sheet.autofilter(2, 0, last, len(names) - 1)
        print_wide(sheet, 2)
        sheet.freeze_panes(3, 3)
        _printed(sheet, 2)

    def matrix(self, rows: Sequence[Row]) -> None:
        """Write points by unit and criterion, coloured by their share of the maximum in the row above."""
        sheet = self._sheet(self._label("matrix"))
        self.book.text(sheet, 0, 0, self.title, "title")
        self._heads(sheet, 2, [self._label("rank"), self._label("unit_name")], (7, 34))
        self.book.text(sheet, 3, 1, self._label("max_points"), "bold")
        for place, column in enumerate(self.columns, 2):
            self.book.text(sheet, 1, place, column.title, "small")
            self.book.text(sheet, 2, place, column.id, "head")
            self._number(sheet, 3, place, column.max_points, "bold_points" if column.level == 0 else "points")
        sheet.set_column(2, max(1 + len(self.columns), 2), 9)
        sheet.set_row(1, 11.5 * max((ceil(len(column.title) / 8) for column in self.columns), default=1))
        for line, row in enumerate(rows, 4):
            self._number(sheet, line, 0, None if row.rank is None else Fraction(row.rank), "number")
            self.book.text(sheet, line, 1, row.title, "beside")
            for place, column in enumerate(self.columns, 2):
                form = "bold_points" if column.level == 0 else "points"
                self._number(sheet, line, place, row.points.get(column.id), form)
        self._colours(sheet, 3 + max(len(rows), 1))
        sheet.freeze_panes(4, 2)
        sheet.set_landscape()
        sheet.repeat_rows(1, 3)
        sheet.repeat_columns(0, 1)

    def _colours(self, sheet: Any, last: int) -> None:
        """Colour each criterion by what was earned of it; a cell without points stays white."""
        for place, column in enumerate(self.columns, 2):
            scale = {
                "type": "3_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FCA5A5",
                "mid_type": "num", "mid_value": float(column.max_points / 2), "mid_color": "#FEF3C7",
                "max_type": "num", "max_value": float(column.max_points), "max_color": "#86EFAC",
            }  # fmt: skip
            sheet.conditional_format(4, place, last, place, scale)

    def unit(self, row: Row) -> None:
        sheet = self._sheet(row.title)
        self.book.text(sheet, 0, 0, f"{self.title}: {row.title}", "title")
        names = [self._label(n) for n in ("id", "criterion", "max_points", "points", "lost", "rate", "clause")]
        self._heads(sheet, 2, names, (9, 60, 10, 10, 10, 10, 18))
        for line, column in enumerate(self.columns, 3):
            points = row.points.get(column.id)
            text, number = ("bold", "bold_points") if column.level == 0 else ("text", "points")
            self.book.text(sheet, line, 0, column.id, text)
            self.book.text(sheet, line, 1, column.title, text)
            sheet.set_row(line, 15 * (1 + len(column.title) // TITLE_WIDTH))
            most = row.most(column.id, column.max_points)
            self._number(sheet, line, 2, most, number)
            self._number(sheet, line, 3, points, number)
            lost = None if points is None else row.lost.get(column.id, most - points)
            self._number(sheet, line, 4, lost, number)
            rate = points / most if points is not None and most else None
            self._number(sheet, line, 5, rate, "rate")
            self.book.text(sheet, line, 6, row.clauses.get(column.id, ""), text)
        sheet.freeze_panes(3, 2)
        _printed(sheet, 2)


def _printed(sheet: Any, head: int) -> None:
    """Print a sheet as wide as the paper, with its head on every page."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


__all__ = ["Column", "Row", "ranking_bytes"]
