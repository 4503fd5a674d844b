"""Places in a file that was sent, under the name its owner gave it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from tieuchi.errors import Position, ReadingsError, RulebookError, ScenarioError
from tieuchi.loading.yaml_source import Node

IssuesError = TypeVar("IssuesError", RulebookError, ReadingsError, ScenarioError)


def renamed_error(error: IssuesError, path: str, name: str) -> IssuesError:
    """Return an error whose places and facts name a file as its owner does."""
    return type(error)(
        replace(
            issue,
            position=renamed_place(issue.position, path, name),
            there=tuple(renamed_place(place, path, name) for place in issue.there),
            facts={key: fact.replace(path, name) for key, fact in issue.facts.items()},
        )
        for issue in error.issues
    )


def renamed_place(at: Position, path: str, name: str) -> Position:
    """Return a place under the name that its owner gave the file."""
    return at._replace(file=name) if at.file == path else at


def renamed_tree(node: Node, path: str, name: str) -> Node:
    """Return a tree whose places name a file as its owner does."""
    return replace(
        node,
        position=renamed_place(node.position, path, name),
        items=tuple((renamed_tree(key, path, name), renamed_tree(value, path, name)) for key, value in node.items),
        parts=tuple(renamed_tree(part, path, name) for part in node.parts),
    )
