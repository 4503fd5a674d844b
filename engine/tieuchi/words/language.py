"""The two languages of the program, and a text that has both."""

from __future__ import annotations

from typing import Literal, NamedTuple

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
