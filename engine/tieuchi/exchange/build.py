"""From imported tables to a rulebook: plain data, written as YAML and checked as any rulebook is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import yaml

from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.number import exact_text

Tree = dict[str, Any]
Places = dict[tuple[str | int, ...], Position]
"""Where in the imported file something stands, by its path in the rulebook that is made of it."""


@dataclass(frozen=True, slots=True)
class ImportedCriterion:
    """One table: what it is called, the most it gives, its value if it has one, and its scale."""

    id: str
    title: str
    max_points: Fraction
    scale: Tree
    value: Tree | None = None
    min_points: Fraction | None = None
    item: str = ""


@dataclass(slots=True)
class Readings:
    """The indicators that imported tables name, by id."""

    found: dict[str, Tree] = field(default_factory=dict)

    def number(self, name: str, kind: str = "amount") -> str:
        """Note a number and return its id."""
        self.found.setdefault(name, {"id": name, "title": name, "kind": kind})
        return name

    def choice(self, name: str, value: bool | str) -> str:
        """Note a yes/no, or a choice with one of its values, and return its id."""
        if isinstance(value, bool):
            self.found.setdefault(name, {"id": name, "title": name, "kind": "yes_no"})
            return name
        entry = self.found.setdefault(name, {"id": name, "title": name, "kind": "choice", "choices": []})
        if value not in entry.setdefault("choices", []):
            entry["choices"].append(value)
        return name


def rulebook_text(
    name: str,
    source: str,
    criteria: Sequence[ImportedCriterion],
    indicators: Iterable[Tree],
    unit_kinds: Iterable[str] = (),
    *,
    places: Places,
) -> str:
    """Return the YAML of a rulebook made of imported tables. Every number is ``assumed`` until somebody vouches for it.

    Raises:
        RulebookError: What the tables say is no sound rulebook: gaps, overlaps, points beyond the maximum. Each issue
            is placed where the imported file says it.
    """
    total = sum((c.max_points for c in criteria), Fraction(0))
    tree: Tree = {
        "id": name,
        "title": name,
        "document": {"id": source},
        "reference": {"document": source},
        "basis": "assumed",
        "max_points": exact_text(total),
        "indicators": list(indicators),
    }
    kinds = {kind: kind for kind in unit_kinds}
    if kinds:
        tree["unit_kinds"] = kinds
    tree["criteria"] = [_criterion(c, source) for c in criteria]
    text = f"# Nhập từ / imported from: {source}\n" + yaml.safe_dump(
        tree, sort_keys=False, allow_unicode=True, width=110
    )
    root = parse_yaml(text.encode(), source)
    try:
        rulebook_of(root)
    except RulebookError as error:
        lines = sorted((root.at(path).position.line, place) for path, place in places.items())
        raise RulebookError(_replaced(issue, lines, source) for issue in error.issues) from None
    return text


def _replaced(issue: Issue, lines: Sequence[tuple[int, Position]], source: str) -> Issue:
    """Return an issue at the place of the imported file that the line in question was made of."""

    def place(at: Position) -> Position:
        return next((found for line, found in reversed(lines) if line <= at.line), Position(source))

    there = tuple(place(other) for other in issue.there)
    return replace(issue, position=place(issue.position), path="", there=there)


def _criterion(imported: ImportedCriterion, source: str) -> Tree:
    made: Tree = {"id": imported.id, "title": imported.title, "max_points": exact_text(imported.max_points)}
    if imported.min_points is not None:
        made["min_points"] = exact_text(imported.min_points)
    if imported.value is not None:
        made["value"] = imported.value
    reference = {"document": source, **({"item": imported.item} if imported.item else {})}
    return {**made, "scale": imported.scale, "reference": reference, "basis": "assumed"}
