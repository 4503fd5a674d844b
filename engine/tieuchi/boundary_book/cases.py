"""A boundary book as a case file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.boundary_book.rows import Row
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import exact_text
from tieuchi.words.language import Text
from tieuchi.words.terms import localised

_DAYS_LATE = Text("số ngày muộn", "days late")
SIDES: dict[str, Text] = {
    "under": Text("ngay dưới", "just under"),
    "at": Text("đúng", "at"),
    "above": Text("ngay trên", "just above"),
    "between": Text("ở giữa", "in between"),
    "holds": Text("khi đúng điều kiện", "where it holds"),
    "fails": Text("khi không đúng điều kiện", "where it does not hold"),
    "zero": Text("khi mẫu số bằng 0", "where the denominator is 0"),
    "finding": Text("khi có kết luận", "with the finding"),
    "kind": Text("đơn vị loại", "a unit of kind"),
}


def case_file(book: str, rulebook: str, rows: Iterable[Row], indicators: Mapping[str, Indicator]) -> dict[str, Any]:
    """Return the rows as plain data of a case file for ``tieuchi test``."""
    return {
        "title": {"vi": f"Sổ ngưỡng của {book}", "en": f"Boundary book of {book}"},
        "locale": "en",
        "rulebook": rulebook,
        "cases": list(_cases(rows, indicators)),
    }


def _cases(rows: Iterable[Row], indicators: Mapping[str, Indicator]) -> Iterator[dict[str, Any]]:
    used: dict[str, int] = {}
    for row in rows:
        name = row_name(row)
        used[name] = used.get(name, 0) + 1
        case: dict[str, Any] = {"name": name if used[name] == 1 else f"{name} ({used[name]})"}
        if row.unit_kind:
            case["unit"] = {"kind": row.unit_kind}
        case["readings"] = _readings(row.readings, indicators)
        if row.group is not None:
            member: dict[str, Any] = {"readings": _readings(row.group.values, indicators)}
            if row.group.unit_kind:
                member["unit"] = {"kind": row.group.unit_kind}
            case["group"] = [member]
        expected: dict[str, str] = {"state": row.state}
        if row.points is not None:
            expected["points"] = exact_text(row.points)
        if row.clause is not None:
            expected["clause"] = row.clause
        case["expect"] = {row.criterion: expected}
        yield case


def _readings(values: Mapping[str, Fraction | bool | str], indicators: Mapping[str, Indicator]) -> dict[str, Any]:
    return {name: reading_text(value, indicators[name]) for name, value in values.items()}


def row_name(row: Row) -> str:
    """Return the sentence of a row in both languages.

    It is unique but for rows that differ in their readings alone.
    """
    return f"{row.criterion}: {side_text(row, 'vi')} / {side_text(row, 'en')}"


def side_text(row: Row, language: str) -> str:
    """Return which side of which threshold a row is on."""
    words = SIDES[row.side].of("vi" if language == "vi" else "en")
    subject = f" [{row.subject}]" if row.subject else ""
    return f"{words} {threshold_text(row, language)}".rstrip() + subject


def threshold_text(row: Row, language: str) -> str:
    """Return the threshold of a row as people write it."""
    if row.threshold is None:
        return ""
    return number_text(row.threshold, row.measure, language)


def number_text(number: Fraction, measure: str, language: str) -> str:
    """Write a value; shares in per cent."""
    code = "vi" if language == "vi" else "en"
    if measure == "share":
        text = exact_text(number * 100)
        return f"{localised(text, code)}%" if "/" not in text else exact_text(number)  # type: ignore[arg-type]
    text = localised(exact_text(number), code)  # type: ignore[arg-type]
    return f"{_DAYS_LATE.of(code)}: {text}" if measure == "days" else text  # type: ignore[arg-type]


def reading_text(value: Fraction | bool | str, indicator: Indicator) -> str | bool:
    """Write a reading as readings files have it."""
    if not isinstance(value, Fraction):
        return value
    if indicator.kind == "date":
        return date.fromordinal(int(value)).isoformat()
    if indicator.kind in ("percent", "ratio"):
        text = exact_text(value * 100)
        return exact_text(value) if "/" in text else f"{text}%"
    return exact_text(value)
