"""What the words of a file name: every place in a YAML or JSON tree that says an indicator, criterion or finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from tieuchi.loading.yaml_source import Node

Kind = Literal["indicator", "criterion", "finding", "office", "unit_kind"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_READS = frozenset({"indicator", "count", "amount", "date", "due_reading", "assigned", "done", "for_each", "part_of"})
_OPERANDS = frozenset({"ratio", "coverage", "growth", "sum", "difference", "missing", "fixed", "free", "only"})
_PATHS = frozenset({"path", "under", "remove"})
_BY_PATH = frozenset({"rules", "thresholds"})
_OF_UNITS = frozenset({"readings", "declared", "causes", "unit"})
_HEADED: dict[str, Kind] = {"findings": "finding", "indicators": "indicator", "offices": "office"}


@dataclass(frozen=True, slots=True)
class Sense:
    """A node that names something. Where it is a path, ``step`` says which part of it, counted from 0, is the name."""

    kind: Kind
    node: Node
    step: int | None = None

    @property
    def name(self) -> str:
        """The name itself."""
        return self.node.text if self.step is None else self.node.text.split("/")[self.step]

    def renamed(self, new: str) -> str:
        """Return what the node shall say."""
        if self.step is None:
            return new
        parts = self.node.text.split("/")
        parts[self.step] = new
        return "/".join(parts)


def senses(root: Node) -> Iterator[Sense]:
    """Yield every node of a file that names something, with what it names."""
    yield from _walk(root, (), in_lateness=False)


def _walk(node: Node, path: tuple[str, ...], *, in_lateness: bool) -> Iterator[Sense]:
    above = path[-1] if path else ""
    for key, value in node.items:
        yield from _of_key(key, above, path)
        if value.kind == "scalar":
            yield from _of_value(key.text, value, path, in_lateness=in_lateness)
        else:
            yield from _walk(value, (*path, key.text), in_lateness=key.text == "lateness")
    for part in node.parts:
        if part.kind == "scalar":
            yield from _of_part(above, part)
        else:
            yield from _walk(part, path, in_lateness=in_lateness)


def _of_key(key: Node, above: str, path: tuple[str, ...]) -> Iterator[Sense]:
    """Yield what a key names: offices and kinds where they are defined, readings, expectations, changed places."""
    if above == "offices":
        yield Sense("office", key)
    elif above in ("unit_kinds", "factors"):
        yield Sense("unit_kind", key)
    elif above in ("readings", "limits") or (len(path) == 2 and path[0] == "units" and above not in _OF_UNITS):
        yield Sense("indicator", key)
    elif above in ("declared", "causes") or (above == "expect" and key.text not in ("total", "grade")):
        yield Sense("criterion", key)
    elif above in _BY_PATH:
        yield from _of_path(key)


def _of_path(node: Node) -> Iterator[Sense]:
    """Yield what the path of a place names: ``8.2/b/at_least``, ``findings/late/when``, ``1/factors/mountain``."""
    steps = node.text.split("/")
    if steps[0] not in _HEADED:
        yield Sense("criterion", node, 0)
    elif len(steps) > 1:
        yield Sense(_HEADED[steps[0]], node, 1)
    for place, step in enumerate(steps[:-1]):
        if step == "factors":
            yield Sense("unit_kind", node, place + 1)


def _of_value(key: str, value: Node, path: tuple[str, ...], *, in_lateness: bool) -> Iterator[Sense]:
    above = path[-1] if path else ""
    if key == "id":
        kinds: dict[str, Kind] = {
            "indicators": "indicator",
            "criteria": "criterion",
            "findings": "finding",
            "add": "criterion",
        }
        if above in kinds:
            yield Sense(kinds[above], value)
        elif not path:
            # The header of a rulebook has an id too; a part of one begins with that of its criterion.
            yield Sense("criterion", value)
    elif key in _READS or (key == "late" and in_lateness):
        yield Sense("indicator", value)
    elif key == "criterion":
        yield Sense("criterion", value)
    elif key in _PATHS:
        yield from _of_path(value)
    elif key == "finding":
        yield Sense("finding", value)
    elif key == "owner":
        yield Sense("office", value)
    elif key == "kind" and above == "unit":
        yield Sense("unit_kind", value)


def _of_part(above: str, part: Node) -> Iterator[Sense]:
    if above in _OPERANDS:
        yield Sense("indicator", part)
    elif above == "unit_kind":
        yield Sense("unit_kind", part)
    elif above == "findings":
        yield Sense("finding", part)
