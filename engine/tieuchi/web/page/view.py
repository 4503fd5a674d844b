"""The page of one browser tab, built: header, choices, summary, tree, and the panels around them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import islice
from pathlib import Path

from nicegui import ui

from tieuchi.web.page.desk import Desk
from tieuchi.web.page.detail import Detail
from tieuchi.web.page.elements import CriterionTree
from tieuchi.web.page.panels import Panels
from tieuchi.web.page.plain import Button, Choice, FileField, Words, attributes
from tieuchi.web.page.rows import changed_rows, tree_rows
from tieuchi.web.page.summary import Summary
from tieuchi.words.language import Language
from tieuchi.words.terms import term

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
MOST_LISTED = 1_000
"""Units in the list to choose from."""
ACCEPT = ".xlsx,.csv,.tsv,.yaml,.yml,.json"


class View(Desk):
    """What a user sees of a desk."""

    def build(self) -> None:
        """Build the whole page in the language it is in."""
        self.client = ui.context.client
        self.root = ui.element("div")
        self.rebuild()

    def rebuild(self) -> None:
        """Build everything anew, what is worked on staying as it is."""
        self.root.clear()
        self.parts = []
        with self.root:
            self._header()
            self._bar()
            self.fault = Words("", "div", "error bar-row")
            attributes(self.fault, role="alert")
            self.summary = Summary(self)
            with ui.element("main").classes("main"):
                self._tree()
                with attributes(ui.element("section").classes("detail"), aria_label=self.word("detail")):
                    self.detail = Detail(self)
            self.panels = Panels(self)
        self.parts = [self.summary, self, self.detail, self.panels]
        self.refresh_all()
        self.client.run_javascript(f"document.documentElement.lang = '{self.language}'")

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            Words(self.word("title"), "h1")
            dark = ui.dark_mode(None)
            Button(self.word("theme"), lambda: dark.set_value(not dark.value))
            other: Language = "en" if self.language == "vi" else "vi"
            attributes(Button(self.word("other_language"), lambda: self.speak(other)), lang=other, id="language")

    def speak(self, language: Language) -> None:
        """Show the page in another language."""
        self.language = language
        self.rebuild()

    def _bar(self) -> None:
        with attributes(ui.element("section").classes("bar-row"), aria_label=self.word("choose")):
            with ui.element("div") as self.book_box:
                self._books()
            with ui.element("div") as self.unit_box:
                self._units()
            self._file_field("upload", ACCEPT, self.take_file)
            self._file_field("upload_book", ".yaml,.yml", self.take_book)

    def _file_field(self, name: str, accept: str, on_file: Callable[[str, bytes], Awaitable[None]]) -> None:
        with ui.element("div").classes("field"):
            attributes(Words(self.word(name), "label"), _for=name)
            FileField(name, accept, on_file, (self.word("too_large"), self.word("failed")))

    def _books(self) -> None:
        Choice(term("rulebook", self.language), self.books(), self.loaded.name, self.choose_book, "rulebook")

    def _units(self) -> None:
        options = {}
        now = next((key for key, readings in self.units.items() if readings is self.work.readings), "")
        # More are found by the filter of the ranking.
        listed = dict(islice(self.units.items(), MOST_LISTED)) | ({now: self.work.readings} if now else {})
        for key, readings in listed.items():
            period = f" · {readings.period}" if readings.period else ""
            options[key] = f"{readings.unit.name or readings.unit.id}{period}"
        for name in self.bundled():
            options.setdefault(f"bundled:{name}", name)
        Choice(term("unit", self.language), options, now, self.choose_unit, "unit")

    def _tree(self) -> None:
        with attributes(ui.element("section"), aria_label=self.word("tree")):
            orders = {"loss": self.word("by_loss"), "book": self.word("by_book")}
            Choice(self.word("order"), orders, "loss" if self.by_loss else "book", self._choose_order, "order")
            names = ("criterion", "points", "lost", "state")
            labels = {name: term(name, self.language) for name in names}
            labels |= {"max": term("max_points", self.language), "tree": self.word("tree")}
            with attributes(
                ui.element("div").classes("tree-box"), role="region", aria_label=self.word("tree"), tabindex="0"
            ):
                self.tree = CriterionTree(labels, self.pick)

    def refresh_all(self) -> None:
        """Show everything anew, the order of the tree too."""
        self._show_tree()
        self.detail.show()
        self.summary.refresh()
        self.panels.refresh()

    def _show_tree(self) -> None:
        self.tree.show(tree_rows(self.work, self.language, by_loss=self.by_loss), self.chosen)
        self.shown = self.work.now

    def refresh(self) -> None:
        """Show changed points in the tree, its order staying as it is."""
        changed = changed_rows(self.work, self.language, self.shown)
        if changed is None:
            # A criterion bears another name now.
            self._show_tree()
            return
        self.tree.patch(changed)
        self.shown = self.work.now

    def _choose_order(self, order: str) -> None:
        self.by_loss = order == "loss"
        self._show_tree()

    def show_units(self) -> None:
        """Show which rulebooks and units there are to choose from."""
        self.book_box.clear()
        with self.book_box:
            self._books()
        self.unit_box.clear()
        with self.unit_box:
            self._units()
