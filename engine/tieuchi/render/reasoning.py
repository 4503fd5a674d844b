"""The reasoning of one sub-criterion in words, read off its trace: the arithmetic, the clause, the neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from tieuchi.model.canonical import (
    EqualTest,
    FindingTest,
    Linear,
    NumberTest,
    Piece,
    Quotient,
    Relative,
    Route,
    Tally,
    Test,
    UnitKindTest,
)
from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Scorecard, Trace
from tieuchi.render.numbers import percent_text, short_number, value_text
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

Outcome = Literal["fired", "not_fired", "not_reached"]

_SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "exactly": "="}
_DAYS = Text("ngày", "days")
_BEST = Text("giá trị tốt nhất của nhóm", "best value of the group")
_TRUNCATED = Text("cắt xuống", "cut down to")
_UNIT_IS = Text("loại đơn vị", "kind of unit")


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause of a scale: when it holds, what it gives, and whether it fired."""

    clause: str
    condition: str
    outcome: Outcome
    points: str

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return {
            "clause": self.clause,
            "condition": self.condition,
            "outcome": self.outcome,
            "points": self.points,
        }


def value_words(trace: Trace, card: Scorecard, language: Language) -> str:
    """Return the arithmetic from the readings to the value: ``360 / 325 − 1 = 10.7692%``."""
    if trace.route < 0 or trace.raw is None:
        return ""
    measured = trace.plan.routes[trace.route].measured
    if not isinstance(measured, (Quotient, Relative)):
        return ""
    quotient = measured if isinstance(measured, Quotient) else measured.quotient
    raw, value = trace.raw, trace.value
    shares = all_shares(quotient, card)
    text = _formula(quotient, _value_of(card, language), language)
    shown = amount_text(raw, quotient, language, shares=shares)
    if text != shown:
        text = f"{text} {shown.replace('≈', '≈ ')}" if shown.startswith("≈") else f"{text} = {shown}"
    if value is None or (trace.group_best is None and isinstance(measured, Relative)):
        return text  # there is no group to set it against
    if isinstance(measured, Relative):
        assert trace.group_best is not None
        best = amount_text(trace.group_best, quotient, language, shares=shares)
        return f"{text}; {_BEST.of(language)} {best}; → {percent_text(value, language)}"
    if quotient.step is not None:
        text += f", {_TRUNCATED.of(language)} {amount_text(value, quotient, language, shares=shares)}"
    return text


def all_shares(quotient: Quotient, card: Scorecard) -> bool:
    """Say whether a value is a share, to be shown in per cent."""
    if quotient.measure == "share":
        return True
    kinds = {card.plan.indicators[name].kind for name in quotient.indicators}
    return bool(kinds) and kinds <= {"percent", "ratio"}


def amount_text(value: Fraction, quotient: Quotient, language: Language, *, shares: bool) -> str:
    """Return a value in its own measure: per cent, days or a plain number."""
    if quotient.measure == "days":
        return f"{short_number(value, language)} {_DAYS.of(language)}"
    return percent_text(value, language) if shares else short_number(value, language)


def _value_of(card: Scorecard, language: Language) -> Callable[[str], str]:
    """Return what writes the figure of an indicator."""

    def shown(name: str) -> str:
        reading = card.readings.values[name].value
        return "–" if reading is None else value_text(reading, card.plan.indicators[name], language)

    return shown


def _formula(quotient: Quotient, shown: Callable[[str], str], language: Language) -> str:
    """Return a value as arithmetic over its indicators, each written by ``shown``."""
    if quotient.kind == "growth" and len(quotient.denominator.terms) == 1:
        base = quotient.denominator.terms[0][0]
        now = Linear(quotient.numerator.terms).plus(quotient.denominator)
        return f"{_sum_text(now, shown)} / {shown(base)} − 1"
    if quotient.measure == "days":
        days = [shown(name) for name in quotient.indicators]
        if quotient.numerator.constant:
            due = Fraction(-quotient.numerator.constant)
            days.append(value_text(due, None, language) if due <= 0 else _day_text(due, language))
        return " − ".join(days)
    above = _sum_text(quotient.numerator, shown)
    if not quotient.denominator.terms:
        return above
    below = _sum_text(quotient.denominator, shown)
    above = f"({above})" if " " in above else above
    below = f"({below})" if " " in below else below
    return f"{above} / {below}"


def _day_text(ordinal: Fraction, language: Language) -> str:
    return value_text(date.fromordinal(int(ordinal)), None, language)


