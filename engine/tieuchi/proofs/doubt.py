"""A doubt before it has its place: what a rulebook says but hardly means, and the readings that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from tieuchi.algebra.query import Witness

Path = tuple[str | int, ...]
Severity = Literal["warning", "note"]

TOP = "/"
"""Begins a path that leads from the top of the rulebook, not from the criterion that the doubt is about."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A path inside the rulebook, a code and what fills its sentence.

    ``witness`` are readings that show it, ``clauses`` the clauses it is about, ``others`` the places of those after
    the first. ``points`` are what the readings earn, by criterion, and ``total`` all of it.
    """

    path: Path
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    witness: Witness | None = None
    clauses: tuple[str, ...] = ()
    others: tuple[Path, ...] = ()
    severity: Severity = "warning"
    points: Mapping[str, Fraction] = field(default_factory=dict)
    total: Fraction | None = None
