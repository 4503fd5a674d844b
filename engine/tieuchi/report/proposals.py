"""What the offices should work on: the next step of every criterion, in whole counts, as a report says it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tieuchi.explain import NextStep, Prober
from tieuchi.render.amounts import change_text
from tieuchi.render.numbers import short_number, value_text
from tieuchi.report.voice import Voice


def proposals_of(voice: Voice) -> list[dict[str, Any]]:
    """Return the next steps of every office, the greatest gain first: name of the office and sentences."""
    prober = Prober(voice.card.plan)
    found: dict[str, list[tuple[Fraction, str]]] = {}
    for node in voice.card.leaves():
        step = prober.next_step(voice.card, node.id)
        if step is not None and node.trace is not None:
            text = voice.say("proposal", id=node.id, step=_step(voice, step), gain=_gain(voice, step.gain))
            found.setdefault(node.trace.plan.owner or "", []).append((step.gain, text))
    offices = {"": voice.say("nobody"), **{n: t.of(voice.language) for n, t in voice.book.offices.items()}}
    return [
        {"office": offices[owner], "steps": [text for _, text in sorted(steps, key=lambda s: -s[0])]}
        for owner, steps in found.items()
    ]


def _gain(voice: Voice, gain: Fraction) -> str:
    """Return points gained, rounded only where their decimals do not end."""
    return short_number(gain, voice.language).replace("≈", voice.say("about_word"))


def _step(voice: Voice, step: NextStep) -> str:
    indicator, language = voice.card.plan.indicators[step.indicator], voice.language
    name = indicator.title.of(language)
    now, target = (value_text(value, indicator, language) for value in (step.value, step.target))
    if isinstance(step.value, bool | str) or isinstance(step.target, bool | str):
        return voice.say("step_turned", name=name, now=now, target=target)
    change = change_text(step.value, step.target, indicator, language)
    if step.whole is not None:
        whole = voice.card.readings.values[step.whole].value
        assert whole is not None
        most = value_text(whole, voice.card.plan.indicators[step.whole], language)
        change = voice.say("part_of", amount=change, most=most)
    way = "step_moved" if indicator.kind == "date" else "step_up" if step.target > step.value else "step_down"
    return voice.say(way, name=name, change=change, now=now, target=target)
