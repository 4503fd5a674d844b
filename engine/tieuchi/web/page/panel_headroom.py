"""Headroom: what could still be gained, the cheapest points first."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from tieuchi.render.explain_text import step_words
from tieuchi.render.numbers import percent_text, short_number
from tieuchi.web.page.analysis import Opening
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Words, acting_html, button_html, table_html
from tieuchi.web.page.workspace import written
from tieuchi.words.terms import term


class HeadroomList:
    """A row for every next step."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.openings: list[Opening] = []

    def show(self) -> None:
        """Build the list."""
        view, language = self.view, self.view.language
        self.openings = view.analysis.openings(view.work.now)
        Words(view.word("headroom_note"), "p", "note")
        if not self.openings:
            Words(view.word("nothing_left"), "p")
            return
        heads = (
            term("criterion", language),
            view.word("gain"),
            view.word("effort"),
            view.word("step"),
            view.word("apply"),
        )
        acting_html(table_html(heads, map(self._row, self.openings), numbers=(1, 2)), self._do)
        total = sum((opening.step.gain for opening in self.openings), Fraction(0))
        Words(f"{view.word('steps_in_all')}: {short_number(total, language)}", "p")

    def _row(self, opening: Opening) -> tuple[str, ...]:
        view, language, step = self.view, self.view.language, opening.step
        effort = "–" if opening.effort is None else percent_text(opening.effort, language)
        apply = view.word("apply")
        return (
            button_html(opening.criterion, f"go:{opening.criterion}"),
            f'<span class="up">+{escape(short_number(step.gain, language))}</span>',
            escape(effort),
            escape(step_words(step, view.work.now, language)),
            button_html(apply, f"apply:{opening.criterion}", f"{apply} {opening.criterion}"),
        )

    def _do(self, what: str) -> None:
        verb, _, criterion = what.partition(":")
        opening = next((o for o in self.openings if o.criterion == criterion), None)
        if opening is None:
            return
        if verb == "go":
            self.view.go_to(criterion)
            return
        step = opening.step
        indicator = self.view.work.loaded.indicators[step.indicator]
        target = self.view.value_of(indicator, step.target)
        self.view.act(lambda: self.view.work.put_figure(step.indicator, written(target, indicator)))
        self.view.work.pause()
