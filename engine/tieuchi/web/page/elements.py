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
        self._rows: dict[str, dict[str, Any]] = {}
        self.on("pick", lambda event: on_pick(_text(event)))

    def show(self, rows: Sequence[dict[str, Any]], selected: str) -> None:
        """Show rows in an order of their own."""
        self._rows = {row["id"]: row for row in rows}
        self._props["rows"] = list(rows)
        self._props["selected"] = selected
        self.update()

    def patch(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show what has changed in rows that are there."""
        changed = {row["id"]: row for row in rows if self._rows.get(row["id"]) != row}
        self._rows |= changed
        if changed:
            self.run_method("patch", changed)

    def choose(self, name: str) -> None:
        """Mark a row, opening what it is in."""
        self.run_method("reveal", name)


class MarkedRange(Element, component="range.js"):
    """A slider over whole numbers."""

    def __init__(self, label: str, on_move: Callable[[int], None], on_rest: Callable[[], None]) -> None:
        super().__init__()
        self._props["label"] = label
        self._props |= {"least": 0, "most": 1, "value": 0, "marks": [], "words": "", "disabled": False}
        self.on("moved", lambda event: on_move(_whole(event)))

        def rest(event: GenericEventArguments) -> None:
            on_move(_whole(event))
            on_rest()

        self.on("rest", rest)

    def place(self, value: int, words: str) -> None:
        """Put the knob somewhere, and say in words where."""
        self._props["value"] = value
        self._props["words"] = words
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
