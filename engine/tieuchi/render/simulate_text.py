"""A simulation as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tieuchi.model.number import exact_text, shown_text
from tieuchi.render.amounts import share_text
from tieuchi.render.page import Column, Page
from tieuchi.whatif.sensitivity import Sensitivity
from tieuchi.whatif.simulated import Simulation
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_TITLE = Text("Mô phỏng {runs} lần: tổng điểm và thứ hạng", "{runs} {runs:run|runs}: totals and ranks")
_NOW = Text("Hiện nay", "Now")
_UNSETTLED = Text(
    "{count} đơn vị chưa đủ số liệu để có tổng điểm nên không xếp hạng: {who}",
    "{count} {count:unit lacks readings, has no total and is|units lack readings, have no total and are} "
    "left out of ranks: {who}",
)
_MEAN = Text("Trung bình", "Mean")
_BAND = Text("5–95%", "5–95%")
_RANK = Text("Hạng 5–95%", "Rank 5–95%")
_CHANCES = Text("{unit}: khả năng của từng mức", "{unit}: chance of each clause")
_NOISE = Text("khác biệt này nằm trong sai số", "the difference is within the noise")
_SENSITIVE = Text("{unit}: điều gì làm tổng điểm dao động", "{unit}: what the total's spread comes from")
_FIRST = Text("riêng nó", "alone")
_WHOLE = Text("cùng mọi thứ khác", "with all else")

SHARES = (Fraction(5, 100), Fraction(1, 2), Fraction(95, 100))


def simulation_text(
    found: Simulation, unit: int, sensitive: Sequence[Sensitivity], page: Page, language: Language
) -> None:
    """Write totals and ranks of all units, then the clauses and sensitivities of one."""
    page.line(_TITLE.fill(language, runs=localised(str(len(found.totals)), language)), style="bold")
    if found.unsettled:
        who = ", ".join(found.titles[place] for place in found.unsettled[:6])
        more = " …" if len(found.unsettled) > 6 else ""
        page.line(_UNSETTLED.fill(language, count=len(found.unsettled), who=who + more), style="dim")
    columns: list[Column] = [(term("unit", language), "left")]
    columns += [(text.of(language), "right") for text in (_NOW, _MEAN, _BAND, _RANK)]
    order = sorted(range(len(found.names)), key=lambda u: (u in found.unsettled, -int(found.now[u])))
    page.table(columns, [_row(found, place, language) for place in order])
    page.heading(_CHANCES.fill(language, unit=found.titles[unit]))
    runs = len(found.totals)
    for (place, criterion), counts in found.clauses.items():
        if place != unit or len(counts) < 2:
            continue
        parts = sorted(counts.items(), key=lambda pair: -pair[1])
        text = "; ".join(f"{clause_words(c, language)} {_chance(n, runs, language)}" for c, n in parts)
        noise = f"  ({_NOISE.of(language)})" if parts[1][1] * 20 >= runs else ""
        page.line(f"{criterion}: {text}{noise}", indent=2)
    if sensitive:
        page.heading(_SENSITIVE.fill(language, unit=found.titles[unit]))
        heads: list[Column] = [("", "left"), (_FIRST.of(language), "right"), (_WHOLE.of(language), "right")]
        page.table(
            heads,
            [[s.name, *(localised(f"{max(v, 0):.3f}", language) for v in (s.first, s.total))] for s in sensitive[:12]],
        )


def _chance(count: int, runs: int, language: Language) -> str:
    """Write a chance; what is neither never nor always does not look so."""
    if 0 < count * 1000 < runs:
        return "<" + share_text(Fraction(1, 1000), language)
    if runs > count > runs - Fraction(runs, 1000):
        return ">" + share_text(Fraction(999, 1000), language)
    return share_text(Fraction(count, runs), language)


def _row(found: Simulation, unit: int, language: Language) -> list[str]:
    places = found.rules.book.shown.total
    quantum = found.rules.book.quantum

    def shown(points: Fraction) -> str:
        return localised(shown_text(points, places), language)

    if unit in found.unsettled:
        return [found.titles[unit], "–", "–", "–", "–"]
    low, _, high = (found.totals_at(unit, share) for share in SHARES)
    best, _, worst = (found.ranks_at(unit, share) for share in SHARES)
    now = shown(int(found.now[unit]) * quantum)
    return [found.titles[unit], now, shown(found.mean(unit)), f"{shown(low)} – {shown(high)}", f"{best} – {worst}"]


def _standing(found: Simulation, place: int) -> dict[str, Any]:
    if place in found.unsettled:
        return dict.fromkeys(("now", "mean", "total", "rank"))
    return {
        "now": exact_text(int(found.now[place]) * found.rules.book.quantum),
        "mean": exact_text(found.mean(place)),
        "total": {f"p{int(s * 100)}": exact_text(found.totals_at(place, s)) for s in SHARES},
        "rank": {f"p{int(s * 100)}": found.ranks_at(place, s) for s in SHARES},
    }


def simulation_json(found: Simulation, unit: int, sensitive: Sequence[Sensitivity], seed: int) -> dict[str, Any]:
    """Return quantiles of totals and ranks, null where a total is not settled, each clause's chance, sensitivities."""
    runs = len(found.totals)
    return {
        "schema": "tieuchi/simulate/1",
        "rulebook": found.rules.book.id,
        "runs": runs,
        "seed": seed,
        "uncertain": list(found.uncertain),
        "units": [
            {
                "unit": name,
                **_standing(found, place),
                "clauses": {c: counts for (u, c), counts in found.clauses.items() if u == place},
            }
            for place, name in enumerate(found.names)
        ],
        "sensitivity": {
            "unit": found.names[unit],
            "indices": [{"name": s.name, "first": round(s.first, 9), "total": round(s.total, 9)} for s in sensitive],
        },
    }
