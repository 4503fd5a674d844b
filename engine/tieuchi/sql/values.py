"""Columns, values and conditions as SQL expressions. Answers: 0 no, 1 yes, from 2 on the state of a lack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tieuchi.columnar.layout import MISSING
from tieuchi.columnar.program import FormOp, Program, Term, TestOp, Tests
from tieuchi.sql.dialects import Dialect
from tieuchi.sql.layers import Layers

OPERATORS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<", "exactly": "="}


@dataclass(slots=True)
class Writer:
    """What writing a program as SQL needs at hand. ``complete``: no cell lacks, so none is asked."""

    program: Program
    dialect: Dialect
    layers: Layers
    complete: bool = False
    wide: bool = False
    kind_column: str = "unit_kind"
    serial: int = 0
    findings: list[str] = field(default_factory=list)

    def fresh(self, expression: str, letter: str = "e") -> str:
        """Name an expression, unless it is a name or a number already."""
        if expression.isalnum():
            return expression
        self.serial += 1
        return self.layers.name(f"{letter}{self.serial}", expression)

    def number(self, expression: str) -> str:
        """Return an expression as wide as this query reckons."""
        return self.dialect.widened(expression) if self.wide else expression

    def divided(self, above: str, below: str, *, wide: bool = False) -> str:
        """Return the whole part of a quotient of numbers that are not negative."""
        return self.dialect.divided(above, below, wide=wide or self.wide)


def times(*factors: str | int) -> str:
    """Return a product; whole numbers are multiplied here, for databases give products of literals too few bits."""
    numbers = [int(f) for f in factors if isinstance(f, int) or f.lstrip("-").isdigit()]
    names = [f for f in factors if not (isinstance(f, int) or f.lstrip("-").isdigit())]
    product = 1
    for number in numbers:
        product *= number
    if not names or not product:
        return str(product)
    return " * ".join(names if product == 1 else [str(product), *names])


def case(choices: Iterable[tuple[str, str]], otherwise: str) -> str:
    """Return a CASE of conditions and results; of 64 bits, even where all results are short literals."""
    if otherwise.lstrip("-").isdigit():
        otherwise = f"CAST({otherwise} AS BIGINT)"
    body = " ".join(f"WHEN {when} THEN {then}" for when, then in choices)
    return f"(CASE {body} ELSE {otherwise} END)" if body else otherwise


def worst(writer: Writer, places: Sequence[int]) -> str:
    """Return the worst state among some cells, ``0`` where none can lack."""
    if writer.complete or not places:
        return "0"
    states = [f"s{place}" for place in places]
    if len(states) == 1:
        return states[0]
    expression = states[0]
    for state in states[1:]:
        expression = f"{writer.dialect.greatest}({expression}, {state})"
    return writer.fresh(expression)


def linear(terms: tuple[Term, ...], constant: int) -> str:
    """Return a linear form of columns."""
    parts = [times(factor, f"c{place}") for place, factor in terms]
    parts += [str(constant)] if constant or not parts else []
    return parts[0] if len(parts) == 1 and parts[0].isalnum() else f"({' + '.join(parts)})"


def value(writer: Writer, form: FormOp) -> tuple[str, str, str]:
    """Return numerator, denominator (1 or more) and lack of a value, each a name or a number."""
    above = writer.fresh(linear(form.above, form.above_constant))
    below = writer.fresh(linear(form.below, form.below_constant))
    lack = worst(writer, form.names)
    if form.below or form.below_constant <= 0:
        choices = [(f"{lack} <> 0", lack)] if lack != "0" else []
        lack = writer.fresh(case([*choices, (f"{below} <= 0", str(MISSING))], "0"))
        below = writer.fresh(f"(CASE WHEN {below} <= 0 THEN 1 ELSE {below} END)")
    if form.step is not None:
        step, parts = form.step
        above, below = writer.fresh(f"{step} * {floored(writer, times(above, parts), times(below, step))}"), str(parts)
    return above, below, lack


def floored(writer: Writer, above: str, below: str) -> str:
    """Return the whole part of a quotient from below, also of a negative numerator."""
    top = writer.fresh(f"({above})")
    up = writer.divided(f"{below} - 1 - {top}", below)
    return f"(CASE WHEN {top} >= 0 THEN {writer.divided(top, below)} ELSE -{up} END)"


def half_up(writer: Writer, top: str, bottom: str, *, wide: bool = False, negative: bool = True) -> str:
    """Return a quotient rounded to whole numbers, halves away from zero."""
    if bottom == "1":
        return top
    top = writer.fresh(f"({top})") if negative else top
    up = writer.divided(f"2 * {top} + {bottom}", times(2, bottom), wide=wide)
    if not negative:
        return up
    down = writer.divided(f"{bottom} - 2 * {top}", times(2, bottom), wide=wide)
    return f"(CASE WHEN {top} >= 0 THEN {up} ELSE -{down} END)"


def answer(writer: Writer, tests: Tests) -> str:
    """Return whether all tests hold, as a name or a number."""
    if not tests:
        return "1"
    answers = [_one(writer, test) for test in tests]
    if len(answers) == 1:
        return answers[0]
    fails = " OR ".join(f"{a} = 0" for a in answers)
    highest = answers[0]
    for other in answers[1:]:
        highest = f"{writer.dialect.greatest}({highest}, {other})"
    return writer.fresh(f"(CASE WHEN {fails} THEN 0 ELSE {highest} END)", "t")


def _one(writer: Writer, test: TestOp) -> str:
    if test.kind == "finding":
        return writer.findings[test.finding]
    if test.kind == "unit_kind":
        known = ", ".join(f"{place}" for place in test.kinds)
        return writer.fresh(f"(CASE WHEN kind0 IN ({known}) THEN 1 ELSE 0 END)", "t")
    if test.kind == "equal":
        lack, holds = worst(writer, (test.slot,)), f"c{test.slot} = {test.expected}"
        first = [(f"{lack} <> 0", lack)] if lack != "0" else []
        return writer.fresh(case([*first, (holds, "1")], "0"), "t")
    assert test.form is not None
    above, below, lack = value(writer, test.form)
    top, bottom = test.threshold
    holds = f"{times(above, bottom)} {OPERATORS[test.operator]} {times(top, below)}"
    first = [(f"{lack} <> 0", lack)] if lack != "0" else []
    return writer.fresh(case([*first, (holds, "1")], "0"), "t")


def write_findings(writer: Writer) -> None:
    """Name whether each finding holds; what does not apply does not hold."""
    for tests in writer.program.findings:
        found = answer(writer, tests)
        writer.findings.append(writer.fresh(f"(CASE WHEN {found} = 4 THEN 0 ELSE {found} END)", "t"))
