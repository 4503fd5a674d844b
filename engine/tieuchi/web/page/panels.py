"""The panels below: headroom, changes, many units, comparison, files. Only the one in sight is kept up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from nicegui import background_tasks, ui

from tieuchi.web.page.desk import Desk
from tieuchi.web.page.panel_changes import Changes
from tieuchi.web.page.panel_compare import ComparePanel
from tieuchi.web.page.panel_files import Files
from tieuchi.web.page.panel_goal import GoalPanel
from tieuchi.web.page.panel_headroom import HeadroomList
from tieuchi.web.page.panel_many import ManyPanel
from tieuchi.web.page.plain import Button, attributes

REST = 0.8
"""Seconds without a change after which the panel in sight is made anew."""


class Panel(Protocol):
    """One panel."""

    def show(self) -> None:
        """Build everything in it, as things are now."""

    def refresh(self) -> None:
        """Show how things are now; what answers only when asked stays as it is."""


KINDS: dict[str, Callable[[Desk], Panel]] = {
    "headroom": HeadroomList,
    "changes": Changes,
    "goal": GoalPanel,
    "many": ManyPanel,
    "compare": ComparePanel,
    "files": Files,
}


class Panels:
    """A row of tabs and the panel of the one that is chosen."""

    def __init__(self, view: Desk) -> None:
        self.view = view
        self.buttons: dict[str, Button] = {}
        with attributes(ui.element("section").classes("tabs"), aria_label=view.word("panels")):
            with attributes(ui.element("div").classes("tab-row"), role="tablist", aria_label=view.word("panels")):
                for name in KINDS:
                    button = Button(view.word(f"panel_{name}"), partial(self.choose, name))
                    attributes(button, role="tab", id=f"tab-{name}", aria_controls="panel")
                    self.buttons[name] = button
            self.box = attributes(ui.element("div"), role="tabpanel", id="panel", tabindex="0")
        self.rest: asyncio.TimerHandle | None = None
        self.panel: Panel | None = None
        self.chosen = view.panel
        self.choose(self.chosen)

    def choose(self, name: str) -> None:
        """Show another panel."""
        self.chosen = self.view.panel = name
        for key, button in self.buttons.items():
            attributes(button, aria_selected=str(key == name).lower())
        attributes(self.box, aria_labelledby=f"tab-{name}")
        self.show()

    def show(self) -> None:
        """Build the chosen panel."""
        self.box.clear()
        self.panel = KINDS[self.chosen](self.view)
        with self.box:
            self.panel.show()

    def refresh(self) -> None:
        """Bring the panel up to date once nothing has changed for a moment."""
        if self.rest is not None:
            self.rest.cancel()
        self.rest = asyncio.get_running_loop().call_later(REST, self._rested)

    def _rested(self) -> None:
        if self.box.is_deleted or self.panel is None:
            return
        with self.box:
            self.panel.refresh()
            background_tasks.create(self.view.summary.check())
