"""How readings become one number: the closed set of ``value:`` forms.

Each form names exactly one key and comes down to a quotient of linear forms, so that every value can be analysed:
its range, its inverse, the readings that move it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import UNIT, ZERO, Linear, Measure, Quotient
from tieuchi.model.fields import Day, Exact, Identifier, Strict


class OneOf(Strict):
    """A mapping with exactly one key, which names the kind."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name, value in vars(self).items() if value is not None]
        if len(given) != 1:
            names = [field.alias or name for name, field in type(self).model_fields.items()]
            raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": names})
        return self

    @property
    def kind(self) -> str:
        """The key that is given."""
        return next(name for name, value in vars(self).items() if value is not None)


def _operand(raw: Any) -> Any:
    return {"amount": raw} if isinstance(raw, str) else raw


class Weighted(Strict):
    """One term of a weighted mean."""

    of: Operand
    weight: Annotated[Exact, Field(gt=0)]


class Option(Strict):
    """One answer of a survey question: how many gave it and what it is worth."""

    count: Identifier
    worth: Exact


class DaysLate(Strict):
    """A date against the day it was due, itself fixed or another reading."""

    date: Identifier
    due: Day | None = None
    due_reading: Identifier | None = None

    @model_validator(mode="after")
    def _one_due(self) -> Self:
        if (self.due is None) == (self.due_reading is None):
            given = [name for name in ("due", "due_reading") if getattr(self, name) is not None]
            raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": ["due", "due_reading"]})
        return self


class Truncated(Strict):
    """A value cut down to a whole number of steps: 99.96% by steps of 1% is 99%."""

    of: Operand
    step: Annotated[Exact, Field(gt=0)]


class Value(OneOf):
    """One number made of readings. Exactly one of these keys."""

    count: Identifier | None = None
    """A whole number, as read."""
    amount: Identifier | None = None
    """A number as read: amount, percent or ratio."""
    ratio: tuple[Operand, Operand] | None = None
    """First over second."""
    coverage: tuple[Operand, Operand] | None = None
    """Bodies that comply over all bodies: a ratio that can't pass 100%."""
    growth: tuple[Operand, Operand] | None = None
    """This period over the one before, less one."""
    sum: Annotated[tuple[Operand, ...], Field(min_length=2)] | None = None
    difference: tuple[Operand, Operand] | None = None
    """First less second."""
    weighted_mean: Annotated[tuple[Weighted, ...], Field(min_length=2)] | None = None
    survey_mean: Annotated[tuple[Option, ...], Field(min_length=2)] | None = None
    """Answers of a survey question, each option with its worth, over all answers."""
    days_late: DaysLate | None = None
    """Days from the due day to the date; negative when early."""
    truncate: Truncated | None = None


Operand = Annotated[Value, BeforeValidator(_operand)]
"""The name of an indicator, or a value again."""


class NotLinearError(ValueError):
    """A quotient stands where only sums and differences of readings can."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


def quotient_of(value: Value) -> Quotient:
    """Return the quotient that a value comes down to.

    Raises:
        NotLinearError: A ratio, growth, mean of options or truncation stands inside another value.

    Example:
        >>> quotient_of(Value.model_validate({"growth": ["new", "old"]})).numerator.terms
        (('new', Fraction(1, 1)), ('old', Fraction(-1, 1)))
    """
    named = tuple(dict.fromkeys(indicators_of(value)))
    if value.truncate is not None:
        inner = quotient_of(value.truncate.of)
        if inner.step is not None:
            raise NotLinearError("truncate")
        return Quotient(inner.numerator, inner.denominator, value.truncate.step, inner.measure, inner.kind, named)
    numerator, denominator, measure = _parts(value)
    return Quotient(numerator, denominator, None, measure, value.kind, named)


def _parts(value: Value) -> tuple[Linear, Linear, Measure]:
    """Return numerator, denominator and measure of a value that is not truncated."""
    for pair in (value.ratio, value.coverage):
        if pair is not None:
            return _linear(pair[0]), _linear(pair[1]), "share"
    if value.growth is not None:
        now, before = (_linear(operand) for operand in value.growth)
        return now.plus(before, Fraction(-1)), before, "share"
    if value.survey_mean is not None:
        numerator = denominator = Linear(())
        for option in value.survey_mean:
            reading = Linear(((option.count, Fraction(1)),))
            numerator = numerator.plus(reading, option.worth)
            denominator = denominator.plus(reading)
        return numerator, denominator, "share"
    return _linear(value), UNIT, "days" if value.days_late is not None else "number"


def _linear(value: Value) -> Linear:
    """Return the linear form of a value that is a sum of readings."""
    for name in (value.count, value.amount):
        if name is not None:
            return Linear(((name, Fraction(1)),))
    if value.sum is not None:
        total = Linear(())
        for operand in value.sum:
            total = total.plus(_linear(operand))
        return total
    if value.difference is not None:
        first, second = (_linear(operand) for operand in value.difference)
        return first.plus(second, Fraction(-1))
    if value.weighted_mean is not None:
        weights = sum((term.weight for term in value.weighted_mean), ZERO)
        total = Linear(())
        for term in value.weighted_mean:
            total = total.plus(_linear(term.of), term.weight / weights)
        return total
    if value.days_late is not None:
        return _days(value.days_late)
    raise NotLinearError(value.kind)


def _days(late: DaysLate) -> Linear:
    day = Linear(((late.date, Fraction(1)),))
    if late.due is not None:
        return day.plus(Linear((), Fraction(late.due.toordinal())), Fraction(-1))
    return day.plus(Linear(((late.due_reading or "", Fraction(1)),)), Fraction(-1))


def indicators_of(value: Value) -> list[str]:
    """Return every indicator a value names, in the order of the rulebook, repeats kept."""
    given: object = getattr(value, value.kind)
    match given:
        case str(name):
            return [name]
        case DaysLate() as late:
            return [name for name in (late.date, late.due_reading) if name is not None]
        case Truncated() as cut:
            return indicators_of(cut.of)
        case tuple() as parts:
            return [name for part in parts for name in _part_indicators(part)]
        case _:
            raise AssertionError(value)


def _part_indicators(part: Value | Weighted | Option) -> list[str]:
    if isinstance(part, Option):
        return [part.count]
    return indicators_of(part.of if isinstance(part, Weighted) else part)


def date_indicators_of(value: Value) -> set[str]:
    """Return the indicators that must be dates."""
    if value.truncate is not None:
        return date_indicators_of(value.truncate.of)
    if value.days_late is not None:
        return set(indicators_of(value))
    return set()
