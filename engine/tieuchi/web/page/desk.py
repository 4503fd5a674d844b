"""What all parts of one page share: what is worked on, and what a user can do with it."""

from __future__ import annotations

import base64
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from nicegui import run

from tieuchi.errors import TieuchiError
from tieuchi.loading.rulebook import dumped
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.reading import Readings, Unit
from tieuchi.model.rulebook import Rulebook
from tieuchi.render.readings_json import readings_json
from tieuchi.web.books import Loaded
from tieuchi.web.given import bundled_readings
from tieuchi.web.page.analysis import Analysis, Figure, analysis_of
from tieuchi.web.page.elements import CriterionTree
from tieuchi.web.page.plain import Words
from tieuchi.web.page.standing import Standing
from tieuchi.web.page.workspace import Workspace
from tieuchi.web.problems import RefusalError, problem_of
from tieuchi.web.service import Service
from tieuchi.web.uploads import read_sent, safe_name
from tieuchi.words.language import Language
from tieuchi.words.web_terms import web_term

MOST_FILES = 4
"""Sent files whose units one page keeps as groups."""
MOST_UNITS = 20_000
"""Sent units that one page keeps."""


class Part(Protocol):
    """A part of the page that shows what is worked on."""

    def refresh(self) -> None:
        """Show how things are now."""


class Shown(Part, Protocol):
    """A part that can also be built anew."""

    def show(self) -> None:
        """Build everything in it."""


class Checked(Part, Protocol):
    """The summary."""

    def show_rank(self) -> None:
        """Show where the unit stands among the others of its file."""

    async def check(self) -> None:
        """Have both roads score it."""


@dataclass
class Goal:
    """What is sought, within what limits by reading (no ends: it stays as it is), and the last answer."""

    target: str = ""
    limits: dict[str, dict[str, str]] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)


