"""Many units: ranks by exact totals, before and after the changes of rules, and where a threshold changes anything."""

from __future__ import annotations

import json
from fractions import Fraction
from html import escape

from nicegui import background_tasks, run, ui

from tieuchi.model.number import parse_number
from tieuchi.model.reading import Readings
from tieuchi.render.numbers import points_text, short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Choice, Field, Words, acting_html, attributes, button_html, html, table_html
from tieuchi.web.page.rows import signed
from tieuchi.words.terms import localised, term

MOST_SHOWN = 300


class ManyPanel:
    """The ranking, and breakpoints."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.criterion = view.chosen

    def refresh(self) -> None:
        """Rank again, and offer the thresholds of the criterion that is chosen now."""
        if not self.view.group:
            return
        background_tasks.create(self._rank())
        if self.criterion != self.view.chosen:
            self.thresholds.clear()
            with self.thresholds:
                self._breakpoints()

    def show(self) -> None:
        """Build the panel; totals come from a thread, so that nobody else waits."""
        view = self.view
        Words(view.word("many_note"), "p", "note")
        if not view.group:
            return
        with ui.element("div").classes("field"):
            attributes(Words(view.word("filter"), "label"), _for="rank-filter")
            attributes(Field(view.filter, self._filter, view.word("filter")), id="rank-filter")
        self.box = attributes(ui.element("div"), id="ranking")
        self.thresholds = ui.element("div")
        with self.thresholds:
            self._breakpoints()
        self.refresh()

    async def _rank(self) -> None:
        view, work, standing = self.view, self.view.work, self.view.standing
        while not standing.known(work):
            await run.io_bound(standing.settle, work)
        if self.box.is_deleted or work is not view.work:
            return
        (before, after), (was, now) = standing.ends(work), standing.ranks(work)
        self.rows = list(zip(standing.group, was, now, after, before, strict=True))
        self.rows.sort(key=lambda row: (row[2] is None, row[2] or 0))
        self._list()

    def _list(self) -> None:
        view, language = self.view, self.view.language
        wanted = view.filter.casefold()
        found = [row for row in self.rows if wanted in f"{row[0].unit.id} {row[0].unit.name}".casefold()]
        ranks = [view.word(name) for name in ("rank_now", "rank_before", "moved")]
        heads = (*ranks, term("unit", language), term("points", language), view.word("gain"))
        self.box.clear()
        with self.box:
            acting_html(
                table_html(heads, [self._row(row) for row in found[:MOST_SHOWN]], numbers=(0, 1, 2, 4, 5)), self._open
            )
            if len(found) > MOST_SHOWN:
                Words(f"{len(found) - MOST_SHOWN} {view.word('more_rows')}", "p", "note")

    def _row(self, row: tuple[Readings, int | None, int | None, Fraction | None, Fraction | None]) -> tuple[str, ...]:
        readings, was, now, points, before = row
        shown, language = self.view.loaded.book.shown, self.view.language
        shift = "" if was is None or now is None or was == now else ("▲ " if now < was else "▼ ") + str(abs(now - was))
        gain = (
            signed(points - before, language) if points is not None and before is not None and points != before else ""
        )
        unit = readings.unit
        cells = (str(now or "–"), str(was or "–"), shift)
        return (
            *(escape(cell) for cell in cells),
            button_html(unit.name or unit.id, f"open:{self.view.group.index(readings)}"),
            escape(points_text(points, language, shown.total, shown)),
            escape(gain),
        )

    def _filter(self, text: str) -> None:
        self.view.filter = text
        if hasattr(self, "rows"):
            self._list()

    def _open(self, what: str) -> None:
        place = what.partition(":")[2]
        if place.isdigit() and int(place) < len(self.view.group):
            self.view.open_unit(self.view.group[int(place)])

    def _breakpoints(self) -> None:
        view = self.view
        self.criterion = view.chosen
        Words(view.word("breakpoints"), "h3")
        paths = view.work.thresholds(view.chosen) if view.chosen in view.work.plan.by_id else []
        self.path = paths[0] if paths else ""
        with ui.element("div").classes("row-gap"):
            Choice(view.word("threshold"), {p: p for p in paths}, self.path, self._choose, "breakpoint-path")
            attributes(Button(view.word("list"), self._ask), id="list-breakpoints")
        self.found = attributes(ui.element("div"), id="breakpoints", aria_live="polite")

    def _choose(self, path: str) -> None:
        self.path = path

    async def _ask(self) -> None:
        view, language = self.view, self.view.language
        units = [view.sent(readings) for readings in view.group]
        answer = await view.ask("breakpoints", readings=units, threshold=self.path)
        self.found.clear()
        if answer is None:
            return
        data = json.loads(answer[1])
        share = "%" in view.work.rule_text(self.path)
        names = {readings.unit.id: readings.unit.name or readings.unit.id for readings in view.group}
        settled = all(total is not None for total in view.standing.ends(view.work)[1])
        rows = []
        for point in data["breakpoints"][:MOST_SHOWN]:
            value = parse_number(point["value"])
            text = short_number(value * 100, language) + "%" if share else short_number(value, language)
            gains = [(names[u], localised(gain, language)) for u, gain in list(point["units"].items())[:8]]
            moved = ", ".join(f"{name} {gain}".replace(" -", " −") for name, gain in gains)
            ranks = ", ".join(f"{names[u]} {ends[0]}→{ends[1]}" for u, ends in list(point["ranks"].items())[:8])
            ranks = ranks if settled else "–"
            rows.append(tuple(escape(cell) for cell in (text, moved, ranks)))
        with self.found:
            heads = (view.word("threshold"), view.word("units_changed"), view.word("ranks_changed"))
            html(table_html(heads, rows, numbers=(0,)))
            if not settled:
                Words(view.word("no_ranks"), "p", "note")
