"""Conditions as a sentence has them: ``≥ 10% & < 30%`` becomes "từ 10% đến dưới 30%"."""

from __future__ import annotations

import re

from tieuchi.words.language import Language, Text

_NUMBER = r"(\S+(?: ngày| days)?)"
_BETWEEN = re.compile(rf"([≥>]) {_NUMBER} & ([≤<]) {_NUMBER}")
_ONE = re.compile(rf"([≥>≤<]) {_NUMBER}")
_IS = re.compile(r" = ")
_BOTH = Text("{low} đến {high}", "{low} {high}")
_LOW = {"≥": Text("từ {n}", "at least {n}"), ">": Text("trên {n}", "more than {n}")}
_HIGH = {"≤": Text("{n}", "and at most {n}"), "<": Text("dưới {n}", "and below {n}")}
_ALONE = {
    "≥": Text("từ {n} trở lên", "at least {n}"),
    ">": Text("trên {n}", "more than {n}"),
    "≤": Text("không quá {n}", "at most {n}"),
    "<": Text("dưới {n}", "below {n}"),
}
_AND = Text(" và ", " and ")


def spoken(condition: str, language: Language) -> str:
    """Return a condition without signs.

    Example:
        >>> spoken("> 0 & ≤ 2", "vi"), spoken("≥ 80%", "vi"), spoken("< 30%", "en")
        ('trên 0 đến 2', 'từ 80% trở lên', 'below 30%')
    """

    def both(found: re.Match[str]) -> str:
        low, high = _LOW[found[1]].of(language), _HIGH[found[3]].of(language)
        return _BOTH.fill(language, low=low.format(n=found[2]), high=high.format(n=found[4]))

    def alone(found: re.Match[str]) -> str:
        return _ALONE[found[1]].fill(language, n=found[2])

    text = _ONE.sub(alone, _BETWEEN.sub(both, condition))
    return _IS.sub(": ", text).replace(" & ", _AND.of(language))
