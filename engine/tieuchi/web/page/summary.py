"""The summary that stays in sight: the total before and after, the grade, and what can be done with the changes."""

from __future__ import annotations

import asyncio
import json

from nicegui import run, ui

from tieuchi.model.number import exact_text
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Words, attributes
from tieuchi.web.page.rows import signed
from tieuchi.web.page.words_html import exact_note, shown_points, shown_rate
from tieuchi.web.tasks_many import relative
from tieuchi.words.terms import localised, term

WAIT = 1.0
"""Seconds after which a busy server is asked again."""


class Summary:
    """Total, grade, undo and the rest."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        language = view.language
        with attributes(ui.element("section").classes("summary"), aria_label=view.word("summary")):
            with ui.element("div").classes("figure"):
                Words(term("total", language), "span", "label")
                with ui.element("div"):
                    self.was = attributes(Words("", "span", "was"), id="total-before")
                    # Who listens hears a new total once it rests, not each one on a slider's way.
                    self.now = attributes(Words("", "span", "big"), id="total-now", aria_live="polite")
                    self.most = Words("", "span", "note")
                    self.delta = attributes(Words("", "span"), id="total-delta")
                self.exact = attributes(Words("", "span", "note"), id="total-exact")
            with ui.element("div").classes("figure"):
                Words(term("rate", language), "span", "label")
                self.rate = attributes(Words("", "span"), id="rate-now")
            with ui.element("div").classes("figure") as self.grade_box:
                Words(term("grade", language), "span", "label")
                self.grade = attributes(Words("", "span"), id="grade-now")
            with ui.element("div").classes("figure") as self.rank_box:
                Words(view.word("rank"), "span", "label")
                self.rank = attributes(Words("", "span"), id="rank-now")
            self.road = attributes(Words("", "span", "note"), id="road", role="status")
            with ui.element("div").classes("actions"):
                self.undo = attributes(Button(view.word("undo"), lambda: view.act(view.work.undo)), id="undo")
                self.redo = attributes(Button(view.word("redo"), lambda: view.act(view.work.redo)), id="redo")
                self.reset = attributes(Button(view.word("reset"), lambda: view.act(view.work.reset)), id="reset")

    def refresh(self) -> None:
        """Show the totals as they are now."""
        work, language = self.view.work, self.view.language
        before, now = work.before.total, work.now.total
        changed = bool(work.tried.count)
        self.was.set_text(f"{shown_points(before, work.before, language, total=True)} → " if changed else "")
        self.now.set_text(shown_points(now, work.now, language, total=True))
        self.most.set_text(f" / {localised(exact_text(now.max_points), language)}")
        self.exact.set_text(exact_note(now))
        gain = None if before.points is None or now.points is None else now.points - before.points
        self.delta.set_text(f"  {signed(gain, language)}" if gain else "")
        self.delta.classes(replace="up" if gain and gain > 0 else "down")
        self.rate.set_text(shown_rate(now, work.now, language))
        self.grade_box.set_visibility(work.plan.book.grades is not None)
        ends = (" … ".join(work.before.grades_possible), " … ".join(work.now.grades_possible))
        self.grade.set_text(ends[1] if ends[0] == ends[1] else f"{ends[0]} → {ends[1]}")
        self.road.set_text(self.view.word("checking"))
        self.show_rank()
        self.undo.enable(work.can_undo)
        self.redo.enable(work.can_redo)
        self.reset.enable(changed)

    def show_rank(self) -> None:
        """Show where the unit stands among the others of its file, before and after."""
        standing, work = self.view.standing, self.view.work
        place = standing.place(work)
        self.rank_box.set_visibility(place is not None)
        if place is None:
            return
        if not standing.known(work):
            self.rank.set_text("…")
            return
        ends = [str(ranks[place] or "–") for ranks in standing.ranks(work)]
        text = ends[1] if ends[0] == ends[1] else f"{ends[0]} → {ends[1]}"
        self.rank.set_text(f"{text} / {len(standing.group)}")

    async def settle_rank(self) -> None:
        """Score the other units of a large file beside the page, then show the rank."""
        standing, work = self.view.standing, self.view.work
        if standing.place(work) is None or standing.known(work):
            return
        await run.io_bound(standing.settle, work)
        if not self.rank.is_deleted and work is self.view.work and standing.known(work):
            self.show_rank()

    async def check(self) -> None:
        """Have a worker score what is shown by both roads, and say whether all agree."""
        await self.settle_rank()
        view, card = self.view, self.view.work.now
        pool = view.service.pool
        while pool.waiting >= pool.size:
            # Others come first: what is shown is exact already.
            await asyncio.sleep(WAIT)
            if card is not view.work.now or self.road.is_deleted:
                return
        group = [view.sent(readings) for readings in view.work.group] if relative(view.work.plan) else []
        answer = await view.ask("total", quiet=True, readings=view.sent(card.readings), group=group or None)
        if answer is None or card is not view.work.now or self.road.is_deleted:
            return
        found = json.loads(answer[1])
        shown = None if card.total.points is None else exact_text(card.total.points)
        both = view.word("checked" if found["road"] != "exact" else "checked_alone")
        self.road.set_text(both if found["points"] == shown else view.word("differs"))
