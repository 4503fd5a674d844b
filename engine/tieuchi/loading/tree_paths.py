"""Names of places in a rulebook, such as ``8.2/b/at_least``, and edits of its tree of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tieuchi.errors import UnknownNameError
from tieuchi.loading.yaml_source import Node

TreePath = tuple[str | int, ...]
_LISTED_BY = ("clause", "id", "grade")


def criteria_of(node: Node, path: TreePath = ()) -> Iterator[tuple[str, TreePath]]:
    """Yield the id and the tree path of every criterion below a node, in order."""
    parts = node.get("criteria")
    for index, part in enumerate(parts.parts if parts else ()):
        here = (*path, "criteria", index)
        name = part.get("id")
        if name is not None:
            yield name.text, here
        yield from criteria_of(part, here)


def resolve(root: Node, name: str) -> TreePath:
    """Return the tree path that a name stands for.

    The first part is the id of a criterion, ``grades``, ``findings`` or another key of the header; each further part
    is a key, or the clause, id or grade of an entry of a list. The key ``scale`` and the kind of the scale may be
    left out.

    Raises:
        UnknownNameError: No such place; it names the nearest.
    """
    first, *rest = name.split("/")
    places = dict(criteria_of(root))
    if first in places:
        path: TreePath = places[first]
    elif root.get(first) is not None:
        path = (first,)
    else:
        raise UnknownNameError("path", name, [*places, *(key.text for key, _ in root.items)])
    for step in rest:
        options = dict(_below(root.at(path)))
        if step not in options:
            prefix = name.split("/" + step)[0]
            raise UnknownNameError("path", name, [f"{prefix}/{option}" for option in options])
        path = (*path, *options[step])
    return path


def names_below(root: Node) -> Iterator[str]:
    """Yield the names of all scalars below the criteria of a rulebook, as ``resolve`` takes them."""
    for criterion, path in criteria_of(root):
        for name in _scalars(root.at(path)):
            yield f"{criterion}/{name}"


def _scalars(node: Node) -> Iterator[str]:
    for name, path in _below(node):
        target = node.at(path)
        if target.kind == "scalar":
            yield name
        elif name not in ("criteria", "scale"):
            yield from (f"{name}/{inner}" for inner in _scalars(target))


def _below(node: Node) -> Iterator[tuple[str, TreePath]]:
    """Yield what can follow a node in a name, with the steps it takes in the tree."""
    if node.kind == "sequence":
        for index, part in enumerate(node.parts):
            label = next((found.text for key in _LISTED_BY if (found := part.get(key))), str(index + 1))
            yield label, (index,)
        return
    for key, value in node.items:
        if key.text != "scale" or value.kind != "mapping":
            yield key.text, (key.text,)
            continue
        yield "scale", ("scale",)
        for kind, inner in value.items:
            yield kind.text, ("scale", kind.text)
            for name, steps in _below(inner):
                yield name, ("scale", kind.text, *steps)


def edited(root: Node, path: TreePath, change: Callable[[Node], Node | None]) -> Node:
    """Return the tree with one node changed, or taken out where ``change`` returns None."""
    if not path:
        return change(root) or root
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        parts = list(root.parts)
        if rest:
            parts[step] = edited(parts[step], rest, change)
        else:
            new = change(parts[step])
            parts[step : step + 1] = [new] if new is not None else []
        return replace(root, parts=tuple(parts))
    items = []
    for key, value in root.items:
        if key.text != step:
            items.append((key, value))
            continue
        new = edited(value, rest, change) if rest else change(value)
        if new is not None:
            items.append((key, new))
    return replace(root, items=tuple(items))


def merged(base: Node, changes: Node) -> Node:
    """Return a mapping with the keys of ``changes`` put over those of ``base``."""
    names = {key.text for key, _ in changes.items}
    kept = tuple((key, value) for key, value in base.items if key.text not in names)
    return replace(base, items=(*kept, *changes.items))
