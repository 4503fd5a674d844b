"""What all parts of one page share: what is worked on, and what a user can do with it."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

from nicegui import run

from tieuchi.errors import TieuchiError
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import dumped
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.reading import Readings, Unit
from tieuchi.render.readings_json import readings_json
from tieuchi.web.books import Loaded, Shelf
from tieuchi.web.given import bundled_readings, fitting
from tieuchi.web.page.analysis import Analysis, Figure
from tieuchi.web.page.elements import CriterionTree
from tieuchi.web.page.plain import Words
from tieuchi.web.page.workspace import Workspace
from tieuchi.web.problems import RefusalError, problem_of
from tieuchi.web.service import Service
from tieuchi.web.uploads import read_sent
from tieuchi.words.language import Language
from tieuchi.words.web_terms import web_term

SHELF = Shelf()
"""The rulebooks that pages have open. They hold nothing of anybody."""


@cache
def readings_for(rulebook: str) -> tuple[str, ...]:
    """Return the bundled readings that fit a bundled rulebook."""
    return fitting(SHELF.bundled(rulebook))


def first_book() -> Loaded:
    """Return the first bundled rulebook that bundled readings fit."""
    names = rulebook_names()
    return SHELF.bundled(next((name for name in names if readings_for(name)), names[0]))


class Part(Protocol):
    """A part of the page that shows what is worked on."""

    def refresh(self) -> None:
        """Show how things are now."""


class Shown(Part, Protocol):
    """A part that can also be built anew."""

    def show(self) -> None:
        """Build everything in it."""


class Checked(Part, Protocol):
    """The part that has what is shown checked."""

    async def check(self) -> None:
        """Have both roads score it."""


class Desk(ABC):
    """One page. All that a user does ends in ``act``, which shows what came of it."""

    tree: CriterionTree
    detail: Shown
    summary: Checked
    fault: Words

    def __init__(self, service: Service, language: Language) -> None:
        self.service = service
        self.language: Language = language
        self.by_loss = True
        self.chosen = ""
        self.panel = "headroom"
        self.filter = ""
        self.goal_given: dict[str, str] = {}
        self.goal_found: dict[str, Any] = {}
        self.loaded: Loaded = first_book()
        self.units: dict[str, Readings] = {}
        self.group: tuple[Readings, ...] = ()
        self.work: Workspace
        self._analysis: Analysis | None = None
        self.parts: list[Part] = []
        self.open_first()

    def word(self, name: str) -> str:
        """Return a word of the page in its language."""
        return web_term(name, self.language)

    # What is worked on --------------------------------------------------------------------------

    def open_first(self) -> None:
        """Work on the first readings that fit the rulebook, or on none: then everything is missing."""
        self.units, self.group = {}, ()
        names = readings_for(self.loaded.book.id)
        if names:
            self.open_bundled(names[0])
        else:
            self.open(Readings(Unit("–"), self.loaded.book.period or ""))

    def open_bundled(self, name: str) -> None:
        """Work on bundled readings."""
        readings = bundled_readings(name, self.loaded)
        self.units = {f"bundled:{name}": readings} | {k: r for k, r in self.units.items() if k.startswith("sent:")}
        self.open(readings)

    def open(self, readings: Readings) -> None:
        """Work on the readings of a unit."""
        self.work = Workspace(self.loaded, readings, self.group)
        leaves = sorted(self.work.now.leaves(), key=lambda node: -(node.lost or 0))
        if self.chosen not in {leaf.id for leaf in leaves}:
            self.chosen = leaves[0].id

    @property
    def analysis(self) -> Analysis:
        """Answers about the rulebook as it is now."""
        if self._analysis is None or self._analysis.plan is not self.work.plan:
            self._analysis = Analysis(self.work.plan)
        return self._analysis

    def value_of(self, indicator: Indicator, figure: Figure) -> Value:
        """Return a figure of scoring as the value of a reading."""
        if indicator.kind == "date" and isinstance(figure, Fraction):
            return date.fromordinal(int(figure))
        return figure

    @abstractmethod
    def refresh_all(self) -> None:
        """Show everything anew, the order of the tree too."""

    @abstractmethod
    def show_units(self) -> None:
        """Show which units there are to choose from."""

    def act(self, change: Callable[[], None]) -> None:
        """Do something and show what came of it, or why it could not be done."""
        begun = time.perf_counter()
        try:
            change()
        except TieuchiError as error:
            self.tell(error)
            return
        self.service.figures.changes.observe(time.perf_counter() - begun)
        self.tell(None)
        for part in self.parts:
            part.refresh()

    def tell(self, error: TieuchiError | None) -> None:
        """Show what is wrong, or that nothing is."""
        self.fault.set_text("" if error is None else error.text(self.language))

    # What the user does -------------------------------------------------------------------------

    def pick(self, criterion: str) -> None:
        """Show another criterion beside the tree."""
        if criterion not in {node.id for node in self.work.now.total.walk()}:
            return
        self.chosen = criterion
        self.work.pause()
        self.detail.show()

    def go_to(self, criterion: str) -> None:
        """Show another criterion, and where it is in the tree."""
        self.tree.choose(criterion)
        self.pick(criterion)

    def choose_book(self, name: str) -> None:
        """Work by another rulebook."""

        def change() -> None:
            self.loaded = SHELF.bundled(name)
            self.open_first()

        self._switch(change)

    def choose_unit(self, key: str) -> None:
        """Work on another unit."""

        def change() -> None:
            if key in self.units:
                self.open(self.units[key])
            else:
                self.open_bundled(key.removeprefix("bundled:"))

        self._switch(change)

    def _switch(self, change: Callable[[], None]) -> None:
        try:
            change()
        except TieuchiError as error:
            self.tell(error)
            return
        self.tell(None)
        self.show_units()
        self.refresh_all()

    def open_unit(self, readings: Readings) -> None:
        """Work on one of the units of a sent file."""
        self._switch(lambda: self.open(readings))

    async def ask(self, task: str, *, quiet: bool = False, **given: Any) -> tuple[str, bytes] | None:
        """Have a worker do something with the rulebook as it is now; what it refuses is shown."""
        rulebook: Any = self.loaded.book.id
        if self.work.tried.rules:
            rulebook = {"yaml": json.dumps(dumped(self.work.plan.book), ensure_ascii=False)}
        body = json.dumps({"rulebook": rulebook, **given}, ensure_ascii=False).encode()
        head = {"task": task, "language": self.language, "most_rows": self.service.settings.most_rows}
        try:
            answer, content = await self.service.pool.run(head, body)
        except RefusalError as refusal:
            if not quiet:
                self.fault.set_text(problem_of(refusal, self.language).detail)
            return None
        if answer["status"] == 200:
            if not quiet:
                self.tell(None)
            return answer["type"], content
        if quiet:
            return None
        problem: dict[str, Any] = json.loads(content) if answer.get("problem") else {"detail": self.word("fault")}
        lines = [f"{e['at']}: {e['code']}: {e['message']}" for e in problem.get("errors", [])[:20]]
        self.fault.set_text("\n".join(lines) or problem["detail"])
        return None

    def sent(self, readings: Readings) -> dict[str, Any]:
        """Return readings as a worker takes them."""
        return readings_json(readings, self.loaded.plan)

    async def take_file(self, name: str, data: bytes) -> None:
        """Work on the units of a sent file."""
        loaded, language = self.loaded, self.language
        try:
            every = await run.io_bound(read_sent, data, name, loaded, None)
        except TieuchiError as first:
            try:
                # A table says nowhere how its numbers are written; people write them as they read this page.
                every = await run.io_bound(read_sent, data, name, loaded, language)
            except TieuchiError:
                self.tell(first)
                return
        if not every:
            return
        self.group = tuple(every) if len(every) > 1 else ()
        self.units = {k: r for k, r in self.units.items() if k.startswith("bundled:")}
        self.units |= {f"sent:{index}": readings for index, readings in enumerate(every)}
        self._switch(lambda: self.open(every[0]))
