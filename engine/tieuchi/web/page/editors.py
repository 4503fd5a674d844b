"""Fields in which figures and thresholds are changed: text, a slider with the scale's steps, yes or no, a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from nicegui import ui

from tieuchi.errors import TieuchiError
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import parse_number
from tieuchi.render.numbers import value_text
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.elements import MarkedRange
from tieuchi.web.page.plain import Choice, Field, Words, attributes
from tieuchi.web.page.words_html import reading_words
from tieuchi.web.page.workspace import figure_text, number_of, written
from tieuchi.words.terms import localised, term

MOST_STOPS = 100_000
"""Stops of a slider; a wider room gets coarser ones."""
MOST_MARKS = 60


@dataclass(frozen=True, slots=True)
class Stops:
    """The values a slider can stand at: ``low + n * grain``."""

    low: Fraction
    high: Fraction
    grain: Fraction

    @property
    def count(self) -> int:
        """The number of the last stop."""
        return int((self.high - self.low) / self.grain)

    def value(self, stop: int) -> Fraction:
        """Return the value of a stop."""
        return self.low + min(max(stop, 0), self.count) * self.grain

    def stop(self, value: Fraction) -> int:
        """Return the stop nearest to a value."""
        return min(max(round((value - self.low) / self.grain), 0), self.count)


class FigureEditor:
    """One reading: its words, a field, and a slider where it is a number."""

    def __init__(self, view: Desk, name: str, criterion: str) -> None:
        self.view, self.name, self.criterion = view, name, criterion
        self.indicator: Indicator = view.work.loaded.indicators[name]
        self.field: Field | None = None
        self.select: Choice | None = None
        self.slider: MarkedRange | None = None
        language = view.language
        title = self.indicator.title.of(language)
        with ui.element("div").classes("reading"):
            Words(title, "div")
            with ui.element("div").classes("line"):
                self._input(title)
            self.source = Words("", "div", "note")
            self.changed = Words("", "div", "changed")
            self.fault = attributes(Words("", "div", "error"), role="alert")

    def _input(self, title: str) -> None:
        language = self.view.language
        if self.indicator.kind == "yes_no":
            options = {"": "–", "yes": term("yes", language), "no": term("no", language)}
            self.select = Choice(self.view.word("value"), options, self.text, self._type, f"figure-{self.name}")
            return
        if self.indicator.kind == "choice":
            options = {"": "–"} | {name: name for name in self.indicator.choices}
            self.select = Choice(self.view.word("value"), options, self.text, self._type, f"figure-{self.name}")
            return
        self.field = Field(self._written(), self._type, title)
        attributes(self.field, id=f"figure-{self.name}")
        measure = self.indicator.measure
        if measure is not None and self.indicator.kind != "percent":
            Words(measure.of(language), "span", "note")
        self.stops = self._stops()
        if self.stops is not None:
            self.slider = MarkedRange(title, self._slide, self.view.work.pause)
            attributes(self.slider, id=f"slider-{self.name}")
            self.slider.span(0, self.stops.count, self._marks())

    @property
    def text(self) -> str:
        """The figure as scenarios write it."""
        return figure_text(self.view.work.now.readings, self.indicator)

    def _written(self) -> str:
        """Return the figure as people of the page's language write it in a field."""
        reading = self.view.work.now.readings.values.get(self.name)
        if reading is None or reading.value is None or reading.state != "given":
            return ""
        if self.indicator.kind in ("count", "amount", "percent"):
            text = written(reading.value, self.indicator)
            return localised(text.rstrip("%"), self.view.language) + ("%" if text.endswith("%") else "")
        if self.indicator.kind == "date":
            return value_text(reading.value, self.indicator, self.view.language)
        return written(reading.value, self.indicator)

    def _stops(self) -> Stops | None:
        """Return where a slider for this reading goes, if one makes sense."""
        if self.indicator.kind not in ("count", "amount", "percent"):
            return None
        now = number_of(self.view.work.readings, self.name)
        if now is None:
            return None
        room = self.view.analysis.room(self.name, self.view.work.now.readings)
        edges = [
            edge
            for edge in self.view.analysis.edges(self.criterion, self.name, self.view.work.now.readings)
            if edge >= 0
        ]
        low = room.low if room.low is not None else min(Fraction(0), now * 2)
        reached = [edge * Fraction(6, 5) for edge in edges if edge <= max(now, Fraction(1)) * 20]
        far = max(now * 2, low + 10 * room.grain, *reached)
        whole = room.high is not None and (self.indicator.kind == "percent" or room.high <= far * 4)
        high = room.high if whole and room.high is not None else far
        grain = room.grain
        while (high - low) / grain > MOST_STOPS:
            grain *= 10
        return Stops(low, low + ((high - low) / grain).__ceil__() * grain, grain) if high > low else None

    def _marks(self) -> list[dict[str, object]]:
        assert self.stops is not None
        edges = [
            e
            for e in self.view.analysis.edges(self.criterion, self.name, self.view.work.now.readings)
            if self.stops.low <= e <= self.stops.high
        ]
        marks: list[dict[str, object]] = []
        for edge in edges[:MOST_MARKS]:
            words = value_text(edge, self.indicator, self.view.language)
            marks.append({"at": self.stops.stop(edge), "kind": "step", "words": words})
        base = number_of(self.view.work.readings, self.name)
        if base is not None:
            marks.append({"at": self.stops.stop(base), "kind": "base", "words": self.view.word("mark_was")})
        return list({mark["at"]: mark for mark in marks}.values())

    def _type(self, text: str) -> None:
        self._act(lambda: self.view.work.set_figure(self.name, text, self.view.language))
        self.view.work.pause()

    def _slide(self, stop: int) -> None:
        assert self.stops is not None
        text = written(self.stops.value(stop), self.indicator)
        if (
            self.stops.stop(number_of(self.view.work.now.readings, self.name) or self.stops.low) != stop
            or not self.text
        ):
            self._act(lambda: self.view.work.put_figure(self.name, text))

    def _act(self, change: Callable[[], None]) -> None:
        self.fault.set_text("")

        def tried() -> None:
            try:
                change()
            except TieuchiError as error:
                self.fault.set_text(error.text(self.view.language))

        self.view.act(tried)

    def refresh(self) -> None:
        """Show the figure as it is now."""
        work, language = self.view.work, self.view.language
        if self.field is not None:
            self.field.show(self._written())
        if self.select is not None:
            self.select.show(self.text)
        if self.slider is not None and self.stops is not None:
            value = number_of(work.now.readings, self.name)
            if value is not None:
                self.slider.place(self.stops.stop(value), reading_words(work.now, self.name, language))
        reading = work.readings.values.get(self.name)
        self.source.set_text("" if reading is None else f"{reading.source} [{reading.at}]".strip())
        changed = self.name in work.tried.readings
        was = reading_words(work.before, self.name, language)
        self.changed.set_text(f"{self.view.word('changed_from')} {was}" if changed else "")


