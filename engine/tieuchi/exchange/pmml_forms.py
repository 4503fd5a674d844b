"""Predicates and expressions of PMML for tests, pieces and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from math import lcm
from xml.etree import ElementTree as ET

from tieuchi.algebra.interval import outside, test_interval
from tieuchi.model.canonical import (
    Bound,
    EqualTest,
    FindingTest,
    Linear,
    NumberTest,
    Piece,
    Quotient,
    Test,
    UnitKindTest,
)
from tieuchi.model.indicator import Indicator

Part = Callable[[ET.Element], None]
"""Writes one predicate below an element."""

_EPOCH_YEAR = 1960
_EPOCH = Fraction(date(_EPOCH_YEAR, 1, 1).toordinal())


def decimal(number: Fraction) -> str:
    """Return a number as the nearest double writes it, shortest form.

    Example:
        >>> decimal(Fraction(1, 2)), decimal(Fraction(40)), decimal(Fraction(1, 3))
        ('0.5', '40', '0.3333333333333333')
    """
    if number.denominator == 1:
        return str(number.numerator)
    return repr(number.numerator / number.denominator)


def name_of(text: str) -> str:
    """Return a name of letters, digits and underscores."""
    return "c_" + re.sub(r"\W", "_", text)


class Forms:
    """Writes predicates and expressions; differences with a threshold become fields of their own."""

    def __init__(self, transformations: ET.Element, indicators: Mapping[str, Indicator]) -> None:
        self.parent = transformations
        self.indicators = indicators
        self.known: dict[object, str] = {}

    def tests(self, parent: ET.Element, tests: tuple[Test, ...]) -> None:
        """Write that all tests hold."""
        self._all(parent, [partial(self._test, test=test) for test in tests])

    def denials(self, parent: ET.Element, groups: tuple[tuple[Test, ...], ...]) -> None:
        """Write that of each group of tests at least one fails."""
        self._all(parent, [partial(self._fails, tests=group) for group in groups])

    def piece(
        self,
        parent: ET.Element,
        tests: tuple[Test, ...],
        earlier: tuple[tuple[Test, ...], ...],
        quotient: Quotient | None,
        piece: Piece,
    ) -> None:
        """Write that a route is taken and its value lies on a piece."""
        parts: list[Part] = [partial(self._fails, tests=group) for group in earlier if group]
        parts += [partial(self._test, test=test) for test in tests]
        if quotient is not None:
            if quotient.denominator.terms:
                parts += self._positive(quotient)
            elif piece.lower.at is None and piece.upper.at is None:
                parts += [partial(_not_missing, name=name) for name in quotient.indicators]
            parts += self._ends(quotient, piece.lower, piece.upper)
        self._all(parent, parts)

    def points(self, parent: ET.Element, quotient: Quotient, piece: Piece) -> None:
        """Write the points on a piece that slopes or climbs."""
        total = _apply(parent, "+")
        _constant(total, piece.base)
        product = _apply(total, "*")
        _constant(product, piece.rate)
        if piece.stair is None:
            self._value(product, quotient)
            return
        # Steps above the origin: whole ones rounded down, begun ones rounded up.
        counted = _apply(product, "ceil" if piece.stair.started else "floor")
        origin, step = piece.stair.origin, piece.stair.step
        shifted = quotient.numerator.plus(quotient.denominator, -origin)
        self._ratio(counted, shifted, quotient.denominator, 1 / step)

    def _value(self, parent: ET.Element, quotient: Quotient) -> None:
        if quotient.step is None:
            self._ratio(parent, quotient.numerator, quotient.denominator, Fraction(1))
            return
        product = _apply(parent, "*")
        _constant(product, quotient.step)
        self._ratio(_apply(product, "floor"), quotient.numerator, quotient.denominator, 1 / quotient.step)

    def _ratio(self, parent: ET.Element, above: Linear, below: Linear, factor: Fraction) -> None:
        """Write ``factor * above / below`` with whole coefficients, so that whole results come out whole."""
        top = Linear(()).plus(above, Fraction(factor.numerator))
        bottom = Linear(()).plus(below, Fraction(factor.denominator))
        common = lcm(*(c.denominator for f in (top, bottom) for c in (f.constant, *(c for _, c in f.terms))))
        parts = _apply(parent, "/")
        for form in (top, bottom):
            self._linear(parts, Linear(()).plus(form, Fraction(common)))

    def _linear(self, parent: ET.Element, form: Linear) -> None:
        constant = form.constant + sum((c * _EPOCH for n, c in form.terms if self._dated(n)), Fraction(0))
        if not form.terms:
            _constant(parent, constant)
            return
        total = _apply(parent, "+")
        _constant(total, constant)
        for number, (name, factor) in enumerate(form.terms):
            last = number == len(form.terms) - 1
            holder = total if last else _apply(total, "+")
            product = _apply(holder, "*")
            _constant(product, factor)
            self._reading(product, name)
            total = holder

    def _dated(self, name: str) -> bool:
        return self.indicators[name].kind == "date"

    def _reading(self, parent: ET.Element, name: str) -> None:
        holder = parent
        if self._dated(name):
            holder = _apply(parent, "dateDaysSinceYear")
        ET.SubElement(holder, "FieldRef", {"field": name})
        if holder is not parent:
            _constant(holder, Fraction(_EPOCH_YEAR))

    def _all(self, parent: ET.Element, parts: list[Part]) -> None:
        if not parts:
            ET.SubElement(parent, "True")
            return
        at = parent if len(parts) == 1 else ET.SubElement(parent, "CompoundPredicate", {"booleanOperator": "and"})
        for part in parts:
            part(at)

    def _ends(self, quotient: Quotient, low: Bound, high: Bound) -> list[Part]:
        parts: list[Part] = []
        if low.at is not None:
            name = "greaterOrEqual" if low.closed else "greaterThan"
            parts.append(partial(self._compared, operator=name, quotient=quotient, threshold=low.at))
        if high.at is not None:
            name = "lessOrEqual" if high.closed else "lessThan"
            parts.append(partial(self._compared, operator=name, quotient=quotient, threshold=high.at))
        return parts

    def _compared(self, parent: ET.Element, operator: str, quotient: Quotient, threshold: Fraction) -> None:
        """Write a comparison; of one plain reading as it is, else as a difference with 0."""
        single = quotient.numerator.terms if not quotient.denominator.terms and quotient.step is None else ()
        plain = len(single) == 1 and single[0][1] == 1 and not quotient.numerator.constant
        if plain and quotient.denominator.constant == 1 and not self._dated(single[0][0]):
            shape = {"field": single[0][0], "operator": operator, "value": decimal(threshold)}
        else:
            shape = {"field": self._difference(quotient, threshold), "operator": operator, "value": "0"}
        ET.SubElement(parent, "SimplePredicate", shape)

    def _difference(self, quotient: Quotient, threshold: Fraction) -> str:
        key = (quotient, threshold)
        if key not in self.known:
            self.known[key] = f"d_{len(self.known) + 1}"
            shape = {"name": self.known[key], "optype": "continuous", "dataType": "double"}
            field = ET.SubElement(self.parent, "DerivedField", shape)
            if quotient.step is None:
                form = quotient.numerator.plus(quotient.denominator, -threshold)
                common = lcm(*(c.denominator for c in (form.constant, *(c for _, c in form.terms))))
                self._linear(field, Linear(()).plus(form, Fraction(common)))
            else:
                # Steps are counted whole, and the threshold in steps.
                minus = _apply(field, "-")
                self._ratio(_apply(minus, "floor"), quotient.numerator, quotient.denominator, 1 / quotient.step)
                _constant(minus, threshold / quotient.step)
        return self.known[key]

    def _test(self, parent: ET.Element, test: Test) -> None:
        match test:
            case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
                interval = test_interval(operator, threshold)
                low, high = Bound(interval.low, interval.low_closed), Bound(interval.high, interval.high_closed)
                self._all(parent, self._positive(quotient) + self._ends(quotient, low, high))
            case EqualTest(indicator=name, expected=expected):
                ET.SubElement(parent, "SimplePredicate", _equal(name, "equal", expected))
            case UnitKindTest(kinds=kinds):
                _kinds(parent, kinds, "isIn")
            case FindingTest():
                raise AssertionError(test)

    def _fails(self, parent: ET.Element, tests: tuple[Test, ...]) -> None:
        at = ET.SubElement(parent, "CompoundPredicate", {"booleanOperator": "or"}) if _ways(tests) > 1 else parent
        for test in tests:
            match test:
                case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
                    for part in outside(test_interval(operator, threshold)):
                        low, high = Bound(part.low, part.low_closed), Bound(part.high, part.high_closed)
                        self._all(at, self._positive(quotient) + self._ends(quotient, low, high))
                case EqualTest(indicator=name, expected=expected):
                    ET.SubElement(at, "SimplePredicate", _equal(name, "notEqual", expected))
                case UnitKindTest(kinds=kinds):
                    _kinds(at, kinds, "isNotIn")
                case FindingTest():
                    raise AssertionError(test)

    def _positive(self, quotient: Quotient) -> list[Part]:
        if not quotient.denominator.terms:
            return []
        below = Quotient(quotient.denominator)
        return [partial(self._compared, operator="greaterThan", quotient=below, threshold=Fraction(0))]


def _ways(tests: tuple[Test, ...]) -> int:
    return sum(2 if isinstance(t, NumberTest) and t.operator == "exactly" else 1 for t in tests)


def _equal(name: str, operator: str, value: bool | str) -> dict[str, str]:
    text = ("true" if value else "false") if isinstance(value, bool) else value
    return {"field": name, "operator": operator, "value": text}


def _kinds(parent: ET.Element, kinds: tuple[str, ...], operator: str) -> None:
    shape = {"field": "unit_kind", "booleanOperator": operator}
    holder = ET.SubElement(parent, "SimpleSetPredicate", shape)
    ET.SubElement(holder, "Array", {"type": "string", "n": str(len(kinds))}).text = " ".join(f'"{k}"' for k in kinds)


def _not_missing(parent: ET.Element, name: str) -> None:
    ET.SubElement(parent, "SimplePredicate", {"field": name, "operator": "isNotMissing"})


def _apply(parent: ET.Element, function: str) -> ET.Element:
    return ET.SubElement(parent, "Apply", {"function": function})


def _constant(parent: ET.Element, number: Fraction) -> None:
    ET.SubElement(parent, "Constant", {"dataType": "double"}).text = decimal(number)
