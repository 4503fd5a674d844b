"""From when to when a unit is there, as a table says it: it is scored only if it is on the last day of the period."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date

from tieuchi.loading.locale_numbers import Locale, RefusedValueError, read_date

VALID_COLUMNS = ("valid_from", "valid_to")
VALID_NAMES = {
    "valid_from": ("valid_from", "hiệu lực từ", "có hiệu lực từ"),
    "valid_to": ("valid_to", "hiệu lực đến", "hết hiệu lực"),
}
_YEAR = re.compile(r"(?:[^\d]*)(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(?:Q|quý )?([1-4])[-/ ](\d{4})|(\d{4})-?Q([1-4])", re.ASCII | re.IGNORECASE)
_OPEN = ("", "-", "–", "…")
"""What stands for no end."""


def period_end(period: str) -> date | None:
    """Return the last day of a period, on which a unit must be there to be scored; None for one that names no dates.

    Example:
        >>> period_end("2025"), period_end("2025-06"), period_end("2025-Q1"), period_end("thử")
        (datetime.date(2025, 12, 31), datetime.date(2025, 6, 30), datetime.date(2025, 3, 31), None)
    """
    text = period.strip()
    if found := _MONTH.fullmatch(text):
        return _month_end(int(found[1]), int(found[2]))
    if found := _QUARTER.fullmatch(text):
        return _month_end(int(found[2] or found[3]), 3 * int(found[1] or found[4]))
    if found := _YEAR.fullmatch(text):
        return _month_end(int(found[1]), 12)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, calendar.monthrange(year, month)[1]) if year and 1 <= month <= 12 else None


def validity_fault(
    unit: str, period: str, span: Sequence[str | date], locale: Locale | None = None
) -> tuple[str, str, dict[str, str]] | None:
    """Return why a unit can't be scored in a period: code, column and facts; None if it is there on the last day.

    Args:
        unit: Its id.
        period: As given; one that names no dates is a fault.
        span: From when to when it is there, as text or dates; blank is no end.
        locale: How dates in text are written.

    Example:
        >>> validity_fault("a", "2024", ("2020-01-01", ""))
        >>> validity_fault("a", "2024", ("", "2024-06-30"))[:2]
        ('B618', 'valid_from')
    """
    day = period_end(period)
    if day is None:
        return "B616", "period", {"period": period or "–"}
    ends: list[date | None] = []
    for column, given in zip(VALID_COLUMNS, span, strict=True):
        try:
            ends.append(_day(given, locale))
        except RefusedValueError as refused:
            return refused.code, column, {"indicator": column, **refused.facts}
    since, until = ends
    if since is not None and until is not None and since > until:
        return "B617", "valid_to", {"unit": unit, "from": str(since), "to": str(until)}
    if (since is not None and day < since) or (until is not None and until < day):
        return "B618", "valid_from", {"unit": unit, "from": str(since or "…"), "to": str(until or "…"), "day": str(day)}
    return None


def _day(given: str | date, locale: Locale | None) -> date | None:
    if isinstance(given, date):
        return given
    return read_date(given, locale) if given.strip() not in _OPEN else None
