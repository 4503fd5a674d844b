"""Conditions on readings, units and findings: ``when:``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.model.canonical import EqualTest, FindingTest, NumberTest, Operator, Test, UnitKindTest, reading
from tieuchi.model.fields import Exact, Identifier, Strict
from tieuchi.model.value import Value, quotient_of

OPERATORS: tuple[Operator, ...] = ("at_least", "more_than", "at_most", "less_than", "exactly")


def _yes_no_or_choice(raw: Any) -> bool | str:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        return {"true": True, "false": False}.get(raw, raw)
    raise PydanticCustomError("flag", "not true, false or a choice", {"value": raw})


Expected = Annotated[bool | str, PlainValidator(_yes_no_or_choice), WithJsonSchema({"type": ["boolean", "string"]})]


class Condition(Strict):
    """One test: a number against a threshold, a yes/no or choice, the kind of the unit, or another finding."""

    indicator: Identifier | None = None
    value: Value | None = None
    unit_kind: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    finding: Identifier | None = None
    at_least: Exact | None = None
    more_than: Exact | None = None
    at_most: Exact | None = None
    less_than: Exact | None = None
    exactly: Exact | None = None
    is_: Annotated[Expected | None, Field(alias="is")] = None

    @model_validator(mode="after")
    def _one_subject_one_test(self) -> Self:
        subjects = [s for s in ("indicator", "value", "unit_kind", "finding") if getattr(self, s) is not None]
        if len(subjects) != 1:
            known = ["indicator", "value", "unit_kind", "finding"]
            raise PydanticCustomError("one_of", "exactly one key", {"given": subjects, "known": known})
        compared: list[str] = [name for name in OPERATORS if getattr(self, name) is not None]
        compared += ["is"] if self.is_ is not None else []
        allowed: tuple[str, ...] = ()
        if subjects[0] in ("indicator", "value"):
            allowed = (*OPERATORS, "is") if self.indicator else OPERATORS
        if len(compared) != (1 if allowed else 0) or not set(compared) <= set(allowed):
            raise PydanticCustomError("one_of", "exactly one key", {"given": compared, "known": list(allowed)})
        return self

    def test(self, source: tuple[str | int, ...]) -> Test:
        """Return the test this condition comes down to."""
        if self.unit_kind is not None:
            return UnitKindTest(self.unit_kind, source)
        if self.finding is not None:
            return FindingTest(self.finding, source)
        if self.is_ is not None:
            return EqualTest(self.indicator or "", self.is_, source)
        quotient = reading(self.indicator or "") if self.value is None else quotient_of(self.value)
        operator = next(name for name in OPERATORS if getattr(self, name) is not None)
        threshold: Fraction = getattr(self, operator)
        return NumberTest(quotient, operator, threshold, (*source, operator))


def _listed(raw: Any) -> Any:
    return [raw] if isinstance(raw, (dict, Condition)) else raw


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed), Field(min_length=1)]
"""One condition, or a list of which all must hold."""


def tests_of(conditions: tuple[Condition, ...], source: tuple[str | int, ...]) -> tuple[Test, ...]:
    """Return the tests of a list of conditions, each with its place inside ``source``."""
    return tuple(c.test((*source, index)) for index, c in enumerate(conditions))
