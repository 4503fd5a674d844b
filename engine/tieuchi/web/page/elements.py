"""The two elements of our own: the tree of criteria, and a slider with marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments


class CriterionTree(Element, component="tree.js"):
    """The tree. ``rows`` are sent once for each order; after that only what changes."""

    def __init__(self, labels: Mapping[str, str], on_pick: Callable[[str], None]) -> None:
        super().__init__()
        self._props["labels"] = dict(labels)
        self._props["rows"] = []
        self.on("pick", lambda event: on_pick(_text(event)))

    def show(self, rows: Sequence[dict[str, Any]], selected: str) -> None:
        """Show rows in an order of their own."""
        self._props["rows"] = list(rows)
        self._props["selected"] = selected
        self.update()

    def patch(self, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Show what has changed in rows that are there."""
        if changed:
            self.run_method("patch", dict(changed))

    def choose(self, name: str) -> None:
        """Mark a row, opening what it is in."""
        self.run_method("reveal", name)


class MarkedRange(Element, component="range.js"):
    """A slider over whole numbers."""

    def __init__(self, label: str, on_move: Callable[[int], None], on_rest: Callable[[], None]) -> None:
        super().__init__()
        self._props["label"] = label
        self._props |= {"least": 0, "most": 1, "value": 0, "marks": [], "words": "", "disabled": False, "heard": 0}

        def moved(event: GenericEventArguments) -> None:
            # The browser sends where the knob is now once it has heard that the last place was dealt with.
            self._props["heard"] += 1
            self.update()
            on_move(_whole(event))

        def rest(event: GenericEventArguments) -> None:
            on_move(_whole(event))
            on_rest()

        self.on("moved", moved)
        self.on("rest", rest)

    def place(self, value: int, words: str) -> None:
        """Put the knob somewhere, and say in words where."""
        if (self._props["value"], self._props["words"]) != (value, words):
            self._props |= {"value": value, "words": words}
            self.update()

    def span(self, least: int, most: int, marks: Sequence[Mapping[str, Any]]) -> None:
        """Set the ends and the marks."""
        self._props |= {"least": least, "most": most, "marks": [dict(mark) for mark in marks]}
        self.update()


def _text(event: GenericEventArguments) -> str:
    value = event.args[0] if isinstance(event.args, list) and event.args else event.args
    return value if isinstance(value, str) else ""


def _whole(event: GenericEventArguments) -> int:
    value = event.args[0] if isinstance(event.args, list) and event.args else event.args
    return int(value) if isinstance(value, (int, float)) and abs(value) < 2**53 else 0