def _sum_text(form: Linear, shown: Any) -> str:
    parts: list[str] = []
    for name, factor in form.terms:
        sign = "−" if factor < 0 else "+"
        size = "" if abs(factor) == 1 else f"{exact_text(abs(factor))} × "
        parts += [sign, f"{size}{shown(name)}"]
    if form.constant or not parts:
        parts += ["−" if form.constant < 0 else "+", exact_text(abs(form.constant))]
    return " ".join(parts[1:] if parts[0] == "+" else parts)


def test_words(test: Test, card: Scorecard, language: Language) -> str:
    """Return a condition in words: ``commune_staff ≥ 10``."""
    match test:
        case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
            shares = all_shares(quotient, card)
            name = _formula(quotient, lambda n: _titles((n,), card, language)[0], language)
            return f"{name} {_SIGNS[operator]} {amount_text(threshold, quotient, language, shares=shares)}"
        case EqualTest(indicator=indicator, expected=expected):
            return f"{_titles((indicator,), card, language)[0]} = {value_text(expected, None, language)}"
        case UnitKindTest(kinds=kinds):
            titles = [card.plan.book.unit_kinds[kind].of(language) for kind in kinds]
            return f"{_UNIT_IS.of(language)}: {', '.join(titles)}"
        case FindingTest(finding=finding):
            return f"{term('finding', language)} {finding}"


def _titles(names: tuple[str, ...], card: Scorecard, language: Language) -> list[str]:
    return [card.plan.indicators[name].title.of(language) for name in names]


def why_not(trace: Trace, card: Scorecard, language: Language) -> tuple[ClauseLine, ...]:
    """Return every clause of the scale with its condition, and which one fired."""
    lines: list[ClauseLine] = []
    for place, route in enumerate(trace.plan.routes):
        known = trace.route >= 0 and trace.state != "missing"
        if isinstance(route.measured, Tally):
            lines += _tally_lines(trace, route, place, card, language)
            continue
        behind = " & ".join(test_words(test, card, language) for test in route.tests)
        for index, piece in enumerate(route.pieces):
            fired = known and place == trace.route and index == trace.piece
            outcome: Outcome = "fired" if fired else "not_fired"
            if not known or place > trace.route:
                outcome = "not_reached"
            inside = "" if len(route.pieces) == 1 else piece_condition(piece, route, card, language)
            condition = "; ".join(part for part in (behind, inside) if part) or term("otherwise", language)
            clause = piece.clause if route.clause in (None, piece.clause) else f"{route.clause}/{piece.clause}"
            lines.append(ClauseLine(clause, condition, outcome, _points_words(piece)))
    return tuple(lines)


def _tally_lines(trace: Trace, route: Route, place: int, card: Scorecard, language: Language) -> Iterator[ClauseLine]:
    assert isinstance(route.measured, Tally)
    held = trace.held if place == trace.route else (None,) * len(route.measured.items)
    for item, answer in zip(route.measured.items, held, strict=True):
        outcome: Outcome = "not_reached" if answer is None else "fired" if answer else "not_fired"
        condition = " & ".join(test_words(test, card, language) for test in item.tests)
        yield ClauseLine(item.clause, condition, outcome, exact_text(item.points))


def piece_condition(piece: Piece, route: Route, card: Scorecard, language: Language) -> str:
    """Return where a piece holds: ``≥ 10% & < 30%``."""
    measured = route.measured
    quotient = measured.quotient if isinstance(measured, Relative) else measured
    parts = []
    for bound, closed, opened in ((piece.lower, "≥", ">"), (piece.upper, "≤", "<")):
        if bound.at is None:
            continue
        if isinstance(measured, Relative) or not isinstance(quotient, Quotient):
            text = percent_text(bound.at, language)
        else:
            text = amount_text(bound.at, quotient, language, shares=all_shares(quotient, card))
        parts.append(f"{closed if bound.closed else opened} {text}")
    return " & ".join(parts)


def _points_words(piece: Piece) -> str:
    """Return the points of a piece, as a formula where they depend on the value x."""
    if not piece.rate:
        return exact_text(piece.base)
    steps = "x"
    if piece.stair is not None:
        inner = f"(x − {exact_text(piece.stair.origin)}) / {exact_text(piece.stair.step)}"
        steps = f"⌈{inner}⌉" if piece.stair.started else f"⌊{inner}⌋"
    sign = "−" if piece.rate < 0 else "+"
    product = f"{exact_text(abs(piece.rate))} × {steps}"
    if not piece.base:
        return product if piece.rate > 0 else f"−{product}"
    return f"{exact_text(piece.base)} {sign} {product}"
