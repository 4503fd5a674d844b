"""The page of one browser tab, built: header, choices, summary, tree, and the panels around them."""

from __future__ import annotations

from pathlib import Path

from nicegui import ui

from tieuchi.loading.bundled import rulebook_names
from tieuchi.web.page.desk import SHELF, Desk, readings_for
from tieuchi.web.page.detail import Detail
from tieuchi.web.page.elements import CriterionTree
from tieuchi.web.page.panels import Panels
from tieuchi.web.page.plain import Button, FileField, Words, attributes, choice
from tieuchi.web.page.rows import tree_rows
from tieuchi.web.page.summary import Summary
from tieuchi.words.language import Language
from tieuchi.words.terms import term

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
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
            books = {name: f"{SHELF.bundled(name).book.title.of(self.language)}" for name in rulebook_names()}
            choice(term("rulebook", self.language), books, self.loaded.book.id, self.choose_book, "rulebook")
            with ui.element("div") as self.unit_box:
                self._units()
            with ui.element("div").classes("field"):
                attributes(Words(self.word("upload"), "label"), _for="upload")
                FileField("upload", ACCEPT, self.take_file, (self.word("too_large"), self.word("failed")))

    def _units(self) -> None:
        options = {}
        for key, readings in self.units.items():
            period = f" · {readings.period}" if readings.period else ""
            options[key] = f"{readings.unit.name or readings.unit.id}{period}"
        for name in readings_for(self.loaded.book.id):
            options.setdefault(f"bundled:{name}", name)
        now = next((key for key, readings in self.units.items() if readings is self.work.readings), "")
        choice(term("unit", self.language), options, now, self.choose_unit, "unit")

    def _tree(self) -> None:
        with attributes(ui.element("section"), aria_label=self.word("tree")):
            orders = {"loss": self.word("by_loss"), "book": self.word("by_book")}
            choice(self.word("order"), orders, "loss" if self.by_loss else "book", self._choose_order, "order")
            names = ("criterion", "points", "lost", "state")
            labels = {name: term(name, self.language) for name in names}
            labels |= {"max": term("max_points", self.language), "tree": self.word("tree")}
            with attributes(
                ui.element("div").classes("tree-box"), role="region", aria_label=self.word("tree"), tabindex="0"
            ):
                self.tree = CriterionTree(labels, self.pick)

    def refresh_all(self) -> None:
        """Show everything anew, the order of the tree too."""
        self.tree.show(tree_rows(self.work, self.language, by_loss=self.by_loss), self.chosen)
        self.detail.show()
        self.summary.refresh()
        self.panels.refresh()

    def refresh(self) -> None:
        """Show changed points in the tree, its order staying as it is."""
        self.tree.patch(tree_rows(self.work, self.language, by_loss=self.by_loss))

    def _choose_order(self, order: str) -> None:
        self.by_loss = order == "loss"
        self.tree.show(tree_rows(self.work, self.language, by_loss=self.by_loss), self.chosen)

    def show_units(self) -> None:
        """Show which units there are to choose from."""
        self.unit_box.clear()
        with self.unit_box:
            self._units()
