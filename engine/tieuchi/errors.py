"""What can be wrong with what people give us, and whose fault it is.

The class of an error says who can mend it: ``RulebookError`` the rule author, ``ReadingsError`` the data
supplier, ``ScenarioError`` the person simulating, ``UnknownNameError`` the caller. Each carries its facts as
attributes, survives pickling, and makes its sentence only when it is shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from tieuchi.words import Language, hint_text, message_text


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in what was given: a line and column of a text file, or a cell of a workbook.

    ``line`` and ``column`` count from 1; 0 means that the place has none.

    Example:
        >>> str(Position("rules.yaml", 12, 22)), str(Position("so-lieu.xlsx", sheet="Tự chấm", cell="F12"))
        ('rules.yaml:12:22', 'so-lieu.xlsx[Tự chấm]!F12')
    """

    file: str
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """Write the place as editors and people expect it."""
        if self.sheet or self.cell:
            return f"{self.file}[{self.sheet}]!{self.cell}"
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or worth a look, at one place.

    ``code`` never changes its meaning; ``facts`` are the values that clash and fill the sentence of that code.
    """

    code: str
    position: Position
    path: str = ""
    facts: dict[str, str] = field(default_factory=dict, hash=False)
    severity: str = "error"

    def text(self, language: Language = "vi") -> str:
        """Return ``place: code: what is wrong``, with path and hint on lines of their own."""
        lines = [f"{self.position}: {self.code}: {message_text(self.code, self.facts, language)}"]
        if self.path:
            lines.append(f"    {'tại  ' if language == 'vi' else 'at   '} {self.path}")
        hint = hint_text(self.code, self.facts, language)
        if hint:
            lines.append(f"    {'gợi ý' if language == 'vi' else 'hint '} {hint}")
        return "\n".join(lines)


class TieuchiError(Exception):
    """Anything that a person can mend. Bugs are not of this kind."""

    def text(self, language: Language = "vi") -> str:
        """Return the whole message in one language."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return the message in English, as Python programs expect."""
        return self.text("en")


class _IssuesError(TieuchiError):
    """An error that is a list of issues, sorted by place and without repeats."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        # What one word in a file does wrong in two fields is still one thing to mend.
        unique = {(i.code, i.position, tuple(sorted(i.facts.items()))): i for i in reversed(tuple(issues))}
        self.issues: tuple[Issue, ...] = tuple(sorted(unique.values(), key=lambda i: (i.position, i.code, i.path)))
        super().__init__(self.issues)

    def text(self, language: Language = "vi") -> str:
        """Return every issue, sorted by place."""
        return "\n".join(issue.text(language) for issue in self.issues)


class RulebookError(_IssuesError):
    """The rule author can mend it: a rulebook or a catalogue does not say one clear thing."""


class ReadingsError(_IssuesError):
    """The data supplier can mend it: a figure is not what its indicator needs."""


class ScenarioError(_IssuesError):
    """The person simulating can mend it: a change does not apply."""


class UnknownNameError(TieuchiError):
    """The caller asked for something that is not there."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(kind, name, self.known)

    @property
    def nearest(self) -> str | None:
        """The known name that looks most like the one asked for."""
        return nearest(self.name, self.known)

    def text(self, language: Language = "vi") -> str:
        """Return what is not there, and the nearest that is."""
        code = f"U_{self.kind}"
        facts = {"name": self.name, "nearest": self.nearest or "", "known": ", ".join(sorted(self.known)[:8])}
        hint = hint_text(code, facts, language)
        word = "gợi ý" if language == "vi" else "hint "
        return message_text(code, facts, language) + (f"\n    {word} {hint}" if hint else "")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like ``name``, or None if none is near.

    Example:
        >>> nearest("enterprise_new", ["enterprises_new", "budget_revenue"])
        'enterprises_new'
    """
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


class DisagreementError(TieuchiError):
    """Two roads to one score differ. Never a choice: the program is wrong somewhere, and says where."""

    def __init__(self, expected: tuple[str, ...], found: tuple[str, ...]) -> None:
        self.expected = expected
        self.found = found
        super().__init__(expected, found)

    def text(self, language: Language = "vi") -> str:
        """Return what each road says that the other does not."""
        facts = {"expected": ", ".join(self.expected) or "–", "found": ", ".join(self.found) or "–"}
        return message_text("X100", facts, language)
