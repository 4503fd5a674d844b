"""Values and conditions in whole numbers over columns: scales folded in, coefficients made whole, thresholds p/q."""

from __future__ import annotations

from math import gcd, lcm

from tieuchi.columnar.layout import Layout
from tieuchi.columnar.program import FormOp, TestOp, Tests
from tieuchi.model.canonical import EqualTest, FindingTest, Linear, NumberTest, Quotient, Test, UnitKindTest

FindingPlaces = dict[str, int]


_Part = tuple[int, int, int]
"""Place of a column, or -1 for the constant, and what it is multiplied with as numerator and denominator."""


def form_op(quotient: Quotient, layout: Layout) -> FormOp:
    """Return a value over columns. Every reading that is named must be there, also one whose coefficients cancel."""
    above, below = _parts(quotient.numerator, layout), _parts(quotient.denominator, layout)
    named, place = quotient.named, layout.place
    if len(named) == 1 and named[0] in layout.below:
        above, below = _pair(above, below, layout.below[named[0]])
    parts = above + below
    common = lcm(*[bottom for _, _, bottom in parts])
    factors = [top * (common // bottom) for _, top, bottom in parts]
    shared = gcd(*factors)
    if shared > 1:
        factors = [factor // shared for factor in factors]
    terms = [(part[0], factor) for part, factor in zip(parts, factors, strict=True)]
    begun = len(above)
    return FormOp(
        tuple(terms[1:begun]),
        factors[0],
        tuple(terms[begun + 1 :]),
        factors[begun],
        tuple([place[name] for name in named]),
        None if quotient.step is None else quotient.step.as_integer_ratio(),
    )


def _parts(form: Linear, layout: Layout) -> list[_Part]:
    """Return the constant of a form and its coefficients over columns, none reduced."""
    found = [(-1, *form.constant.as_integer_ratio())]
    for name, factor in form.terms:
        place = layout.place[name]
        top, bottom = factor.as_integer_ratio()
        found.append((place, top, bottom * layout.slots[place].scale))
    return found


def _pair(above: list[_Part], below: list[_Part], place: int) -> tuple[list[_Part], list[_Part]]:
    """Multiply both forms by the second column of a ratio: ``c * x / y + k`` becomes ``(c * x + k * y) / y``."""
    nothing = (-1, 0, 1)
    moved = [(place, *above[0][1:])] if above[0][1] else []
    return [nothing, *above[1:], *moved], [nothing, (place, *below[0][1:])]


def tests_op(tests: tuple[Test, ...], layout: Layout, findings: FindingPlaces) -> Tests:
    """Return conditions over columns."""
    return tuple([_test_op(test, layout, findings) for test in tests])


def _test_op(test: Test, layout: Layout, findings: FindingPlaces) -> TestOp:
    match test:
        case NumberTest():
            form = form_op(test.quotient, layout)
            return TestOp("number", form, test.operator, test.threshold.as_integer_ratio())
        case EqualTest():
            return TestOp("equal", slot=layout.place[test.indicator], expected=_code(test, layout))
        case UnitKindTest():
            return TestOp("unit_kind", kinds=tuple(layout.kind_code(kind) for kind in test.kinds))
        case FindingTest():
            return TestOp("finding", finding=findings[test.finding])


def _code(test: EqualTest, layout: Layout) -> int:
    """Return the integer by which a column says what is expected; -1, which no cell has, for an unknown choice."""
    choices = layout.choices.get(test.indicator)
    if choices is None:
        return int(test.expected) if isinstance(test.expected, bool) else -1
    return choices.index(test.expected) if test.expected in choices else -1
