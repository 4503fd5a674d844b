"""Rulebooks and readings in a few lines: trees of plain data in, the real loader's models out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import yaml

from tieuchi.errors import Position
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import Node, parse_yaml
from tieuchi.model.number import parse_number
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook

Tree = dict[str, Any]
HERE = Position("readings.yaml", 1, 1)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes what stands in two places twice; the loader takes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(tree: Any) -> str:
    """Write a tree as a rule author could have: keys in their order, letters as they are."""
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def node_of(tree: Any, file: str = "rulebook.yaml") -> Node:
    return parse_yaml(yaml_text(tree).encode(), file)


def book_of(tree: Tree) -> Rulebook:
    """Load a tree by way of its YAML text."""
    return rulebook_of(node_of(tree))


def leaf(scale: Tree, *, id: str = "1", max_points: str = "1", **more: Any) -> Tree:  # noqa: A002
    """Return one sub-criterion."""
    return {"id": id, "title": f"Criterion {id}", "max_points": max_points, "scale": scale, **REFERENCE, **more}


def group(id: str, *criteria: Tree, **more: Any) -> Tree:  # noqa: A002
    """Return a criterion whose maximum is the sum of its parts."""
    return {"id": id, "title": id, "max_points": sum_text(criteria), "criteria": list(criteria), **REFERENCE, **more}


def book_tree(*criteria: Tree, indicators: Mapping[str, str | Tree] | None = None, **more: Any) -> Tree:
    """Return a rulebook of these criteria; an indicator is a kind, or a mapping with one."""
    listed = []
    for name, given in (indicators or {}).items():
        listed.append({"id": name, "title": name, **({"kind": given} if isinstance(given, str) else given)})
    return {
        "id": "test/2024",
        "title": "Test",
        "document": {"id": "1/QĐ"},
        "max_points": sum_text([c for c in criteria if "block" not in c]),
        "indicators": listed,
        "criteria": list(criteria),
        **REFERENCE,
        **more,
    }


def sum_text(criteria: Any) -> str:
    total = sum((parse_number(c["max_points"]) for c in criteria), Fraction(0))
    return f"{total.numerator}/{total.denominator}" if total.denominator != 1 else str(total.numerator)


def readings_of(values: Mapping[str, object] | None = None, *, kind: str = "", **more: object) -> Readings:
    """Return readings from plain values: numbers as int, text or fraction, ``REFUSED``, ``NOT_APPLICABLE``."""
    declared = more.pop("declared", {})
    assert isinstance(declared, Mapping)
    given = {name: _reading(name, value) for name, value in {**(values or {}), **more}.items()}
    points = {name: DeclaredPoints(name, number_of(value), HERE) for name, value in declared.items()}
    return Readings(Unit("unit", kind=kind), "2024", given, points)


REFERENCE: Tree = {"reference": {"item": "1"}, "basis": "stated"}
REFUSED = Reading("", None, HERE, state="refused", reason="not accepted")
NOT_APPLICABLE = Reading("", None, HERE, state="not_applicable")


def number_of(value: object) -> Fraction:
    return parse_number(value) if isinstance(value, str) else Fraction(value)  # type: ignore[arg-type]


def _reading(name: str, value: object) -> Reading:
    if isinstance(value, Reading):
        return Reading(name, value.value, HERE, state=value.state, reason=value.reason)
    if isinstance(value, (bool, date)):
        return Reading(name, value, HERE)
    if isinstance(value, str) and not value[:1].isdigit() and value[:1] not in "+-":
        return Reading(name, value, HERE)
    return Reading(name, number_of(value), HERE)
