"""Goal seek: the cheapest changes that reach a target, within limits; tried on the page with one press."""

from __future__ import annotations

import json
from functools import partial
from html import escape
from typing import Any

from nicegui import ui

from tieuchi.model.number import parse_number
from tieuchi.render.numbers import short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Field, Words, attributes, html, table_html
from tieuchi.web.page.workspace import Tried, canonical_figure
from tieuchi.words.terms import localised, term


class GoalPanel:
    """A target, limits, and the answer."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.given = view.goal_given
        self.changes: list[dict[str, Any]] = []

    def show(self) -> None:
        """Build the form and the last answer."""
        view = self.view
        with ui.element("div").classes("row-gap"):
            for name in ("target", "limits", "fixed"):
                with ui.element("div").classes("field"):
                    attributes(Words(view.word(f"goal_{name}"), "label"), _for=f"goal-{name}")
                    field = Field(self.given.get(name, ""), partial(self.given.__setitem__, name), "")
                    attributes(field, id=f"goal-{name}", aria_label=view.word(f"goal_{name}"))
            attributes(Button(view.word("seek"), self._seek, "main"), id="goal-seek")
        self.answer = attributes(ui.element("div"), aria_live="polite", id="goal-answer")
        if view.goal_found:
            self._tell(view.goal_found)

    async def _seek(self) -> None:
        view = self.view
        limits = {}
        for part in filter(None, (p.strip() for p in self.given.get("limits", "").split(";"))):
            name, _, span = part.partition("=")
            low, _, high = span.partition(":")
            ends = {"at_least": low.strip(), "at_most": high.strip()}
            limits[name.strip()] = {key: end for key, end in ends.items() if end}
        fixed = [name.strip() for name in self.given.get("fixed", "").split(",") if name.strip()]
        answer = await view.ask(
            "goal",
            readings=view.sent(view.work.now.readings),
            group=[view.sent(readings) for readings in view.group] or None,
            target=self.given.get("target", "").replace(",", "."),
            plan={"limits": limits, "fixed": fixed},
        )
        if answer is not None:
            view.goal_found = json.loads(answer[1])
            self._tell(view.goal_found)

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
        return escape(title), *(escape(self._shown(change, key)) for key in ("before", "after"))

    def _shown(self, change: dict[str, Any], key: str) -> str:
        text = self._text(change["indicator"], change[key])
        return localised(text.rstrip("%"), self.view.language) + ("%" if text.endswith("%") else "")

    def _text(self, name: str, value: str | bool) -> str:
        indicator = self.view.work.loaded.indicators[name]
        if isinstance(value, bool):
            return "yes" if value else "no"
        if indicator.kind == "percent":
            value = f"{short_exact(value)}%"
        return canonical_figure(value, indicator, "en")

    def _try(self) -> None:
        work = self.view.work
        texts = {change["indicator"]: self._text(change["indicator"], change["after"]) for change in self.changes}
        self.view.act(lambda: work.put(Tried({**work.tried.readings, **texts}, work.tried.rules)))


def short_exact(share: str) -> str:
    """Return a share as per cent, exactly."""
    from tieuchi.model.number import exact_text

    return exact_text(parse_number(share) * 100)
