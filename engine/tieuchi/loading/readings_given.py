"""What stands in a file of readings before anyone judges it, and the list of what is wrong with it.

Every format comes down to ``GivenUnit``: who, when, and a list of figures, each with its place. Only
``readings_judged`` decides what a figure means.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.locale_numbers import Locale
from tieuchi.words.characters import visible

if TYPE_CHECKING:
    from tieuchi.model.reading import Unit

MOST_ISSUES = 1000
LONGEST_NAME = 200
"""So many characters can name a unit."""
_LONGEST_FACT = 120


class Cell(NamedTuple):
    """One value as it was given, with its place.

    Text is still to be read; a number, date or yes/no comes from a source that has such types (JSON, a workbook,
    Python). A number in a percent indicator is in per cent unless it is a ``share``, as a cell with percent format
    is. A cell that can't be used has a ``fault``, which is reported only where the cell is needed.
    """

    value: str | Fraction | date | bool | None
    text: str
    at: Position
    share: bool = False
    fault: Issue | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing at all stands here."""
        return self.value in (None, "") and self.fault is None


class Figure(NamedTuple):
    """One figure under the name of its indicator, or declared points under the id of their criterion."""

    name: str
    cell: Cell
    named_at: Position
    path: str = ""
    source: str = ""
    refused: str = ""
    not_applicable: bool = False


@dataclass(slots=True)
class GivenUnit:
    """One unit and period with all its figures. In a ``table`` 1 and 0 may stand for yes and no."""

    unit: Unit
    period: str
    at: Position
    locale: Locale | None = None
    table: bool = False
    figures: list[Figure] = field(default_factory=list)
    declared: list[Figure] = field(default_factory=list)
    causes: list[Figure] = field(default_factory=list)


class Report:
    """The issues found so far. The first thousand are kept, the rest only counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.count = 0

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """Return the known name most like one that is not, or nothing; not looked for, as that is slow, once full."""
        return (nearest(name, known) or "") if len(self.issues) < MOST_ISSUES else ""

    def add(self, code: str, place: Position, where: str = "", **facts: object) -> None:
        """Note one issue; facts are written as text, cut where they are very long."""
        self.keep(Issue(code, place, visible(where), {name: shortened(str(fact)) for name, fact in facts.items()}))

    def keep(self, issue: Issue) -> None:
        """Note an issue made elsewhere."""
        self.count += 1
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(issue)

    def keep_those_of(self, other: Report) -> None:
        """Leave out what the other report does not say as well."""
        self.issues = [issue for issue in self.issues if issue in other.issues]
        self.count = len(self.issues)

    def check(self) -> None:
        """Raise all issues, if there are any."""
        if self.count > len(self.issues):
            facts = {"count": str(self.count), "shown": str(len(self.issues))}
            raise ReadingsError([Issue("D499", Position(self.file), facts=facts), *self.issues])
        if self.issues:
            raise ReadingsError(self.issues)


def refusal(code: str, place: Position, **facts: object) -> ReadingsError:
    """Return the error of one issue that leaves nothing to go on with."""
    return ReadingsError([Issue(code, place, facts={name: shortened(str(fact)) for name, fact in facts.items()})])


def shortened(text: str) -> str:
    r"""Return a text that can be quoted in one line: not too long, nothing in it that a terminal would obey.

    Example:
        >>> shortened("a" * 200)[-3:], shortened("hai\ndòng"), shortened("\x1b[31m")
        ('aa…', 'hai dòng', '<U+001B>[31m')
    """
    line = visible(" ".join(text.splitlines()))
    return line if len(line) <= _LONGEST_FACT else line[: _LONGEST_FACT - 1] + "…"


def tidy(text: str) -> str:
    r"""Return a text in NFC without space around it, the form in which names are compared.

    Example:
        >>> tidy(" So\u0301c Tra\u0306ng ") == "Sóc Trăng"
        True
    """
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def folded(text: str) -> str:
    """Return a word or phrase as fixed vocabularies are compared: tidy, lower case, single spaces.

    Example:
        >>> folded(" Không  ÁP dụng ")
        'không áp dụng'
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
