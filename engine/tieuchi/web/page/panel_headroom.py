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
        self._kept: dict[str, tuple[Opening, tuple[str, ...]]] = {}

    def show(self) -> None:
        """Build the list."""
        Words(self.view.word("headroom_note"), "p", "note")
        self.list = acting_html("", self._do)
        self.refresh()

    def refresh(self) -> None:
        """Show the list as things are now."""
        view, language = self.view, self.view.language
        self.openings = view.analysis.openings(view.work.now)
        if not self.openings:
            self.list.set_content(f"<p>{escape(view.word('nothing_left'))}</p>")
            return
        words = (view.word(name) for name in ("gain", "effort", "step", "apply"))
        table = table_html((term("criterion", language), *words), map(self._row, self.openings), numbers=(1, 2))
        total = sum((opening.step.gain for opening in self.openings), Fraction(0))
        sum_words = escape(f"{view.word('steps_in_all')}: {short_number(total, language)}")
        self.list.set_content(f"{table}<p>{sum_words}</p>")

    def _row(self, opening: Opening) -> tuple[str, ...]:
        kept = self._kept.get(opening.criterion)
        if kept is None or kept[0] is not opening:
            kept = self._kept[opening.criterion] = (opening, self._written(opening))
        return kept[1]

    def _written(self, opening: Opening) -> tuple[str, ...]:
        view, language, step = self.view, self.view.language, opening.step
        effort = "–" if opening.effort is None else percent_text(opening.effort, language)
        apply = view.word("apply")
        gain = f"+{short_number(step.gain, language)}".replace("+≈", "≈ +")
        return (
            button_html(opening.criterion, f"go:{opening.criterion}"),
            f'<span class="up">{escape(gain)}</span>',
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