class Desk(ABC):
    """One page. All that a user does ends in ``act``, which shows what came of it."""

    tree: CriterionTree
    detail: Shown
    summary: Checked
    panels: Part
    fault: Words

    def __init__(self, service: Service, language: Language) -> None:
        self.service = service
        self.language: Language = language
        self.by_loss = True
        self.chosen = ""
        self.panel = "headroom"
        self.filter = ""
        self.goal = Goal()
        self.shelf = service.shelf
        self.loaded: Loaded = self.shelf.first()
        self.units: dict[str, Readings] = {}
        self.standing = Standing()
        self.files: list[Standing] = []
        self.work: Workspace
        self.analysis: Analysis
        self.sent_book: tuple[str, Loaded] | None = None
        self.parts: list[Part] = []
        self.open_first()

    def word(self, name: str) -> str:
        """Return a word of the page in its language."""
        return web_term(name, self.language)

    # What is worked on --------------------------------------------------------------------------

    @property
    def group(self) -> tuple[Readings, ...]:
        """The units of the file that the unit came in, where there are several."""
        return self.standing.group

    def bundled(self) -> tuple[str, ...]:
        """Return the bundled readings that fit the rulebook."""
        return self.shelf.readings_for(self.loaded.name) if self.loaded.name else ()

    def open_first(self) -> None:
        """Work on the first readings that fit the rulebook, or on none: then everything is missing."""
        self.units, self.files, self.goal = {}, [], Goal()
        names = self.bundled()
        if names:
            self.open_bundled(names[0])
        else:
            self.open(Readings(Unit("–"), self.loaded.book.period or ""))

    def open_bundled(self, name: str) -> None:
        """Work on bundled readings."""
        readings = bundled_readings(name, self.loaded)
        self.units |= {f"bundled:{name}": readings}
        self.open(readings)
        origin = analysis_of(self.loaded)
        origin.openings(self.work.before)
        self.analysis = origin.copy()

    def open(self, readings: Readings) -> None:
        """Work on the readings of a unit, among those of the file it came in."""
        found = (file for file in self.files if any(other is readings for other in file.group))
        self.standing = next(found, Standing())
        self.work = Workspace(self.loaded, readings, self.group)
        self.analysis = analysis_of(self.loaded).copy()
        leaves = sorted(self.work.now.leaves(), key=lambda node: -(node.lost or 0))
        if self.chosen not in {leaf.id for leaf in leaves}:
            self.chosen = leaves[0].id

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
        """Show which rulebooks and units there are to choose from."""

    def act(self, change: Callable[[], None]) -> None:
        """Do something and show what came of it, or why it could not be done."""
        begun = time.perf_counter()
        try:
            change()
        except TieuchiError as error:
            self.tell(error)
            return
        self.tell(None)
        if self.chosen not in {node.id for node in self.work.now.total.walk()}:
            self.chosen = next(self.work.now.leaves()).id
            self.detail.show()
        if self.analysis.plan is not self.work.plan:
            same = self.work.plan is self.loaded.plan
            self.analysis = analysis_of(self.loaded).copy() if same else Analysis(self.work.plan)
        for part in self.parts:
            part.refresh()
        self.service.figures.changes.observe(time.perf_counter() - begun)

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
        self.panels.refresh()

    def go_to(self, criterion: str) -> None:
        """Show another criterion, and where it is in the tree."""
        self.tree.choose(criterion)
        self.pick(criterion)

    def choose_book(self, name: str) -> None:
        """Work by another rulebook."""

        def change() -> None:
            if name or self.sent_book is None:
                self.loaded = self.shelf.named(name)
            else:
                self.loaded = self.sent_book[1]
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

    def books(self) -> dict[str, str]:
        """Return the titles of the rulebooks to choose from; that which was sent to this page has no name."""
        found = {name: self.shelf.named(name).book.title.of(self.language) for name in self.shelf.files}
        if self.sent_book is not None:
            shown, loaded = self.sent_book
            found[""] = f"{loaded.book.title.of(self.language)} ({shown})"
        return found

    def as_asked(self, name: str) -> Any:
        """Return a rulebook to choose from as a worker is asked for it."""
        return _spelt(self.sent_book[1].book) if not name and self.sent_book is not None else name

    def rulebook_now(self) -> Any:
        """Return the rulebook as it is now, changes included, as a worker is asked for it."""
        return _spelt(self.work.plan.book) if self.work.tried.rules or not self.loaded.name else self.loaded.name

    async def ask(self, task: str, *, quiet: bool = False, **given: Any) -> tuple[str, bytes] | None:
        """Have a worker do something with the rulebook as it is now; what it refuses is shown."""
        body = json.dumps({"rulebook": self.rulebook_now()} | given, ensure_ascii=False).encode()
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
        """Work on the units of a sent file. A worker reads it first: what is hostile ends there."""
        file = {"file": name[:400], "base64": base64.b64encode(data).decode()}
        answer = await self.ask("read", readings=file, locale=self.language)
        if answer is None:
            return
        loaded, locale = self.loaded, json.loads(answer[1])["locale"]
        try:
            every = await run.io_bound(read_sent, data, name, loaded, locale)
        except TieuchiError as error:
            # It fits the rulebook with its changes, not the one without.
            self.tell(error)
            return
        if every and loaded is self.loaded:
            self.add_units(every)

    def add_units(self, every: tuple[Readings, ...]) -> None:
        """Work on the first of some units; those sent before can still be chosen, to compare years."""
        self.files = [Standing(every if len(every) > 1 else ()), *self.files][:MOST_FILES]
        sent = [readings for key, readings in self.units.items() if key.startswith("sent:")]
        kept = [old for old in sent if not any(_same(old, new) for new in every)]
        self.units = {k: r for k, r in self.units.items() if k.startswith("bundled:")}
        self.units |= {f"sent:{index}": readings for index, readings in enumerate([*every, *kept][:MOST_UNITS])}
        self._switch(lambda: self.open(every[0]))

    async def take_book(self, name: str, data: bytes) -> None:
        """Work by a sent rulebook; only this page has it. A worker reads it first."""
        shown, text = safe_name(name), data.decode("utf-8", "replace")
        answer = await self.ask("check", rulebook={"yaml": text}, called=shown)
        if answer is None:
            return
        loaded = await run.io_bound(self.shelf.sent, text)
        if loaded is None:
            return
        self.sent_book = (shown, loaded)

        def change() -> None:
            self.loaded = loaded
            self.open_first()

        self._switch(change)


def _spelt(book: Rulebook) -> dict[str, str]:
    return {"yaml": json.dumps(dumped(book), ensure_ascii=False)}


def _same(one: Readings, other: Readings) -> bool:
    return (one.unit.id, one.period) == (other.unit.id, other.period)
