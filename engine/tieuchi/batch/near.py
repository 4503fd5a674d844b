"""The name that was perhaps meant, told for many names among many others without taking longer than the scoring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tieuchi.errors import nearest

MOST_COMPARED = 1_000_000
"""So many pairs of names are compared, which takes two seconds; what is asked after that has no nearest."""


@dataclass(slots=True)
class Near:
    """Known names, and which of them is nearest to each name that was asked for so far."""

    known: Collection[str]
    found: dict[str, str] = field(default_factory=dict)

    def to(self, name: str) -> str:
        """Return the known name nearest to one that is not known, or nothing.

        Example:
            >>> Near(["tuyen-quang", "ha-giang"]).to("tuyen_quang")
            'tuyen-quang'
        """
        if name not in self.found and len(self.found) * len(self.known) > MOST_COMPARED:
            return ""
        if name not in self.found:
            self.found[name] = nearest(name, self.known) or ""
        return self.found[name]