class RuleEditor:
    """One threshold, or other number of a scale."""

    def __init__(self, view: Desk, path: str) -> None:
        self.view, self.path = view, path
        with ui.element("div").classes("rule"):
            Words(path, "span", "path")
            self.field = Field(self._written(), self._type, path)
            attributes(self.field, id=f"rule-{path}")
            self.changed = Words("", "span", "changed")
        self.fault = attributes(Words("", "div", "error"), role="alert")

    def _written(self) -> str:
        text = self.view.work.tried.rules.get(self.path, self.view.work.rule_text(self.path))
        body, percent = (text[:-1].rstrip(), "%") if text.endswith("%") else (text, "")
        return localised(body, self.view.language) + percent

    def _type(self, text: str) -> None:
        self.fault.set_text("")

        def tried() -> None:
            try:
                self.view.work.set_rule(self.path, text, self.view.language)
            except (TieuchiError, ValueError) as error:
                words = error.text(self.view.language) if isinstance(error, TieuchiError) else str(error)
                self.fault.set_text(words)
                self.field.update()

        self.view.act(tried)
        self.view.work.pause()

    def refresh(self) -> None:
        """Show the number as it is now."""
        self.field.show(self._written())
        was = self.view.work.rule_text(self.path)
        new = self.view.work.tried.rules.get(self.path)
        changed = new is not None and parse_number(new) != parse_number(was)
        self.changed.set_text(
            f"{self.view.word('changed_from')} {localised(was, self.view.language)}" if changed else ""
        )
