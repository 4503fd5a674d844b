"""One finding of the proofs: what is doubtful, where, and the readings that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from tieuchi.errors import Issue, Position

Path = tuple[str | int, ...]
Severity = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a rulebook says but hardly means.

    ``issue`` is the finding as every other one: code, place, facts. ``witness`` are readings that show it, ``clauses``
    the clauses it is about, ``there`` the place of the other one where there are two.
    """

    issue: Issue
    witness: Mapping[str, Fraction | bool | str] = field(default_factory=dict)
    unit_kind: str = ""
    clauses: tuple[str, ...] = ()
    there: Position | None = None

    @property
    def warns(self) -> bool:
        """Whether ``check`` fails for it; what is only not proven is a note."""
        return self.issue.severity == "warning"


@dataclass(frozen=True, slots=True)
class Raised:
    """A doubt before it has its place: a path inside the rulebook, a code and what fills its sentence."""

    path: Path
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    witness: Mapping[str, Fraction | bool | str] = field(default_factory=dict)
    unit_kind: str = ""
    clauses: tuple[str, ...] = ()
    other: Path | None = None
    severity: Severity = "warning"
