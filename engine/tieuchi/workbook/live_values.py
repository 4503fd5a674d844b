"""Quotients, tests and thresholds as formulas on whole numbers.

A test comes to 0 (no), 1 (yes), or 1 + the state code of what it lacks, so that of several tests the least decides
where it is 0, and else the greatest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from tieuchi.model.canonical import EqualTest, FindingTest, Linear, NumberTest, Quotient, Test, UnitKindTest
from tieuchi.workbook.comparison import Comparer
from tieuchi.workbook.exact_cells import LIMIT, Exact
from tieuchi.workbook.formula import Expr, Ref, expr, fn, if_, largest, least, total
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.live_inputs import Given, Inputs
from tieuchi.workbook.live_params import Parameters


@dataclass(frozen=True, slots=True)
class LiveValue:
    """A value: ``above / below`` while ``code`` is 0, the state code of what it lacks else."""

    above: Ref
    below: Ref
    code: Ref


class Values:
    """Lays the steps of values and tests; a value that several rules ask for is laid once."""

    def __init__(self, calc: Calculation, inputs: Inputs, parameters: Parameters) -> None:
        self.calc, self.inputs, self.parameters = calc, inputs, parameters
        self.comparer = Comparer(calc)
        self.findings: dict[str, Ref] = {}
        self._known: dict[Quotient, LiveValue] = {}

    def value(self, what: str, quotient: Quotient) -> LiveValue:
        """Return a quotient, cut to its step where it has one."""
        if quotient not in self._known:
            raw = self._raw(what, quotient)
            self._known[quotient] = raw if quotient.step is None else self._cut(what, quotient.step, raw)
        return self._known[quotient]

    def _raw(self, what: str, quotient: Quotient) -> LiveValue:
        forms = (quotient.numerator, quotient.denominator)
        names = dict.fromkeys((*quotient.indicators, *(n for form in forms for n, _ in form.terms)))
        given = {name: self.inputs.given[name] for name in names}
        lacks: Expr = largest([g.code for g in given.values()]) if given else expr(0)
        common = lcm(*(c.denominator for f in forms for c in (f.constant, *(c for _, c in f.terms))))
        scale = self._scale(what, given)
        (above, high), (below, low) = (_sum(form, common, given, scale) for form in forms)
        code = self.calc.step(f"{what}: code", lacks)
        top = self.calc.step(f"{what}: A", if_(code.gt(0), 0, above))
        bottom = self.calc.step(f"{what}: B", if_(code.gt(0), 0, below))
        beyond = fn("OR", high.gt(LIMIT), low.gt(LIMIT))
        lacking = if_(code.gt(0), code, if_(beyond, 1, if_(bottom.le(0), 1, 0)))
        return LiveValue(top, bottom, self.calc.step(f"{what}: state", lacking))

    def _scale(self, what: str, given: Mapping[str, Given]) -> Expr:
        """Return the whole number that makes every figure whole."""
        parts = [g.number.denominator for g in given.values() if not g.number.whole]
        if not parts:
            return expr(1)
        return parts[0] if len(parts) == 1 else self.calc.step(f"{what}: D", fn("IFERROR", fn("LCM", *parts), LIMIT))

    def _cut(self, what: str, step: Fraction, raw: LiveValue) -> LiveValue:
        cell = self.parameters.exact(f"{what}/step", step)
        known = raw.code.eq(0)
        above, below = raw.above * cell.denominator, if_(known, raw.below * cell.numerator, 1)
        fits = fn("AND", fn("ABS", above).lt(LIMIT), below.lt(LIMIT))
        code = self.calc.step(f"{what}: state", if_(raw.code.gt(0), raw.code, if_(fits, 0, 1)))
        steps = self.calc.floor(f"{what}: ⌊⌋", if_(code.eq(0), above, 0), below)
        top = self.calc.step(f"{what}: A", steps * cell.numerator)
        return LiveValue(top, self.calc.step(f"{what}: B", cell.denominator), code)

    def all_hold(self, what: str, tests: Sequence[Test], path: str, guards: int = 0) -> Expr:
        """Return whether all tests hold: 0, 1, or 1 + the state code of what lacks, among the guards if one lacks."""
        if not tests:
            return expr(1)
        answers = [self.holds(f"{what} ?{place + 1}", test, path) for place, test in enumerate(tests)]
        if len(answers) == 1:
            return answers[0]
        first, others = answers[:guards], answers[guards:]
        worst = largest(answers)
        if first and others:
            worst = if_(largest(first).gt(1), largest(first), largest(others))
        return self.calc.step(f"{what} ?", if_(least(answers).eq(0), 0, worst))

    def holds(self, what: str, test: Test, path: str) -> Ref:
        """Return whether one test holds."""
        match test:
            case NumberTest():
                return self._compared(what, test, path)
            case EqualTest(indicator=name, expected=bool() as wanted):
                given = self.inputs.given[name]
                answer = if_(given.number.numerator.eq(int(wanted)), 1, 0)
                return self.calc.step(what, if_(given.code.gt(0), given.code + 1, answer))
            case EqualTest(indicator=name, expected=choice):
                given = self.inputs.given[name]
                answer = if_(fn("EXACT", fn("IFERROR", given.cell.ref, ""), str(choice)), 1, 0)
                return self.calc.step(what, if_(given.code.gt(0), given.code + 1, answer))
            case UnitKindTest(kinds=kinds):
                kind = self.inputs.kind
                assert kind is not None
                among = fn("OR", *(fn("EXACT", kind.ref, name) for name in kinds))
                return self.calc.step(what, if_(among, 1, 0))
            case FindingTest(finding=finding):
                return self.findings[finding]

    def _compared(self, what: str, test: NumberTest, path: str) -> Ref:
        value = self.value(what, test.quotient)
        threshold = self.parameters.exact(path + "/" + "/".join(map(str, test.source)), test.threshold, test=test)
        sign = self.comparer.sign(what, value.above, value.below, threshold)
        comparison = {
            "at_least": sign.ge(0),
            "more_than": sign.gt(0),
            "at_most": sign.le(0),
            "less_than": sign.lt(0),
            "exactly": sign.eq(0),
        }[test.operator]
        return self.calc.step(what, if_(value.code.gt(0), value.code + 1, if_(comparison, 1, 0)))


def _sum(form: Linear, common: int, given: Mapping[str, Given], scale: Expr) -> tuple[Expr, Expr]:
    """Return a linear form in whole numbers, and how large any part of it can be."""
    parts: list[Expr] = []
    for name, factor in form.terms:
        number: Exact = given[name].number
        times = Fraction(factor * common)
        whole = number.numerator if scale is number.denominator else number.numerator * (scale / number.denominator)
        parts.append(whole if times == 1 else whole * times)
    if form.constant or not parts:
        constant = Fraction(form.constant * common)
        parts.append(scale * constant if constant != 1 else scale)
    return total(parts), total([fn("ABS", part) for part in parts])


__all__ = ["LiveValue", "Values"]
