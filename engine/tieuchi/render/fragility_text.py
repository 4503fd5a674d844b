"""Rounding fragility as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.numbers import percent_text, points_text, short_number
from tieuchi.render.page import Page
from tieuchi.render.whatif_text import title_of
from tieuchi.whatif.fragility import Fragility, Sums
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, term

_TITLE = Text("Độ bền trước cách làm tròn", "Rounding fragility")
_FRAGILE = Text("Đổi mức nếu làm tròn trước khi so sánh", "Another clause decides if one rounds first")
_SURVIVE = Text(
    "{count} giá trị không đổi mức với mọi cách làm tròn.",
    "{count} {count:value keeps its|values keep their} clause under every rounding.",
)
_LINE = Text(
    "{value} → {rounded} ({places} số lẻ, {modes}): mức {before} → {after}",
    "{value} → {rounded} ({places} {places:decimal|decimals}, {modes}): clause {before} → {after}",
)
_TEST = Text("điều kiện", "condition")
_SUMS = Text("Tổng điểm nếu làm tròn", "Total if one rounds")
_WHERE = {
    "points": Text("điểm thành phần", "points"),
    "sums": Text("tổng từng phần", "sums"),
    "total": Text("tổng điểm", "total"),
}


def fragility_text(
    card: Scorecard, found: Sequence[Fragility], sums: Sequence[Sums], page: Page, language: Language
) -> None:
    """Write what does not survive, then how many values do, then the total."""
    page.line(f"{_TITLE.of(language)}: {card.readings.unit.name or card.readings.unit.id}", style="bold")
    fragile = [one for one in found if not one.survives]
    if fragile:
        page.heading(_FRAGILE.of(language))
    for one in fragile:
        page.line(f"{one.criterion}  {title_of(one.criterion, card, language)}", style="bold")
        for text in _lines(one, language):
            page.line(text, indent=2)
    page.line()
    page.line(_SURVIVE.fill(language, count=len(found) - len(fragile)))
    shown = card.plan.book.shown
    page.heading(_SUMS.of(language))
    for row in sums:
        ends = [points_text(p, language, max(shown.total, 4), shown) for p in (row.least, row.most)]
        grades = f"   {term('grade', language)}: {', '.join(row.grades)}" if row.grades else ""
        page.line(f"{_WHERE[row.where].of(language)}: {ends[0]} – {ends[1]}{grades}", indent=2)


def _lines(one: Fragility, language: Language) -> list[str]:
    groups: dict[tuple[int, object, str], list[str]] = {}
    for way in one.turned:
        groups.setdefault((way.places, way.value, way.clause), []).append(way.mode)
    shown = percent_text if one.share else short_number
    lines = []
    for (places, value, clause), modes in groups.items():
        after = (
            clause_words(clause, language)
            if one.points is not None
            else f"{_TEST.of(language)} {clause_words(clause or None, language)}"
        )
        ends = {"value": shown(one.value, language), "rounded": shown(value, language)}  # type: ignore[arg-type]
        before = clause_words(one.clause or None, language)
        words = {**ends, "modes": ", ".join(modes), "before": before, "after": after}
        lines.append(_LINE.fill(language, places=places, **words))
    return lines


def fragility_json(card: Scorecard, found: Sequence[Fragility], sums: Sequence[Sums]) -> dict[str, Any]:
    """Return every value with the roundings under which another clause decides."""
    return {
        "schema": "tieuchi/fragility/1",
        "unit": card.readings.unit.id,
        "values": [
            {
                "criterion": one.criterion,
                "value": exact_text(one.value),
                "clause": one.clause,
                "survives": one.survives,
                "turned": [
                    {"places": w.places, "mode": w.mode, "value": exact_text(w.value), "clause": w.clause}
                    for w in one.turned
                ],
            }
            for one in found
        ],
        "totals": [
            {"where": s.where, "least": exact_text(s.least), "most": exact_text(s.most), "grades": list(s.grades)}
            for s in sums
        ],
    }
