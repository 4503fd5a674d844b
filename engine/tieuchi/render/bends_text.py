"""Bends of a number of a rulebook, where points may move continuously, as text and as JSON."""

from __future__ import annotations

from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.render.amounts import signed
from tieuchi.render.page import Column, Page
from tieuchi.render.sweep_text import names_of, unsettled_line, value_words
from tieuchi.whatif.bends import Bend, Bends
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

_TITLE = Text(
    "{path} (hiện hành {base}), từ {low} đến {high}: điểm chuyển mức và đoạn điểm đổi dần",
    "{path} (now {base}), from {low} to {high}: tipping points, and where points move",
)
_TURN = Text("bắt đầu hoặc thôi đổi", "start or stop moving")
_RANK = Text("chỉ đổi hạng", "ranks only")
_AT = Text("từ giá trị này", "from this value")
_BEYOND = Text("vượt giá trị này", "beyond this value")
_WHAT = Text("Điểm", "Points")
_RANKS = Text("Đổi hạng", "Ranks")
_STRETCHES = Text("Điểm đổi liên tục", "Points move continuously")
_STRETCH = Text(
    "từ {low} đến {high}: {count} đơn vị ({who})", "from {low} to {high}: {count} {count:unit|units} ({who})"
)
_NONE = Text("Không giá trị nào làm đổi điểm.", "No value changes any points.")
_UNRANKED = Text(
    "Thứ hạng không được xét: quá nhiều đơn vị, hoặc tổng điểm không phải tổng thuần.",
    "Ranks are not told: too many units, or totals that are no plain sums.",
)
MOST_ROWS = 60
_MORE = Text("… và {count} giá trị nữa (--format json có đủ)", "… and {count} more (all of them with --format json)")


def bends_text(found: Bends, page: Page, language: Language) -> None:
    """Write every value at which something changes, then the stretches on which points move."""
    dial = found.dial
    ends = {side: value_words(end, dial, language) for side, end in (("low", found.low), ("high", found.high))}
    title = _TITLE.fill(language, path=dial.path, base=value_words(dial.base, dial, language), **ends)
    page.line(title, style="bold")
    unsettled_line(found.cohort, found.left_out, page, language)
    if not found.found and not found.stretches:
        page.line(_NONE.of(language))
    columns: list[Column] = [(dial.path, "right"), (_WHAT.of(language), "left"), (_RANKS.of(language), "right")]
    columns.append((term("unit", language), "left"))
    if found.found:
        page.table(columns, [_row(bend, found, language) for bend in found.found[:MOST_ROWS]])
    if len(found.found) > MOST_ROWS:
        page.line(_MORE.fill(language, count=len(found.found) - MOST_ROWS), style="dim")
    if found.stretches:
        page.heading(_STRETCHES.of(language))
    for stretch in found.stretches[:MOST_ROWS]:
        words = {"low": value_words(stretch.low, dial, language), "high": value_words(stretch.high, dial, language)}
        who = names_of(found.cohort, stretch.units)
        page.line(_STRETCH.fill(language, count=len(stretch.units), who=who, **words), indent=2)
    if not found.ranked:
        page.line(_UNRANKED.of(language), style="dim")


def _row(bend: Bend, found: Bends, language: Language) -> list[str]:
    value = value_words(bend.value, found.dial, language)
    if value.startswith("≈"):
        value = f"{value} ({exact_text(bend.value)})"
    shown = found.cohort.plan.book.shown
    units = [unit for unit, _ in bend.jumps] or list(bend.turns) or list(bend.ranks)
    if bend.jumps:
        sizes = sorted({size for _, size in bend.jumps})
        side = (_AT if bend.at else _BEYOND).of(language)
        what = f"{', '.join(signed(size, language, shown.points, shown) for size in sizes)} {side}"
    else:
        what = (_TURN if bend.turns else _RANK).of(language)
    return [value, what, str(len(bend.ranks)), names_of(found.cohort, units)]


def bends_json(found: Bends) -> dict[str, Any]:
    """Return every bend and every stretch, exactly."""
    names = found.cohort.names
    return {
        "schema": "tieuchi/bends/1",
        "path": found.dial.path,
        "now": exact_text(found.dial.base),
        "low": exact_text(found.low),
        "high": exact_text(found.high),
        "bends": [
            {
                "value": exact_text(bend.value),
                "changes": ("at" if bend.at else "beyond") if bend.jumps else "turns" if bend.turns else "ranks",
                "jumps": {names[unit]: exact_text(size) for unit, size in bend.jumps},
                "turns": [names[unit] for unit in bend.turns],
                "ranks": {names[unit]: list(pair) for unit, pair in bend.ranks.items()},
            }
            for bend in found.found
        ],
        "moving": [
            {"from": exact_text(s.low), "to": exact_text(s.high), "units": [names[unit] for unit in s.units]}
            for s in found.stretches
        ],
        "ranked": found.ranked,
        "unsettled": [names[unit] for unit in found.left_out],
    }
