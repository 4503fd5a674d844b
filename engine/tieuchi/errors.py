"""What can be wrong with what people give us, and whose fault it is.

The class of an error says who can mend it: ``RulebookError`` the rule author, ``ReadingsError`` the data
supplier, ``ScenarioError`` the person simulating, ``UnknownNameError`` the caller. Each carries its facts as
attributes, survives pickling, and makes its sentence only when it is shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tieuchi.words import Language, hint_text, message_text
from tieuchi.words.characters import visible
from tieuchi.words.terms import localised, term


class Position(NamedTuple):
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
            return f"{self.file}[{self.sheet}]" + (f"!{self.cell}" if self.cell else "")
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Example:
    """Readings that show an issue: numbers written exactly, the kind of the unit where it matters.

    ``clause`` says what they fall under, where there is more than one example of one issue.

    Example:
        >>> Example({"done": "2.5", "plan": True}, "ward", "b").text("vi")
        'b: Đơn vị: ward, done = 2,5, plan = có'
    """

    readings: Mapping[str, str | bool] = field(default_factory=dict, hash=False)
    unit_kind: str = ""
    clause: str = ""

    def text(self, language: Language = "vi") -> str:
        """Return the readings as people of the language write them."""
        kind = [f"{term('unit', language)}: {self.unit_kind}"] if self.unit_kind else []
        shown = [f"{name} = {_shown(value, language)}" for name, value in self.readings.items()]
        return (f"{self.clause}: " if self.clause else "") + ", ".join([*kind, *shown])


def _shown(value: str | bool, language: Language) -> str:
    return term("yes" if value else "no", language) if isinstance(value, bool) else localised(value, language)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or worth a look, at one place.

    ``code`` never changes its meaning; ``facts`` are the values that clash and fill the sentence of that code.
    ``clauses`` are the clauses it is about, the one at ``position`` first; ``there`` is the place of the other, and
    ``examples`` are readings that show it.
    """

    code: str
    position: Position
    path: str = ""
    facts: dict[str, str] = field(default_factory=dict, hash=False)
    severity: str = "error"
    clauses: tuple[str, ...] = ()
    there: Position | None = None
    examples: tuple[Example, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether ``check`` fails for it; what is only not proven is a note."""
        return self.severity == "warning"

    def text(self, language: Language = "vi") -> str:
        """Return ``place: code: what is wrong``, with path, other place, readings and hint on lines of their own."""
        lines = [f"{self.position}: {self.code}: {message_text(self.code, self.facts, language)}"]
        if self.path:
            lines.append(f"    {'tại  ' if language == 'vi' else 'at   '} {self.path}")
        if self.there is not None:
            named = f" ({self.clauses[-1]})" if len(self.clauses) > 1 else ""
            lines.append(f"    {term('and_at', language):<5} {self.there}{named}")
        shown = "; ".join(example.text(language) for example in self.examples)
        if shown:
            lines.append(f"    {term('witness', language):<5} {shown}")
        hint = hint_text(self.code, self.facts, language)
        if hint:
            lines.append(f"    {'gợi ý' if language == 'vi' else 'hint '} {hint}")
        return "\n".join(visible(line) for line in lines)


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
        lines = [message_text(code, facts, language), *([f"    {word} {hint}"] if hint else [])]
        return "\n".join(visible(line) for line in lines)


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
