"""Many units: ranks by exact totals, before and after the changes of rules, and where a threshold changes anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from html import escape

from nicegui import run, ui

from tieuchi.model.number import parse_number
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.render.numbers import points_text, short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Field, Words, acting_html, attributes, button_html, choice, html, table_html
from tieuchi.web.page.rows import signed
from tieuchi.web.tasks_many import ranks_of
from tieuchi.words.terms import localised, term

MOST_SHOWN = 300


def totals(plan: Plan, every: Sequence[Readings]) -> list[Fraction | None]:
    """Return the exact totals of many units."""
    from tieuchi.whatif.cohort import Cohort

    return Cohort(plan, every).exact


class ManyPanel:
    """The ranking, and breakpoints."""

    def __init__(self, view: Desk) -> None:
        self.view = view

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
        self._breakpoints()
        ui.timer(0.01, self._rank, once=True)

    async def _rank(self) -> None:
        view, every = self.view, self.view.group
        before = await run.io_bound(totals, view.loaded.plan, every)
        after = before if not view.work.tried.rules else await run.io_bound(totals, view.work.plan, every)
        if before is None or after is None or self.box.is_deleted:
            return
        ties = view.loaded.book.ranking.ties
        self.rows = list(zip(every, ranks_of(before, ties), ranks_of(after, ties), after, before, strict=True))
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
        Words(view.word("breakpoints"), "h3")
        paths = [path for path, _ in view.work.thresholds(view.chosen)] if view.chosen in view.work.plan.by_id else []
        self.path = paths[0] if paths else ""
        with ui.element("div").classes("row-gap"):
            choice(view.word("threshold"), {p: p for p in paths}, self.path, self._choose, "breakpoint-path")
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
        rows = []
        for point in data["breakpoints"][:MOST_SHOWN]:
            value = parse_number(point["value"])
            text = short_number(value * 100, language) + "%" if share else short_number(value, language)
            moved = ", ".join(f"{unit} {localised(gain, language)}" for unit, gain in list(point["units"].items())[:8])
            ranks = ", ".join(f"{unit} {ends[0]}→{ends[1]}" for unit, ends in list(point["ranks"].items())[:8])
            rows.append(tuple(escape(cell) for cell in (text, moved, ranks)))
        with self.found:
            heads = (view.word("threshold"), view.word("units_changed"), view.word("ranks_changed"))
            html(table_html(heads, rows, numbers=(0,)))
