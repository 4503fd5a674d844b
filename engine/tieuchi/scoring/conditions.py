"""Conditions made ready: each a function of a unit that compares whole numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial

from tieuchi.model.canonical import EqualTest, FindingTest, NumberTest, Operator, Test, UnitKindTest
from tieuchi.scoring.forms import form_of, value_of
from tieuchi.scoring.tests import Lack, joined, lack_of
from tieuchi.scoring.unit import Unit

Answer = Callable[[Unit], bool | Lack]

_COMPARE: dict[Operator, Callable[[int, int], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "exactly": operator.eq,
}
_NO_DENOMINATOR = Lack("missing", (), "zero_denominator")


def answers_of(tests: tuple[Test, ...]) -> tuple[Answer, ...]:
    """Return conditions, made ready."""
    return tuple(_answer(test) for test in tests)


def all_hold_for(answers: tuple[Answer, ...], unit: Unit, guards: int = 0) -> bool | Lack:
    """Say whether all conditions hold for a unit: no if any fails, else not known if any is not known.

    Why is said by the first ones alone, the ``guards``, if any of these is not known.
    """
    lacks: list[Lack] | None = None
    own = 0
    for place, answer in enumerate(answers):
        found = answer(unit)
        if found is False:
            return False
        if found is not True:
            lacks = [*(lacks or ()), found]
            own += place < guards
    return joined(lacks[:own] or lacks) if lacks else True


def together(answers: tuple[Answer, ...]) -> Answer:
    """Return several conditions as one."""
    return answers[0] if len(answers) == 1 else partial(all_hold_for, answers)


def _answer(test: Test) -> Answer:
    match test:
        case NumberTest():
            return _comparison(test)
        case EqualTest(indicator=name, expected=expected):

            def equal(unit: Unit) -> bool | Lack:
                values = unit.inputs.values
                return values[name] == expected if name in values else lack_of((name,), unit.inputs)

            return equal
        case UnitKindTest(kinds=kinds):
            return lambda unit: unit.inputs.unit_kind in kinds
        case FindingTest(finding=finding):
            return lambda unit: unit.findings[finding]


def _comparison(test: NumberTest) -> Answer:
    form, compare = form_of(test.quotient), _COMPARE[test.operator]
    value, names = value_of(form), form.names
    top, bottom = test.threshold.as_integer_ratio()
    step = test.quotient.step.as_integer_ratio() if test.quotient.step is not None else None

    def compared(unit: Unit) -> bool | Lack:
        try:
            above, below = value(unit.inputs.values)
        except KeyError:
            return lack_of(names, unit.inputs)
        if below <= 0:
            return _NO_DENOMINATOR
        if step is not None:
            above, below = above * step[1] // (below * step[0]) * step[0], step[1]
        return compare(above * bottom, top * below)

    return compared
