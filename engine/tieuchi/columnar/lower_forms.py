"""Values and conditions in whole numbers over columns: scales folded in, coefficients made whole, thresholds p/q."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from tieuchi.columnar.layout import Layout
from tieuchi.columnar.program import FormOp, TestOp, Tests
from tieuchi.model.canonical import EqualTest, FindingTest, Linear, NumberTest, Quotient, Test, UnitKindTest

FindingPlaces = dict[str, int]


class _Whole:
    """Coefficients of a form being gathered, as fractions over column places."""

    def __init__(self, form: Linear, layout: Layout) -> None:
        self.terms: list[tuple[int, Fraction]] = []
        self.constant = form.constant
        for name, factor in form.terms:
            place = layout.place[name]
            scale = layout.slots[place].scale
            self.terms.append((place, factor if scale == 1 else factor / scale))


def form_op(quotient: Quotient, layout: Layout) -> FormOp:
    """Return a value over columns. Every reading that is named must be there, also one whose coefficients cancel."""
    above, below = _Whole(quotient.numerator, layout), _Whole(quotient.denominator, layout)
    named = dict.fromkeys((*quotient.named, *quotient.numerator.indicators, *quotient.denominator.indicators))
    if len(named) == 1 and (name := next(iter(named))) in layout.below:
        _pair(above, below, layout.below[name])
    numbers = [above.constant, below.constant, *(c for _, c in above.terms), *(c for _, c in below.terms)]
    common = lcm(*(number.denominator for number in numbers))
    shared = gcd(*(number.numerator * (common // number.denominator) for number in numbers)) or 1
    whole = [number.numerator * (common // number.denominator) // shared for number in numbers]
    split = 2 + len(above.terms)
    return FormOp(
        tuple(zip((place for place, _ in above.terms), whole[2:split], strict=True)),
        whole[0],
        tuple(zip((place for place, _ in below.terms), whole[split:], strict=True)),
        whole[1],
        tuple(layout.place[name] for name in named),
        None if quotient.step is None else quotient.step.as_integer_ratio(),
    )


def _pair(above: _Whole, below: _Whole, place: int) -> None:
    """Multiply both forms by the second column of a ratio: ``c * x / y + k`` becomes ``(c * x + k * y) / y``."""
    if above.constant:
        above.terms.append((place, above.constant))
    below.terms = [(place, below.constant)]
    above.constant = below.constant = Fraction(0)


def tests_op(tests: tuple[Test, ...], layout: Layout, findings: FindingPlaces) -> Tests:
    """Return conditions over columns."""
    return tuple(_test_op(test, layout, findings) for test in tests)


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
