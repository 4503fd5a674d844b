"""The changes tried, before and after, what each moved; saved as a scenario file and loaded from one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from nicegui import ui

from tieuchi.errors import TieuchiError
from tieuchi.loading.scenario import load_scenario
from tieuchi.render.numbers import short_number
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, FileField, Words, attributes, html, table_html
from tieuchi.web.page.rows import signed
from tieuchi.web.page.words_html import reading_words, shown_points
from tieuchi.web.renaming import renamed_error
from tieuchi.words.terms import localised, term

SCENARIO = "scenario.yaml"


class Changes:
    """What differs from the unit as it was loaded."""

    def __init__(self, view: Desk) -> None:
        self.view = view

    def show(self) -> None:
        """Build the tables."""
        view = self.view
        with ui.element("div").classes("row-gap"):
            save = Button(view.word("save"), self._save, "main")
            attributes(save, id="save-scenario")
            with ui.element("div").classes("field"):
                attributes(Words(view.word("load"), "label"), _for="load-scenario")
                FileField("load-scenario", ".yaml,.yml", self._load, (view.word("too_large"), view.word("failed")))
        self.tables = ui.element("div")
        self.refresh()

    def refresh(self) -> None:
        """Show the changes as they are now."""
        self.tables.clear()
        with self.tables:
            self._tables()

    def _tables(self) -> None:
        view = self.view
        if not view.work.tried.count:
            Words(view.word("no_changes"), "p")
            return
        self._table((view.word("place"), view.word("before"), view.word("after")), list(self._edits()))
        moved = list(self._moved())
        if moved:
            heads = (term("criterion", view.language), view.word("before"), view.word("after"), view.word("gain"))
            self._table(heads, moved)
        else:
            Words(view.word("changes_nothing"), "p")

    def _table(self, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        html(table_html(heads, [[escape(cell) for cell in row] for row in rows]))

    def _edits(self) -> Iterator[tuple[str, ...]]:
        work, language = self.view.work, self.view.language
        for name in work.tried.readings:
            title = work.loaded.indicators[name].title.of(language)
            yield title, reading_words(work.before, name, language), reading_words(work.now, name, language)
        for path, text in work.tried.rules.items():
            yield path, localised(work.rule_text(path), language), localised(text, language)

    def _moved(self) -> Iterator[tuple[str, ...]]:
        work, language = self.view.work, self.view.language
        old = {node.id: node for node in work.before.leaves()}
        for node in work.now.leaves():
            was = old.get(node.id)
            if was is None or (was.points, was.state, was.max_points) == (node.points, node.state, node.max_points):
                continue
            gain = "–" if was.points is None or node.points is None else signed(node.points - was.points, language)
            ends = shown_points(was, work.before, language), shown_points(node, work.now, language)
            yield (node.id, *ends, gain or short_number(node.max_points, language))

    def _save(self) -> None:
        ui.download.content(self.view.work.save(), SCENARIO, "application/yaml")

    async def _load(self, _name: str, data: bytes) -> None:
        view = self.view
        with tempfile.TemporaryDirectory(prefix="scenario-") as folder:
            file = Path(folder, SCENARIO)
            file.write_bytes(data)
            try:
                scenario = load_scenario(file)
            except TieuchiError as error:
                view.tell(renamed_error(error, str(file), SCENARIO) if hasattr(error, "issues") else error)  # type: ignore[type-var]
                return
        view.act(lambda: view.work.load(scenario))
