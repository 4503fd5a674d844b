"""Units whose figures stand on each threshold, just below and above it, on 0/0, or nowhere at all; each other answer.

Only such as could be read: a figure outside what its indicator allows is refused before any road sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tieuchi.columnar.layout import quotients_of
from tieuchi.errors import Position
from tieuchi.model.canonical import NumberTest, Quotient, Relative
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.scoring.inverse import own_tests

FINE = (Fraction(1, 10**12), Fraction(10**14))
"""How near a threshold, and in what of a denominator: what only Python's integers and fractions hold."""
COARSE = (Fraction(1, 10**4), Fraction(10**9))
"""The same for columns of 64 bits at the scales that a database keeps."""


def boundary_units(plan: Plan, near: tuple[Fraction, Fraction] = FINE) -> Iterator[Readings]:
    """Yield units whose figures stand on each threshold, a hair below and above, on 0/0, or nowhere at all."""
    return (unit for unit in _units(plan, near) if all(_allowed(plan, r) for r in unit.values.values()))


def _allowed(plan: Plan, reading: Reading) -> bool:
    """Say whether a figure lies within what its indicator can be."""
    low, high = plan.indicators[reading.indicator].bounds
    value = reading.value
    if not isinstance(value, Fraction):
        return True
    return (low is None or value >= low) and (high is None or value <= high)


def _units(plan: Plan, near: tuple[Fraction, Fraction]) -> Iterator[Readings]:
    middle = {indicator.id: _middle(indicator) for indicator in plan.indicators.values()}
    hair, large = near
    yield _unit(plan, {}, 0, hair)
    yield _unit(plan, middle, 1, hair)
    place = 2
    for quotient, at in dict.fromkeys(_thresholds(plan)):
        for value in (at - hair, at, at + hair):
            for whole in (Fraction(1), large):
                yield _unit(plan, {**middle, **_reaching(plan, quotient, value, whole, middle)}, place, hair)
                place += 1
    for name, other in ((one.id, other) for one in plan.indicators.values() for other in _others(one)):
        yield _unit(plan, {**middle, name: other}, place, hair)
        place += 1
    for quotient in dict.fromkeys(quotients_of(plan)):
        yield _unit(plan, {**middle, **dict.fromkeys(quotient.indicators, Fraction(0))}, place, hair)
        place += 1


def _thresholds(plan: Plan) -> Iterator[tuple[Quotient, Fraction]]:
    """Yield every value that is compared with a threshold, with that threshold."""
    tests = [test for finding in plan.findings for test in finding.tests]
    for leaf in plan.leaves:
        tests += own_tests(leaf)
        for route in leaf.routes:
            if isinstance(route.measured, Quotient):
                ends = [end.at for piece in route.pieces for end in (piece.lower, piece.upper)]
                yield from ((route.measured, at) for at in ends if at is not None)
            elif isinstance(route.measured, Relative) and route.measured.target is not None:
                yield route.measured.quotient, route.measured.target
    yield from ((test.quotient, test.threshold) for test in tests if isinstance(test, NumberTest))


def _others(indicator: Indicator) -> tuple[Value, ...]:
    """Return what else an answer or a choice can be than its ``_middle``."""
    return (False,) if indicator.kind == "yes_no" else indicator.choices[1:]


def _middle(indicator: Indicator) -> Value:
    match indicator.kind:
        case "yes_no":
            return True
        case "choice":
            return indicator.choices[0]
        case "date":
            return date(2024, 1, 1)
        case _:
            low, high = indicator.bounds
    return low if high is None and low is not None else (low or Fraction(0)) if high is None else high


def _reaching(
    plan: Plan, quotient: Quotient, value: Fraction, whole: Fraction, middle: dict[str, Value]
) -> dict[str, Value]:
    """Return figures that bring a quotient to a value, as near as the kinds of its indicators let it."""
    figures: dict[str, Value] = {}
    for name, factor in quotient.denominator.terms[:1]:
        figures[name] = whole / factor
    rest = quotient.denominator.constant
    for name, factor in quotient.denominator.terms:
        own = figures.get(name, middle[name])
        rest += factor * own if isinstance(own, Fraction) else 0
    wanted = value * rest - quotient.numerator.constant
    free = [(name, factor) for name, factor in quotient.numerator.terms if name not in figures]
    for name, factor in quotient.numerator.terms:
        own = figures.get(name, middle[name])
        if (name, factor) not in free[:1] and isinstance(own, Fraction):
            wanted -= factor * own
    for name, factor in free[:1]:
        kind, number = plan.indicators[name].kind, wanted / factor
        if kind == "date":
            figures[name] = date.fromordinal(max(1, min(int(number), date.max.toordinal())))
        else:
            figures[name] = Fraction(number.__floor__()) if kind == "count" else number
    return figures


def _unit(plan: Plan, values: dict[str, Value], place: int, hair: Fraction) -> Readings:
    """Return a unit with these figures, and with declared points of a third, as near as a column holds it."""
    at = Position("boundary", place)
    kinds = ("", *plan.book.unit_kinds)
    readings = {name: Reading(name, value, at) for name, value in values.items()}
    declared = {
        leaf.id: DeclaredPoints(leaf.id, max(leaf.floor, leaf.criterion.max_points / 3 // hair * hair), at)
        for leaf in plan.leaves
        if leaf.declared and values
    }
    return Readings(Unit(f"boundary-{place}", kind=kinds[place % len(kinds)]), "", readings, declared)
