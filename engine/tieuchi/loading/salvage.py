"""What is left of a rulebook whose shape is wrong in places, so that all its other errors are shown as well.

Broken places are given harmless stand-ins, one round after another, until the tree has the shape of a rulebook. Only
its issues are of use, and of them those that the stand-ins themselves bring about are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from tieuchi.errors import Issue
from tieuchi.loading.checks import check_rulebook
from tieuchi.loading.refusals import MOST_DETAILS, path_text
from tieuchi.loading.tree_paths import edited
from tieuchi.loading.yaml_source import Node
from tieuchi.model.rulebook import Rulebook

MOST_ROUNDS = 12
Path = tuple[str | int, ...]
_STAND_IN = "stand_in"
_OF_CRITERION: dict[str, Any] = {"title": "x", "max_points": "1", "reference": {}, "basis": "assumed"}
_OF_HEADER: dict[str, Any] = {"id": "x", "document": {"id": "x"}, **_OF_CRITERION}
_OF_INDICATOR: dict[str, Any] = {"title": "x", "kind": "count"}
_OF_FINDING: dict[str, Any] = {
    "title": "x",
    "when": {"indicator": _STAND_IN, "at_least": "1"},
    "reference": {},
    "basis": "assumed",
}
_BY_SCALE = ("scale", "value", "nothing_assigned", "direction", "min_points")
# Issues that speak of the name of something that may itself be broken.
_BY_NAME = ("R410", "R411", "R421", "R423", "R424", "R427")


@dataclass
class _Stood:
    """What was replaced: names that can't be relied on, and places whose maximum can't."""

    names: set[str] = field(default_factory=lambda: {_STAND_IN})
    maxima: set[Path] = field(default_factory=set)
    places: set[Path] = field(default_factory=set)


def remaining_issues(root: Node, error: ValidationError) -> list[Issue]:
    """Return what else is wrong with a rulebook besides its shape."""
    stood = _Stood()
    for _ in range(MOST_ROUNDS):
        details = error.errors(include_url=False)
        if len(details) > MOST_DETAILS:
            return []
        for detail in details:
            root = _repaired(root, detail, stood)
        try:
            plain = {key: value for key, value in root.plain().items() if value is not None}
            book = Rulebook.model_validate(plain)
        except ValidationError as again:
            error = again
            continue
        return [_sure(issue, stood) for issue in check_rulebook(book, root) if not _brought_about(issue, stood)]
    return []


def _brought_about(issue: Issue, stood: _Stood) -> bool:
    """Say whether an issue comes from a stand-in."""
    if issue.code in _BY_NAME and (issue.facts.get("name") in stood.names or issue.facts.get("id") in stood.names):
        return True
    if issue.code == "R402":
        return any(issue.path == path_text((*place, "max_points")) for place in stood.maxima)
    return any(issue.path.startswith(path_text(place)) for place in stood.places)


def _sure(issue: Issue, stood: _Stood) -> Issue:
    """Return an issue without examples of readings whose indicator is a stand-in."""
    if any(stood.names & set(example.readings) for example in issue.examples):
        return replace(issue, examples=())
    return issue


def _repaired(root: Node, detail: Any, stood: _Stood) -> Node:
    """Return the tree with one complaint answered."""
    loc: Path = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return _without(root, loc)
    entity, rest = _entity(loc)
    context = detail.get("ctx") or {}
    if not entity:
        return _header(root, rest, stood)
    if entity[-2] == "criteria":
        return _criterion(root, entity, rest, str(context.get("key", "")), stood)
    if entity[-2] in ("indicators", "findings"):
        return _listed(root, entity, rest, stood)
    return _without(root, entity)


def _entity(loc: Path) -> tuple[Path, Path]:
    """Split a path into the criterion, indicator or finding it leads to, and the way on from there."""
    end = 0
    for place in range(0, len(loc) - 1, 2):
        if loc[place] not in ("criteria", "indicators", "findings") or not isinstance(loc[place + 1], int):
            break
        end = place + 2
    return loc[:end], loc[end:]


def _header(root: Node, rest: Path, stood: _Stood) -> Node:
    key = str(rest[0]) if rest else ""
    if key == "max_points":
        stood.maxima.add(())
    if key in _OF_HEADER:
        return _with(root, (), key, _OF_HEADER[key])
    return _without(root, rest[:1]) if key and key != "criteria" else root


def _criterion(root: Node, place: Path, rest: Path, clash: str, stood: _Stood) -> Node:
    key = str(rest[0]) if rest else ""
    if key in ("max_points", "id"):
        stood.maxima |= {place, place[:-2]}
    if key == "id":
        given = root.at((*place, "id"))
        stood.names.add(given.text)
        return _with(root, place, "id", f"stand-in-{len(stood.names)}")
    if key in _OF_CRITERION:
        return _with(root, place, key, _OF_CRITERION[key])
    node = root.at(place)
    if not key and clash == "block":
        # Whether it is a part of the sum is not said.
        stood.maxima.add(place[:-2])
    if not key and clash:
        return _without(root, (*place, clash))
    if key in _BY_SCALE or not key:
        identity = node.get("id")
        stood.names.add(identity.text if identity else "")
        stood.places.add((*place, "scale"))
        for name in _BY_SCALE:
            root = _without(root, (*place, name))
        if node.get("criteria") is not None and not key:
            return root
        return _with(root, place, "scale", {"declared": {}})
    return _without(root, (*place, key))


def _listed(root: Node, place: Path, rest: Path, stood: _Stood) -> Node:
    """Give an indicator or a finding stand-ins for what is wrong or missing in it."""
    node = root.at(place)
    identity = node.get("id")
    stood.names.add(identity.text if identity else "")
    stood.places.add(place)
    defaults = _OF_INDICATOR if place[-2] == "indicators" else _OF_FINDING
    key = str(rest[0]) if rest else ""
    if node.kind != "mapping" or key == "id" or not key:
        name = f"{_STAND_IN}_{len(stood.names)}"
        stood.names.add(name)
        return edited(root, place, lambda old: _node({"id": name, **defaults}, old))
    if key in defaults:
        return _with(root, place, key, defaults[key])
    return _without(root, (*place, key))


def _with(root: Node, place: Path, key: str, value: Any) -> Node:
    """Put a value under a key, in its place where it stands already."""

    def put(node: Node) -> Node:
        items = tuple(item for item in node.items if item[0].text != key)
        found = next((old for name, old in node.items if name.text == key), node)
        return replace(node, items=(*items, (_text(key, found), _node(value, found))))

    return edited(root, place, put)


def _without(root: Node, place: Path) -> Node:
    """Take out what stands at a path; all of it where one thing stands for a list, which has no first entry."""
    way = next((end for end in range(len(place) + 1) if not root.has(place[:end])), len(place) + 1) - 1
    alone = way < len(place) and isinstance(place[way], int) and root.at(place[:way]).kind == "mapping"
    if place and (way == len(place) or (alone and way)):
        return edited(root, place[:way], lambda _: None)
    return root


def _text(text: str, near: Node) -> Node:
    return Node("scalar", near.position, text, quoted=True)


def _node(value: Any, near: Node) -> Node:
    if isinstance(value, dict):
        return Node("mapping", near.position, items=tuple(_items(value, near)))
    return _text(value, near)


def _items(value: dict[str, Any], near: Node) -> Iterator[tuple[Node, Node]]:
    for key, inner in value.items():
        yield _text(key, near), _node(inner, near)
