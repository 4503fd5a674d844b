"""A doubt before it has its place: what a rulebook says but hardly means, and the readings that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tieuchi.algebra.query import Witness

Path = tuple[str | int, ...]
Severity = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Raised:
    """A path inside the rulebook, a code and what fills its sentence.

    ``witness`` are readings that show it, ``clauses`` the clauses it is about, ``other`` the place of the second.
    """

    path: Path
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    witness: Witness | None = None
    clauses: tuple[str, ...] = ()
    other: Path | None = None
    severity: Severity = "warning"
