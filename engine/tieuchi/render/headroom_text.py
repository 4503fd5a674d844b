"""Headroom as text: for each sub-criterion every step up, reading by reading, and the nearest loss."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.amounts import change_text, signed
from tieuchi.render.numbers import value_text
from tieuchi.render.page import Page
from tieuchi.whatif.headroom import Headroom, Step
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_HEADROOM = Text("Dư địa tăng điểm", "Headroom")
_FULL = Text("đã đạt tối đa", "at its maximum")
_NONE = Text("không số liệu đơn lẻ nào tăng được điểm", "no single reading gains anything")
_LOSS = Text("mất điểm nếu", "loses if")
_BEYOND = Text("vừa vượt ngưỡng", "just beyond the edge")
_TOTAL = Text("tổng điểm", "total")
_OMITTED = Text("… và {count} bước nữa", "… and {count} more {count:step|steps}")

MOST_SHOWN = 4
"""Steps of one reading that are written; the last, which gains most, always is."""


def headroom_text(card: Scorecard, found: Sequence[Headroom], page: Page, language: Language) -> None:
    """Write headroom; sub-criteria at their maximum in one line each."""
    page.line(f"{_HEADROOM.of(language)}: {card.readings.unit.name or card.readings.unit.id}", style="bold")
    for headroom in found:
        leaf = headroom.trace.plan
        points = headroom.trace.points
        most = localised(exact_text(leaf.criterion.max_points), language)
        shown = card.plan.book.shown
        now = (
            "–" if points is None else localised(exact_text(points) if "/" not in exact_text(points) else "", language)
        )
        if points is not None and not now:
            now = signed(points, language, shown.points, shown).lstrip("+")
        page.line()
        page.line(f"{leaf.id}  {leaf.criterion.title.of(language)}: {now} / {most}", style="bold")
        if not headroom.gains:
            page.line((_FULL if points == leaf.criterion.max_points else _NONE).of(language), indent=2, style="dim")
        for group in _by_reading(headroom.gains):
            _gains(card, group, page, language)
        for step in headroom.losses:
            page.line(f"{_LOSS.of(language)} {step_text(card, step, language)}", indent=2, style="dim")


def _by_reading(steps: Sequence[Step]) -> list[list[Step]]:
    groups: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.indicator, step.direction), []).append(step)
    return list(groups.values())


def _gains(card: Scorecard, steps: list[Step], page: Page, language: Language) -> None:
    shown = steps if len(steps) <= MOST_SHOWN else [*steps[: MOST_SHOWN - 1], steps[-1]]
    for step in shown:
        if step is steps[-1] and len(shown) < len(steps):
            page.line(_OMITTED.fill(language, count=len(steps) - len(shown)), indent=4, style="dim")
        page.line(step_text(card, step, language), indent=2)


def step_text(card: Scorecard, step: Step, language: Language) -> str:
    """Write one step: what to change, from where to where, what it gains and which clause then holds."""
    indicator = card.plan.indicators[step.indicator]
    shown = card.plan.book.shown
    before, after = (value_text(v, indicator, language) for v in (step.value, step.target))
    how = f"{before} → {after}"
    if step.change is not None:
        assert isinstance(step.value, Fraction)
        assert isinstance(step.target, Fraction)
        how = f"{change_text(step.value, step.target, indicator, language)} ({how})"
        whole = card.readings.values.get(step.whole or "")
        if whole is not None and isinstance(whole.value, Fraction):
            how += f" {term('of', language)} {value_text(whole.value, None, language)}"
    gain = signed(step.gain, language, shown.points, shown)
    text = f"{indicator.title.of(language)}: {how} → {gain} [{clause_words(step.clause, language)}]"
    if step.total_gain is not None and step.total_gain != step.gain:
        text += f" ({_TOTAL.of(language)} {signed(step.total_gain, language, shown.points, shown)})"
    return f"{text} ({_BEYOND.of(language)})" if step.just_beyond else text
