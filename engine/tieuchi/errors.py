"""What can be wrong with what people give us, and whose fault it is.

The class of an error says who can mend it: ``RulebookError`` the rule author, ``ReadingsError`` the data
supplier, ``ScenarioError`` the person simulating, ``UnknownNameError`` the caller. Each carries its facts as
attributes, survives pickling, and makes its sentence only when it is shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from tieuchi.words import Language, hint_text, message_text
from tieuchi.words.characters import visible
from tieuchi.words.terms import localised, term

MOST_SHOWN = 8
"""So many readings and places of one issue are written out in words; programs are given all."""


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

    ``clause`` says what they fall under, where there is more than one example of one issue. ``points`` are what they
    earn, by criterion or by part, and their sum where there are several.

    Example:
        >>> Example({"done": "2.5", "plan": True}, "ward", "b").text("vi")
        'b: Đơn vị: ward, done = 2,5, plan = có'
        >>> Example({"done": "9"}, points={"1": "2", "2": "1/2"}, total="5/2").text("en")
        'done = 9 → 1: 2 + 2: 1/2 = 5/2 points'
    """

    readings: Mapping[str, str | bool] = field(default_factory=dict, hash=False)
    unit_kind: str = ""
    clause: str = ""
    points: Mapping[str, str] = field(default_factory=dict, hash=False)
    total: str = ""

    def text(self, language: Language = "vi", titles: Mapping[str, str] | None = None) -> str:
        """Return the readings as people of the language write them, with titles if given; of very many the first."""
        kind = [f"{term('unit', language)}: {self.unit_kind}"] if self.unit_kind else []
        named = {name: f" ({title})" for name, title in (titles or {}).items() if title != name}
        shown = [f"{name} = {_shown(value, language)}{named.get(name, '')}" for name, value in self.readings.items()]
        more = [f"… (+{len(shown) - MOST_SHOWN})"] if len(shown) > MOST_SHOWN else []
        listed = ", ".join([*kind, *shown[:MOST_SHOWN], *more]) or term("any_unit", language)
        return (f"{self.clause}: " if self.clause else "") + listed + self._earned(language)

    def _earned(self, language: Language) -> str:
        if not self.total:
            return ""
        parts = [f"{name}: {localised(points, language)}" for name, points in self.points.items()]
        sums = [*([" + ".join(parts)] if parts else []), localised(self.total, language)]
        return f" → {' = '.join(sums)} {term('point_earned' if self.total == '1' else 'points_earned', language)}"


def _shown(value: str | bool, language: Language) -> str:
    return term("yes" if value else "no", language) if isinstance(value, bool) else localised(value, language)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or worth a look, at one place.

    ``code`` never changes its meaning; ``facts`` are the values that clash and fill the sentence of that code.
    ``clauses`` are the clauses or criteria it is about, the one at ``position`` first; ``there`` are the places of the
    others, and ``examples`` are readings that show it.
    """

    code: str
    position: Position
    path: str = ""
    facts: dict[str, str] = field(default_factory=dict, hash=False)
    severity: str = "error"
    clauses: tuple[str, ...] = ()
    there: tuple[Position, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether ``check`` fails for it; what is only not proven is a note."""
        return self.severity == "warning"

    def text(self, language: Language = "vi") -> str:
        """Return ``place: code: what is wrong``, with path, other places, readings and hint on lines of their own."""
        return "\n".join(self.lines(language))

    def lines(self, language: Language = "vi", titles: Mapping[str, str] | None = None) -> list[str]:
        """Return the lines of the text; ``titles`` are those of indicators, to be shown beside their names."""
        lines = [f"{self.position}: {self.code}: {message_text(self.code, self.facts, language)}"]
        if self.path:
            lines.append(f"    {'tại  ' if language == 'vi' else 'at   '} {self.path}")
        if self.there:
            named = zip_longest(self.there[:MOST_SHOWN], self.clauses[1 : len(self.there[:MOST_SHOWN]) + 1])
            others = [f"{place} ({name})" if name else str(place) for place, name in named]
            more = [f"… (+{len(self.there) - MOST_SHOWN})"] if len(self.there) > MOST_SHOWN else []
            lines.append(f"    {term('and_at', language):<5} {', '.join([*others, *more])}")
        shown = "; ".join(example.text(language, titles) for example in self.examples)
        if shown:
            lines.append(f"    {term('witness', language):<5} {shown}")
        hint = hint_text(self.code, self.facts, language)
        if hint:
            lines.append(f"    {'gợi ý' if language == 'vi' else 'hint '} {hint}")
        return [visible(line) for line in lines]


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
