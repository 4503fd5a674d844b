"""The two languages of the program, and a text that has both."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any, Literal, NamedTuple

Language = Literal["vi", "en"]


class Text(NamedTuple):
    """One text in both languages.

    Example:
        >>> Text("điểm", "points").of("en")
        'points'
    """

    vi: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in one language."""
        return self.vi if language == "vi" else self.en

    def fill(self, language: Language, /, **facts: Any) -> str:
        """Return the text in one language, its gaps filled; see ``filled``."""
        return filled(self.of(language), facts)


class _Filler(Formatter):
    """Fills gaps as ``str.format`` does, and gives words that go with a number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, more = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else more


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """Return a text with its gaps filled. Where a word goes with a number, both its forms stand in the text.

    Example:
        >>> filled("{count} {count:unit|units}", {"count": 1}), filled("{count} {count:unit|units}", {"count": 0})
        ('1 unit', '0 units')
    """
    return _Filler().vformat(text, (), facts)
