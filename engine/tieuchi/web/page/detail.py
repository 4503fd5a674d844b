"""One criterion in full: points, next step, its scale drawn, its figures and thresholds to change, the reasoning."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from nicegui import ui

from tieuchi.explain import NextStep
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score
from tieuchi.render.explain_text import step_words
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.editors import FigureEditor, RuleEditor
from tieuchi.web.page.plain import Button, Words, attributes, html
from tieuchi.web.page.scale_svg import Mark, scale_svg
from tieuchi.web.page.words_html import exact_note, facts_html, reasoning_html, shown_points, shown_rate
from tieuchi.web.page.workspace import written
from tieuchi.words.terms import localised, term


class Detail:
    """The criterion that is chosen."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.box = ui.element("div")
        self.editors: list[FigureEditor | RuleEditor] = []
        self.step: NextStep | None = None

    @property
    def node(self) -> Score:
        """The chosen criterion as it is now."""
        return self.view.work.now[self.view.chosen]

    @property
    def old(self) -> Score | None:
        """The chosen criterion as it was."""
        return next((n for n in self.view.work.before.total.walk() if n.id == self.view.chosen), None)

    def show(self) -> None:
        """Show the chosen criterion, everything in it built anew."""
        self.box.clear()
        self.editors = []
        view, language = self.view, self.view.language
        node = self.node
        title = next(c for c in _criteria(view) if c.id == node.id).title.of(language)
        with self.box:
            attributes(Words(f"{node.id}  {title}", "h2"), id="detail-title", tabindex="-1")
            self.points = attributes(Words("", "p"), id="detail-points")
            self.exact = Words("", "p", "note")
            if node.trace is None:
                self._group(node)
            else:
                self._leaf(node)
        self.refresh()

    def _group(self, node: Score) -> None:
        with ui.element("ul"):
            for part in node.parts:
                with ui.element("li"):
                    text = f"{part.id}: {shown_points(part, self.view.work.now, self.view.language)}"
                    Button(text, partial(self.view.go_to, part.id))

    def _leaf(self, node: Score) -> None:
        view = self.view
        self.next_box = ui.element("div").classes("next-box")
        with self.next_box:
            self.next_words = attributes(Words(""), id="next-step")
            attributes(Button(view.word("apply"), self._apply), id="apply-next")
        self.drawing = html("")
        names = self._names(node)
        if names:
            Words(term("readings", view.language), "h3")
            self.editors += [FigureEditor(view, name, node.id) for name in names]
        thresholds = view.work.thresholds(node.id)
        Words(term("explanation", view.language), "h3")
        self.reasoning = html("")
        if thresholds:
            Words(view.word("thresholds"), "h3")
            self.editors += [RuleEditor(view, path) for path in thresholds]
        self.facts = html("")

    def _names(self, node: Score) -> list[str]:
        trace, plan = node.trace, self.view.work.loaded.plan
        assert trace is not None
        names = dict.fromkeys(trace.plan.indicators)
        for index, consequence in trace.plan.consequences:
            names.update(dict.fromkeys(plan.findings[index].indicators))
            names.update(dict.fromkeys([consequence.for_each] if consequence.for_each else []))
        return list(names)

    def refresh(self) -> None:
        """Show the points, the drawing and the words as they are now."""
        view, work, language = self.view, self.view.work, self.view.language
        node, old = self.node, self.old
        now = shown_points(node, work.now, language)
        was = now if old is None else shown_points(old, work.before, language)
        most = localised(exact_text(node.max_points), language)
        change = f"{was} → {now}" if was != now else now
        state = term(node.state, language)
        rate = shown_rate(node, work.now, language)
        self.points.set_text(f"{term('points', language)}: {change} / {most} ({rate}) · {state}")
        self.exact.set_text(exact_note(node))
        if node.trace is None:
            return
        opening = view.analysis.opening(work.now, node)
        self.step = None if opening is None else opening.step
        self.next_box.set_visibility(self.step is not None)
        target = None
        if self.step is not None:
            self.next_words.set_text(f"{term('next_step', language)}: {step_words(self.step, work.now, language)}")
            target = self._target(node, self.step)
        self.drawing.set_content(scale_svg(node.trace, work.now, language, old.trace if old else None, target))
        self.reasoning.set_content(reasoning_html(node, work.now, language))
        self.facts.set_content(facts_html(node, work.now, language))
        for editor in self.editors:
            editor.refresh()

    def _target(self, node: Score, step: NextStep) -> Mark | None:
        """Return where the unit would stand after the next step, scored like anything else."""
        trace = self.view.analysis.leaf_with(self.view.work.now, node.id, {step.indicator: step.target})
        if trace.value is None or trace.base_points is None or node.trace is None:
            return None
        return Mark("next", trace.value, trace.base_points) if trace.value != node.trace.value else None

    def _apply(self) -> None:
        step = self.step
        if step is not None:
            indicator = self.view.work.loaded.indicators[step.indicator]
            target = self.view.value_of(indicator, step.target)
            self.view.act(lambda: self.view.work.put_figure(step.indicator, written(target, indicator)))
            self.view.work.pause()


def _criteria(view: Desk) -> Iterator[Criterion]:
    def below(criterion: Criterion) -> Iterator[Criterion]:
        yield criterion
        for part in criterion.criteria or ():
            yield from below(part)

    for top in view.work.plan.book.criteria:
        yield from below(top)
