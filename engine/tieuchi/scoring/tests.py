"""Whether conditions hold: yes, no, or not known because a reading lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tieuchi.model.canonical import (
    EqualTest,
    FindingTest,
    Linear,
    NumberTest,
    Operator,
    Quotient,
    Test,
    UnitKindTest,
)
from tieuchi.model.scorecard import Inputs, Reason

LackState = Literal["missing", "refused", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a value or a test has no answer: which readings, in which state."""

    state: LackState
    indicators: tuple[str, ...]
    reason: Reason = "readings"


def lack_of(names: tuple[str, ...], inputs: Inputs) -> Lack:
    """Return why some of these readings have no value. Not applicable comes before refused, before missing."""
    absent = tuple(name for name in names if name not in inputs.values)
    states = {inputs.readings[name].state for name in absent if name in inputs.readings}
    if "not_applicable" in states:
        return Lack("not_applicable", absent)
    return Lack("refused" if "refused" in states else "missing", absent)


def linear_value(form: Linear, values: Mapping[str, Fraction | bool | str]) -> Fraction:
    """Return the value of a linear form whose readings are all there."""
    total = form.constant
    for name, factor in form.terms:
        reading = values[name]
        assert isinstance(reading, Fraction)
        total += reading if factor == 1 else factor * reading
    return total


def quotient_value(quotient: Quotient, inputs: Inputs) -> tuple[Fraction, Fraction] | Lack:
    """Return the value before and after it is cut to a step, or why there is none."""
    values = inputs.values
    for name in quotient.indicators:
        if name not in values:
            return lack_of(quotient.indicators, inputs)
    raw = linear_value(quotient.numerator, values)
    if quotient.denominator.terms or quotient.denominator.constant != 1:
        divisor = linear_value(quotient.denominator, values)
        if divisor <= 0:
            return Lack("missing", (), "zero_denominator")
        raw = raw / divisor
    if quotient.step is None:
        return raw, raw
    return raw, (raw / quotient.step).__floor__() * quotient.step


def holds(test: Test, inputs: Inputs, findings: Mapping[str, bool | Lack]) -> bool | Lack:
    """Say whether one test holds."""
    match test:
        case NumberTest():
            return _number_holds(test, inputs)
        case EqualTest(indicator=name, expected=expected):
            if name not in inputs.values:
                return lack_of((name,), inputs)
            return inputs.values[name] == expected
        case UnitKindTest(kinds=kinds):
            return inputs.unit_kind in kinds
        case FindingTest(finding=finding):
            return findings[finding]


def _number_holds(test: NumberTest, inputs: Inputs) -> bool | Lack:
    found = quotient_value(test.quotient, inputs)
    return found if isinstance(found, Lack) else compare(found[1], test.operator, test.threshold)


def compare(value: Fraction, operator: Operator, threshold: Fraction) -> bool:
    """Compare a value with a threshold.

    Example:
        >>> compare(Fraction(9_999_999, 10_000_000), "at_least", Fraction(1))
        False
    """
    match operator:
        case "at_least":
            return value >= threshold
        case "more_than":
            return value > threshold
        case "at_most":
            return value <= threshold
        case "less_than":
            return value < threshold
        case "exactly":
            return value == threshold


def all_hold(tests: tuple[Test, ...], inputs: Inputs, findings: Mapping[str, bool | Lack]) -> bool | Lack:
    """Say whether all tests hold: no if any fails, else not known if any is not known."""
    lacks: list[Lack] = []
    for test in tests:
        answer = holds(test, inputs, findings)
        if answer is False:
            return False
        if isinstance(answer, Lack):
            lacks.append(answer)
    return joined(lacks) if lacks else True


def joined(lacks: list[Lack]) -> Lack:
    """Return several lacks as one: the worst state, and all that would settle it."""
    order: tuple[LackState, ...] = ("not_applicable", "refused", "missing")
    worst = min((lack.state for lack in lacks), key=order.index)
    names = tuple(dict.fromkeys(name for lack in lacks for name in lack.indicators))
    return Lack(worst, names, lacks[0].reason if not names else "readings")
