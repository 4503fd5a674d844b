"""Indicators: the raw quantities that are read, and the catalogue that names them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from tieuchi.model.fields import Exact, Identifier, OfficeId, Strict, Title

Kind = Literal["count", "amount", "percent", "ratio", "date", "yes_no", "choice"]
NUMBER_KINDS: tuple[Kind, ...] = ("count", "amount", "percent", "ratio")

Value = Fraction | date | bool | str
"""What a reading holds: an exact number, a date, yes or no, or the name of a choice."""


_NONE, _ALL = Fraction(0), Fraction(1)


class Range(Strict):
    """The least and the greatest value an indicator can take; both ends belong to it.

    Where a count, percent or ratio names no lower end it is 0, and a percent or ratio ends at 100%.
    """

    at_least: Exact | None = None
    at_most: Exact | None = None


class Indicator(Strict):
    """One raw quantity of the catalogue.

    ``kind`` says what its readings are: ``count`` whole numbers, ``amount`` any exact number, ``percent`` a share
    written in per cent, ``ratio`` a share written as two counts such as ``31/33``, ``date``, ``yes_no``, ``choice``.
    """

    id: Identifier
    title: Title
    kind: Kind
    measure: Title | None = None
    range: Range | None = None
    part_of: Identifier | None = None
    choices: tuple[Identifier, ...] = ()
    owner: OfficeId | None = None
    source: Title | None = None
    hint: Title | None = None

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """Least and greatest value, ``None`` where there is no limit."""
        low, high = (self.range.at_least, self.range.at_most) if self.range is not None else (None, None)
        if low is None and self.kind in ("count", "percent", "ratio"):
            low = _NONE
        if high is None and self.kind in ("percent", "ratio"):
            high = _ALL
        return low, high


class Catalogue(Strict):
    """A list of indicators, and the offices that answer for them."""

    id: Identifier | None = None
    title: Title | None = None
    offices: dict[OfficeId, Title] = {}
    indicators: tuple[Indicator, ...] = ()
