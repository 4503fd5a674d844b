"""Two results compared: another unit or year, another rulebook; the difference split into rules and performance."""

from __future__ import annotations

import json
from functools import partial
from html import escape
from itertools import islice
from typing import Any

from nicegui import ui

from tieuchi.model.number import parse_number
from tieuchi.render.numbers import short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Choice, attributes, html, table_html
from tieuchi.words.terms import term

MOST_LISTED = 1_000
"""Units in the list to choose from."""


class ComparePanel:
    """What to compare with, and the answer."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.unit = next(iter(view.units), "")
        self.book = view.loaded.name

    def show(self) -> None:
        """Build the choices."""
        view = self.view
        listed = islice(view.units.items(), MOST_LISTED)
        units = {key: f"{r.unit.name or r.unit.id} {r.period}".strip() for key, r in listed}
        with ui.element("div").classes("row-gap"):
            Choice(view.word("compare_with"), units, self.unit, lambda key: setattr(self, "unit", key), "compare-unit")
            taken = partial(setattr, self, "book")
            Choice(view.word("compare_book"), view.books(), self.book, taken, "compare-book")
            attributes(Button(view.word("compare_do"), self._ask, "main"), id="compare-do")
        self.answer = attributes(ui.element("div"), id="comparison", aria_live="polite")

    def refresh(self) -> None:
        """Stay as it is."""

    async def _ask(self) -> None:
        view, language = self.view, self.view.language
        other = view.units.get(self.unit, view.work.readings)
        answer = await view.ask(
            "compare",
            rulebook=view.as_asked(self.book),
            readings=view.sent(other),
            new_rulebook=view.rulebook_now(),
            new_readings=view.sent(view.work.now.readings),
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
