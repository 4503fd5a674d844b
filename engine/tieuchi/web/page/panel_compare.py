"""Two results compared: another unit or year, another rulebook; the difference split into rules and performance."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from nicegui import ui

from tieuchi.loading.bundled import rulebook_names
from tieuchi.model.number import parse_number
from tieuchi.render.numbers import short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, attributes, choice, html, table_html
from tieuchi.words.terms import term


class ComparePanel:
    """What to compare with, and the answer."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.unit = next(iter(view.units), "")
        self.book = view.loaded.book.id

    def show(self) -> None:
        """Build the choices."""
        view = self.view
        units = {key: f"{r.unit.name or r.unit.id} {r.period}".strip() for key, r in view.units.items()}
        with ui.element("div").classes("row-gap"):
            choice(view.word("compare_with"), units, self.unit, lambda key: setattr(self, "unit", key), "compare-unit")
            books = {name: name for name in rulebook_names()}
            choice(
                view.word("compare_book"), books, self.book, lambda name: setattr(self, "book", name), "compare-book"
            )
            attributes(Button(view.word("compare_do"), self._ask, "main"), id="compare-do")
        self.answer = attributes(ui.element("div"), id="comparison", aria_live="polite")

    async def _ask(self) -> None:
        view, language = self.view, self.view.language
        other = view.units.get(self.unit, view.work.readings)
        answer = await view.ask(
            "compare", readings=view.sent(other), new_rulebook=self.book, new_readings=view.sent(view.work.now.readings)
        )
        self.answer.clear()
        if answer is None:
            return
        data = json.loads(answer[1])
        heads = (
            term("criterion", language), view.word("before"), view.word("after"), view.word("difference"),
            view.word("by_rules"), view.word("by_performance"),
        )  # fmt: skip
        shown = [data["total"], *(row for row in data["criteria"] if row["gain"] != "0")]
        with self.answer:
            html(table_html(heads, [self._row(row) for row in shown], numbers=(1, 2, 3, 4, 5)))

    def _row(self, row: dict[str, Any]) -> tuple[str, ...]:
        language = self.view.language
        name = row["criterion"] or term("total", language)
        numbers = (row[key] for key in ("before", "after", "gain", "rules", "performance"))
        return escape(name), *("–" if n is None else escape(short_number(parse_number(n), language)) for n in numbers)
