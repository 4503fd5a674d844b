"""Goal seek: the cheapest changes that reach a target, within limits; tried on the page with one press."""

from __future__ import annotations

import json
from functools import partial
from html import escape
from typing import Any

from nicegui import ui

from tieuchi.errors import TieuchiError
from tieuchi.model.number import exact_text, parse_number
from tieuchi.render.numbers import short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import (
    Button,
    Choice,
    Field,
    Words,
    acting_html,
    attributes,
    button_html,
    html,
    table_html,
)
from tieuchi.web.page.workspace import Tried, canonical_figure
from tieuchi.words.terms import localised, term

LIMITED = ("count", "amount", "percent")
"""Kinds of readings that can have limits; others can only stay as they are."""


class GoalPanel:
    """A target, limits, and the answer."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.goal = view.goal
        self.changes: list[dict[str, Any]] = []
        self.entry = {"name": next(iter(view.loaded.indicators)), "low": "", "high": ""}

    def show(self) -> None:
        """Build the form and the last answer."""
        view = self.view
        with ui.element("div").classes("row-gap"):
            self._field("target", self.goal.target, partial(setattr, self.goal, "target"))
            attributes(Button(view.word("seek"), self._seek, "main"), id="goal-seek")
        Words(view.word("goal_limits"), "h3")
        with ui.element("div").classes("row-gap"):
            titles = {name: i.title.of(view.language) for name, i in view.loaded.indicators.items()}
            taken = partial(self.entry.__setitem__, "name")
            Choice(term("readings", view.language), titles, self.entry["name"], taken, "goal-reading")
            self._field("low", "", partial(self.entry.__setitem__, "low"))
            self._field("high", "", partial(self.entry.__setitem__, "high"))
            attributes(Button(view.word("goal_limit"), self._limit), id="goal-limit")
            attributes(Button(view.word("goal_fix"), self._fix), id="goal-fix")
        self.limits = acting_html("", self._free)
        self._list()
        self.answer = attributes(ui.element("div"), aria_live="polite", id="goal-answer")
        if self.goal.found:
            self._tell(self.goal.found)

    def refresh(self) -> None:
        """Stay as it is."""

    def _field(self, name: str, value: str, on_change: Any) -> None:
        with ui.element("div").classes("field"):
            attributes(Words(self.view.word(f"goal_{name}"), "label"), _for=f"goal-{name}")
            attributes(Field(value, on_change, self.view.word(f"goal_{name}")), id=f"goal-{name}")

    def _limit(self) -> None:
        """Keep a reading between two values, either of which may be left out."""
        view, name = self.view, self.entry["name"]
        indicator = view.loaded.indicators[name]
        try:
            ends = {
                key: canonical_figure(self.entry[end], indicator, view.language)
                for key, end in (("at_least", "low"), ("at_most", "high"))
                if self.entry[end].strip()
            }
        except TieuchiError as error:
            view.tell(error)
            return
        view.tell(None)
        if ends and indicator.kind in LIMITED:
            self.goal.limits[name] = ends
            self._list()

    def _fix(self) -> None:
        """Keep a reading as it is."""
        self.goal.limits[self.entry["name"]] = {}
        self._list()

    def _free(self, name: str) -> None:
        self.goal.limits.pop(name, None)
        self._list()

    def _list(self) -> None:
        view = self.view
        rows = []
        for name, ends in self.goal.limits.items():
            low, high = (self._local(ends.get(key, "")) or "…" for key in ("at_least", "at_most"))
            span = f"{low} – {high}" if ends else view.word("goal_stays")
            title = view.loaded.indicators[name].title.of(view.language)
            free = button_html(view.word("goal_free"), name, f"{view.word('goal_free')}: {title}")
            rows.append((escape(title), escape(span), free))
        heads = (term("readings", view.language), view.word("goal_limits"), "")
        self.limits.set_content(table_html(heads, rows) if rows else "")

    async def _seek(self) -> None:
        view = self.view
        answer = await view.ask(
            "goal",
            readings=view.sent(view.work.now.readings),
            group=[view.sent(readings) for readings in view.group] or None,
            target=self.goal.target.replace(",", "."),
            plan={
                "limits": {name: ends for name, ends in self.goal.limits.items() if ends},
                "fixed": [name for name, ends in self.goal.limits.items() if not ends],
            },
        )
        if answer is not None:
            self.goal.found = json.loads(answer[1])
            self._tell(self.goal.found)

    def _tell(self, found: dict[str, Any]) -> None:
        view, language = self.view, self.view.language
        self.changes = found["changes"]
        self.answer.clear()
        with self.answer:
            Words(view.word(f"goal_{found['status']}"), "p")
            ends = [short_number(parse_number(found[name]), language) for name in ("before", "points")]
            Words(f"{term('total', language)}: {ends[0]} → {ends[1]}", "p")
            if not self.changes:
                return
            rows = [self._row(change) for change in self.changes]
            html(table_html((term("readings", language), view.word("before"), view.word("after")), rows))
            attributes(Button(view.word("goal_try"), self._try), id="goal-try")

    def _row(self, change: dict[str, Any]) -> tuple[str, ...]:
        title = self.view.work.loaded.indicators[change["indicator"]].title.of(self.view.language)
        texts = (self._local(self._text(change["indicator"], change[key])) for key in ("before", "after"))
        return escape(title), *map(escape, texts)

    def _local(self, text: str) -> str:
        return localised(text.rstrip("%"), self.view.language) + ("%" if text.endswith("%") else "")

    def _text(self, name: str, value: str | bool) -> str:
        indicator = self.view.work.loaded.indicators[name]
        if isinstance(value, bool):
            return "yes" if value else "no"
        if indicator.kind == "percent":
            value = f"{exact_text(parse_number(value) * 100)}%"
        return canonical_figure(value, indicator, "en")

    def _try(self) -> None:
        work = self.view.work
        texts = {change["indicator"]: self._text(change["indicator"], change["after"]) for change in self.changes}
        self.view.act(lambda: work.put(Tried({**work.tried.readings, **texts}, work.tried.rules)))
