"""Whether the numbers of one file can have been written in one way, where it does not say in which.

Each of ``1.234,5`` and ``1,234,567`` can be read in one way only. Side by side they still contradict each other: in the
first the comma parts decimals, in the second thousands. Whoever wrote one of them did not mean what it says there, or
two files were put together; a ``1234,567`` among them may be short of a comma. So such a file is refused until it
declares how its numbers are written, and then what is written otherwise is told one by one. ``12.5`` beside ``12,5`` is
no contradiction: neither mark has two meanings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from tieuchi.errors import Issue, Position

Role = Literal["group", "decimal"]
_MARK = re.compile(r"[.,]")


def roles_of(text: str) -> dict[str, Role]:
    """Return what the marks of a number mean that is read in one way only, without a locale.

    Ratios say nothing: whole numbers make them up, and of two ways to read one that which is whole counts.

    Example:
        >>> roles_of("1.234,5"), roles_of("1,234,567"), roles_of("12,5%"), roles_of("1/3")
        ({'.': 'group', ',': 'decimal'}, {',': 'group'}, {',': 'decimal'}, {})
    """
    marks = _MARK.findall(text)
    if not marks or "/" in text:
        return {}
    found: dict[str, Role] = dict.fromkeys(marks, "group")
    if marks.count(marks[-1]) == 1:
        found[marks[-1]] = "decimal"
    return found


@dataclass(slots=True)
class NumberStyles:
    """What the marks met so far mean, with the first number that says so."""

    met: dict[tuple[str, Role], tuple[str, Position]] = field(default_factory=dict)

    def clash(self, text: str, at: Position) -> Issue | None:
        """Note a number read without a locale; return the issue if it contradicts one before."""
        for mark, role in roles_of(text).items():
            self.met.setdefault((mark, role), (text, at))
            other = self.met.get((mark, "decimal" if role == "group" else "group"))
            if other is not None:
                group, decimal = (text, other[0]) if role == "group" else (other[0], text)
                facts = {"mark": mark, "group": group, "decimal": decimal, "first": str(other[1])}
                return Issue("D506", at, facts=facts)
        return None
