"""Rename an indicator, criterion, finding, office or kind of unit in every file that says it, and nowhere else.

The text of a file is changed only where a node stands that says the name in the right sense; comments, layout and
everything else stay as they are, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from tieuchi.errors import Issue, Position, RulebookError, UnknownNameError
from tieuchi.loading.yaml_source import Node, read_bytes, read_yaml

Kind = Literal["indicator", "criterion", "finding", "office", "unit_kind"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Sense = tuple[Kind, Node]

_READS = frozenset({"indicator", "count", "amount", "date", "due_reading", "assigned", "done", "for_each", "part_of"})
_OPERANDS = frozenset({"ratio", "coverage", "growth", "sum", "difference", "missing"})
_PATHS = frozenset({"path", "under", "remove"})
_ID = re.compile(r"[a-z][a-z0-9_-]{0,79}")
_CRITERION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def rename(files: Iterable[Path], kind: Kind, old: str, new: str) -> dict[Path, str]:
    """Return the new text of every file that changes.

    Raises:
        UnknownNameError: Nothing of that kind is called ``old``.
        RulebookError: ``new`` is taken, is no valid name, or a file can't be read.
    """
    pattern = _CRITERION_ID if kind == "criterion" else _ID
    if not pattern.fullmatch(new):
        raise RulebookError([Issue("E111", Position(new), facts={"name": new})])
    trees = {path: read_yaml(path) for path in dict.fromkeys(files)}
    known: dict[str, None] = {}
    changed: dict[Path, str] = {}
    for path, root in trees.items():
        spots = []
        for sense, node in senses(root):
            if sense != kind:
                continue
            name, _, rest = node.text.partition("/") if kind == "criterion" else (node.text, "", "")
            known[name] = None
            if name == new:
                raise RulebookError([Issue("E110", node.position, facts={"name": new, "kind": kind})])
            if name == old:
                spots.append((node, f"{new}/{rest}" if rest else new))
        if spots:
            changed[path] = _replaced(read_bytes(path).decode("utf-8-sig"), spots)
    if not changed:
        raise UnknownNameError("name", old, list(known))
    return changed


def _replaced(text: str, spots: list[tuple[Node, str]]) -> str:
    """Put new names where nodes stand, from the end to the beginning."""
    lines = text.split("\n")
    for node, new in sorted(spots, key=lambda spot: spot[0].position, reverse=True):
        line, start = lines[node.position.line - 1], node.position.column - 1
        quote = line[start] if node.quoted and line[start] in "\"'" else ""
        end = start + len(node.text) + 2 * len(quote)
        assert line[start + len(quote) : end - len(quote)] == node.text, node
        lines[node.position.line - 1] = f"{line[:start]}{quote}{new}{quote}{line[end:]}"
    return "\n".join(lines)


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
    """Yield what a key names: offices and kinds where they are defined, readings, expectations."""
    if above == "offices":
        yield "office", key
    elif above in ("unit_kinds", "factors"):
        yield "unit_kind", key
    elif above == "readings":
        yield "indicator", key
    elif above == "declared" or (above == "expect" and key.text not in ("total", "grade")):
        yield "criterion", key
    assert path is not None


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
            yield kinds[above], value
        elif not path:
            # The header of a rulebook has an id too; a part of one begins with that of its criterion.
            yield "criterion", value
    elif key in _READS or (key == "late" and in_lateness):
        yield "indicator", value
    elif key == "criterion" or key in _PATHS:
        yield "criterion", value
    elif key == "finding":
        yield "finding", value
    elif key == "owner":
        yield "office", value
    elif key == "kind" and above == "unit":
        yield "unit_kind", value


def _of_part(above: str, part: Node) -> Iterator[Sense]:
    if above in _OPERANDS:
        yield "indicator", part
    elif above == "unit_kind":
        yield "unit_kind", part
    elif above == "findings":
        yield "finding", part
