"""The page of scores: the tree of criteria with points, lost points, clause and next step, all by formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Criterion
from tieuchi.words.language import Language
from tieuchi.words.terms import term
from tieuchi.workbook.formula import Expr, expr, fn, if_
from tieuchi.workbook.grid import Grid, GridCell, fit_rows
from tieuchi.workbook.labels import label
from tieuchi.workbook.live_leaf import STATES
from tieuchi.workbook.live_sums import LiveScore
from tieuchi.workbook.sheets import Book, print_wide

HEAD = ("id", "criterion", "max_points", "points", "lost", "rate", "low", "high", "clause", "next_step", "owner")
WIDTHS = (8, 58, 9, 10, 10, 10, 9, 9, 20, 44, 30)
TOP = 6
"""Rows above the tree, counted from 1; the headings stand in the last of them."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The cells of one node on the page."""

    points: GridCell
    low: GridCell
    high: GridCell
    most: GridCell
    clause: GridCell
    step: GridCell | None = None


class Page:
    """Lays the page of scores."""

    def __init__(self, plan: Plan, readings: Readings | None, language: Language) -> None:
        self.plan, self.readings, self.language = plan, readings, language
        self.grid = Grid(label("scores", language))
        self.rows: dict[str, ScoreRow] = {}
        self._fields: list[int] = []

    def lay(self, score: LiveScore, grade: Expr | None, steps: Mapping[str, Expr]) -> None:
        """Lay heading, tree and total."""
        book, language = self.plan.book, self.language
        unit = self.readings.unit if self.readings else None
        self.grid.put(0, 0, book.title.of(language), "title")
        name = (unit.name or unit.id) if unit else ""
        period = (self.readings.period if self.readings else "") or book.period or ""
        self.grid.put(1, 0, f"{term('unit', language)}: {name}   {term('period', language)}: {period}", "strong")
        self.grid.put(2, 0, label("changed", language), "note")
        for column, head in enumerate(HEAD):
            self.grid.put(TOP - 1, column, label(head, language), "head")
        titles = {c.id: c for top in book.criteria for c in top.walk()}
        row = TOP
        for part in score.parts:
            self._fields.append(row)
            for node in part.walk():
                self._node(row, node, titles[node.id], steps.get(node.id), bold=node.id == part.id)
                row += 1
        self._figures(row, score, book.id, bold=True, title=term("total", language), places=book.shown.total)
        if grade is not None:
            self.grid.put(3, 0, term("grade", language), "bold")
            self.grid.put(3, 1, grade, "bold")

    def _node(self, row: int, node: LiveScore, criterion: Criterion, step: Expr | None, *, bold: bool) -> None:
        title = criterion.title.of(self.language)
        self._figures(row, node, node.id, bold=bold, title=title, places=self.plan.book.shown.points, step=step)
        if node.leaf is not None:
            office = self.plan.book.offices.get(node.leaf.plan.owner or "")
            self.grid.put(row, 10, office.of(self.language) if office else "", "beside")

    def _figures(
        self, row: int, node: LiveScore, name: str, *, bold: bool, title: str, places: int, step: Expr | None = None
    ) -> None:
        text, points = ("bold", "bold_points") if bold else ("text", "points")
        decimals = "0." + "0" * places if places else "0"
        self.grid.put(row, 0, "" if name == self.plan.book.id else name, text)
        self.grid.put(row, 1, title, text)
        most = self.grid.put(
            row, 2, if_(node.code.eq(3), 0, node.most) if not node.leaf else node.most, points, "0.###"
        )
        high = self.grid.put(row, 7, node.high, points, decimals)
        low = self.grid.put(row, 6, node.low, points, decimals)
        own = self.grid.put(row, 3, if_(node.settled, high.ref, ""), points, decimals)
        lost = fn("ROUND", expr(0) - high.ref if node.block else most.ref - high.ref, 12)
        self.grid.put(row, 4, if_(node.settled, lost, ""), points, decimals)
        rate = if_(fn("AND", node.settled, most.ref.gt(0)), high.ref / if_(most.ref.gt(0), most.ref, 1), "")
        self.grid.put(row, 5, rate, "bold_rate" if bold else "rate")
        words: Expr = expr("")
        for code in (3, 2, 1):
            words = if_(node.code.eq(code), term(STATES[code], self.language), words)
        clause = self.grid.put(row, 8, node.leaf.clause if node.leaf is not None else words, "beside")
        laid = self.grid.put(row, 9, step, "text") if step is not None else None
        self.rows[name] = ScoreRow(own, low, high, most, clause, laid)

    def write(self, book: Book) -> None:
        """Write the sheet with its colours and bars, and beside it a sheet of charts."""
        sheet = book.sheet(self.grid.title)
        self.grid.write(book, sheet)
        last = self.grid.next_row - 1
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        fit_rows(self.grid, sheet, WIDTHS)
        _colour(book, sheet, last, self.language)
        sheet.freeze_panes(TOP, 2)
        print_wide(sheet, TOP - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        self._charts(book)

    def _charts(self, book: Book) -> None:
        """Draw rate and lost points of the fields from the cells of the page."""
        sheet = book.sheet(label("figures", self.language))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1)
        for place, (head, column) in enumerate((("rate", 5), ("lost", 4))):
            chart = book.book.add_chart({"type": "bar"})
            rows = self._fields
            chart.add_series(
                {
                    "name": label(head, self.language),
                    "categories": _areas(self.grid.title, rows, 1),
                    "values": _areas(self.grid.title, rows, column),
                    "fill": {"color": ("#2563EB", "#DC2626")[place]},
                    "data_labels": {"value": True},
                }
            )
            chart.set_title({"name": f"{label(head, self.language)}: {self.plan.book.title.of(self.language)}"})
            chart.set_legend({"none": True})
            chart.set_y_axis({"reverse": True})
            ends = {"min": 0, "max": 1, "num_format": "0%"} if head == "rate" else {"min": 0, "num_format": "0.0"}
            chart.set_x_axis({**ends, "major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}}})
            chart.set_size({"width": 980, "height": 120 + 44 * len(rows)})
            sheet.insert_chart(1 + place * (8 + 3 * len(rows)), 0, chart)


def _areas(title: str, rows: list[int], column: int) -> str:
    """Return cells that do not lie side by side as one range of a chart."""
    letter = "ABCDEFGHIJK"[column]
    name = title.replace("'", "''")
    areas = ",".join(f"'{name}'!${letter}${row + 1}" for row in rows)
    return f"=({areas})" if len(rows) > 1 else f"={areas}"


def _colour(book: Book, sheet: Any, last: int, language: Language) -> None:
    """Colour what lacks and what lost; bars for rates."""
    missing = book.book.add_format({"bg_color": "#FEF3C7", "font_color": "#92400E"})
    for code in (1, 2):
        rule = {"type": "cell", "criteria": "==", "value": f'"{term(STATES[code], language)}"', "format": missing}
        sheet.conditional_format(TOP, 8, last, 8, rule)
    lost = book.book.add_format({"font_color": "#B91C1C"})
    number = f"AND(ISNUMBER($E{TOP + 1}),$E{TOP + 1}>0)"
    sheet.conditional_format(TOP, 4, last, 4, {"type": "formula", "criteria": number, "format": lost})
    bar = {
        "type": "data_bar",
        "bar_color": "#93C5FD",
        "bar_solid": True,
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": 1,
    }
    sheet.conditional_format(TOP, 5, last, 5, bar)
