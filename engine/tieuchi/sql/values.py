"""Columns, values and conditions as SQL expressions. What is not known is NULL, its state asked for only then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import NamedTuple

from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE
from tieuchi.columnar.program import FormOp, Program, Term, TestOp, Tests
from tieuchi.sql.dialects import Dialect
from tieuchi.sql.layers import Layers

OPERATORS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<", "exactly": "="}


_SHORT = 1 << 31
MANY = 200
"""Parts that stand side by side in one expression."""


class Lack(NamedTuple):
    """When something is not known, as a condition, empty for never, and which names then tell the state."""

    when: str = ""
    states: tuple[str, ...] = ()


NEVER = Lack()


class Answer(NamedTuple):
    """Whether conditions hold; ``holds`` counts only where nothing lacks, or is NULL there if it is ``safe``."""

    holds: str
    lack: Lack = NEVER
    safe: bool = True

    @property
    def known(self) -> str:
        """When they hold for certain: of 0/0, which is at least anything, nothing is known."""
        return self.holds if self.safe or not self.lack.when else f"NOT ({self.lack.when}) AND {self.holds}"


class Value(NamedTuple):
    """A quotient; its denominator is above 0 where nothing lacks."""

    above: str
    below: str
    lack: Lack


@dataclass(slots=True)
class Writer:
    """What writing a program as SQL needs at hand.

    Attributes:
        columns: Name of each column of the layout.
        states: Name of the state of each column; empty where cells are given or missing, nothing else.
        complete: No cell lacks, so none is asked.
        wide: Columns have 128 bits, and so has all that is made of them.
        full: States and clauses of sub-criteria are asked for.
        exact: Sums that quanta leave in doubt are added up exactly.
        owner: What names are given to: a sub-criterion, a sum or a finding.
    """

    program: Program
    dialect: Dialect
    layers: Layers
    columns: Sequence[str] = ()
    states: Sequence[str] = ()
    complete: bool = False
    wide: bool = False
    full: bool = True
    exact: bool = True
    kind: str = ""
    owner: str = ""
    findings: list[Answer] = field(default_factory=list)

    def name(self, expression: str, what: str) -> str:
        """Name an expression, unless it is a name or a number already."""
        if is_atom(expression, self.dialect.quote):
            return expression
        return self.layers.name(f"{self.owner} {what}", expression)

    def divided(self, above: str, below: str, *, wide: bool = False) -> str:
        """Return the whole part of a quotient of numbers that are not negative, in the bits that this query reckons in.

        ``wide``: the numbers have more bits, though the quotient has not.
        """
        quotient = self.dialect.divided(above, below, wide=wide or self.wide)
        return self.long(quotient) if wide and not self.wide else quotient

    def number(self, expression: str, what: str) -> str:
        """Name an expression in the type that this query reckons in."""
        if is_atom(expression, self.dialect.quote):
            return expression
        return self.name(self.widened(expression) if self.wide else self.long(expression), what)

    def points(self, expression: str, what: str, *, plain: bool = False) -> str:
        """Name points in quanta, in the type that holds all points and sums; ``plain``: a choice among numbers."""
        if is_number(expression) or (plain and self.program.most_points < _SHORT):
            return self.name(expression, what)
        return self.name(self.dialect.sized(expression, self.program.most_points), what)

    def long(self, expression: str) -> str:
        """Return an expression with the bits that products need: 64, or those that this query reckons in."""
        return self.widened(expression) if self.wide else self.dialect.sized(expression, 1 << 62)

    def product(self, one: str, other: str | int) -> str:
        """Return a product of 64 bits, at least one of the factors being a name or a number."""
        return times(one, other) if is_number(one) and is_number(str(other)) else times(self.long(one), other)

    def widened(self, expression: str) -> str:
        """Return an expression of 128 bits, where the database has such numbers."""
        return self.dialect.widened(expression)

    def state(self, lack: Lack) -> str:
        """Return the state of what lacks; it counts only where it does."""
        names = list(dict.fromkeys(lack.states))
        return f"{self.dialect.greatest}({MISSING}, {', '.join(names)})" if names else str(MISSING)

    def absent(self, places: Iterable[int]) -> Lack:
        """Return when some cell is not given."""
        known = [] if self.complete else list(dict.fromkeys(places))
        when = either(*(f"{self.columns[place]} IS NULL" for place in known))
        return Lack(when, tuple(self.states[place] for place in known) if self.states else ())


def is_number(text: str) -> bool:
    """Say whether an expression is a whole number."""
    return text.isdigit() or (text[:1] == "-" and text[1:].isdigit())


def is_atom(text: str, quote: str) -> bool:
    """Say whether an expression is a number or one quoted name."""
    return is_number(text) or (text[0] == quote == text[-1] and text.count(quote) == 2)


def times(*factors: str | int) -> str:
    """Return a product; whole numbers are multiplied here, for databases give products of literals too few bits."""
    product, names = 1, []
    for factor in factors:
        if isinstance(factor, int):
            product *= factor
        elif is_number(factor):
            product *= int(factor)
        else:
            names.append(factor)
    if not names or not product:
        return str(product)
    return " * ".join(names if product == 1 else [str(product), *names])


def compared(cuts: int, above: str, n: int, below: str) -> tuple[str, str]:
    """Return ``cuts * above`` and ``n * below``, both without the factors that they share."""
    if is_number(below):
        edge = n * int(below)
        shared = gcd(cuts, edge)
        return times(cuts // shared, above), str(edge // shared)
    shared = gcd(cuts, n)
    return times(cuts // shared, above), times(n // shared, below)


def case(choices: Iterable[tuple[str, str]], otherwise: str) -> str:
    """Return a CASE of conditions and results."""
    body = " ".join(f"WHEN {when} THEN {then}" for when, then in choices)
    return f"CASE {body} ELSE {otherwise} END" if body else otherwise


def added(terms: Iterable[str]) -> str:
    """Return a sum; whole numbers are added here."""
    numbers, kept = 0, []
    for term in terms:
        if is_number(term):
            numbers += int(term)
        else:
            kept.append(term)
    return chained([*kept, *([str(numbers)] if numbers or not kept else [])], " + ").replace("+ -", "- ")


def chained(parts: Sequence[str], sign: str) -> str:
    """Return parts with a sign between them; many are bracketed, for databases limit how deep an expression is."""
    if len(parts) <= MANY:
        return sign.join(parts)
    groups = [f"({sign.join(parts[start : start + MANY])})" for start in range(0, len(parts), MANY)]
    return chained(groups, sign)


def either(*conditions: str) -> str:
    """Return when at least one condition holds; an empty one never does."""
    return chained(list(dict.fromkeys(filter(None, conditions))), " OR ")


def linear(writer: Writer, terms: tuple[Term, ...], constant: int) -> str:
    """Return a linear form of columns."""
    if not constant and len(terms) == 1 and terms[0][1] == 1:
        return writer.columns[terms[0][0]]
    signed = [("-" if factor < 0 else "") + times(abs(factor), writer.columns[place]) for place, factor in terms]
    return added([*signed, str(constant)])


def value(writer: Writer, form: FormOp, *, positive: bool = False) -> Value:
    """Return a value, numerator and denominator ready to be multiplied; ``positive`` denominators are not asked."""
    above = linear(writer, form.above, form.above_constant)
    short = len(form.above) + bool(form.above_constant) == 2
    above = f"({above})" if short and form.step is None else writer.name(above, "above")
    below = writer.name(linear(writer, form.below, form.below_constant), "below")
    lack = writer.absent(form.names)
    divides = not positive and (bool(form.below) or form.below_constant <= 0)
    if divides:
        lack = lack._replace(when=either(lack.when, f"{below} <= 0"))
    if form.step is not None:
        step, parts = form.step
        cut = times(step, floored(writer, times(above, parts), times(below, step)))
        cut = f"CASE WHEN {below} > 0 THEN {cut} END" if form.below else cut
        above, below = writer.name(cut, "above"), str(parts)
    return Value(above, below, lack)


def floored(writer: Writer, above: str, below: str) -> str:
    """Return the whole part of a quotient from below, also of a negative numerator."""
    if below == "1":
        return above if is_atom(above, writer.dialect.quote) else f"({above})"
    up = writer.divided(f"{below} - 1 - ({above})", below)
    return f"CASE WHEN {above} >= 0 THEN {writer.divided(above, below)} ELSE -{up} END"


def half_up(writer: Writer, top: str, bottom: str, *, wide: bool = False, negative: bool = True) -> str:
    """Return a quotient rounded to whole numbers, halves away from zero."""
    if bottom == "1":
        return top
    if is_number(top) and is_number(bottom):
        whole = (2 * abs(int(top)) + int(bottom)) // (2 * int(bottom))
        return str(-whole if int(top) < 0 else whole)
    twice = times(2, top if is_atom(top, writer.dialect.quote) else f"({top})")
    up = writer.divided(f"{twice} + {bottom}", times(2, bottom), wide=wide)
    if not negative:
        return up
    down = writer.divided(f"{bottom} - {twice}", times(2, bottom), wide=wide)
    return f"CASE WHEN {top} >= 0 THEN {up} ELSE -{down} END"


def answer(writer: Writer, tests: Tests, what: str = "when", guards: int = 0) -> Answer:
    """Return whether all tests hold; the first ones, the guards, alone say which state it is if one of them lacks."""
    answers = [_one(writer, test) for test in tests]
    if len(answers) == 1:
        return answers[0]
    if not any(one.lack.when for one in answers):
        return Answer(
            " AND ".join(f"({one.holds})" if " OR " in one.holds else one.holds for one in answers) or "1 = 1"
        )
    parts = (one.holds if one.safe else f"CASE WHEN {one.lack.when} THEN NULL ELSE {one.holds} END" for one in answers)
    name = writer.layers.name(f"{writer.owner} {what}", " AND ".join(f"({part})" for part in parts))
    lack = f"{name} IS NULL"
    states = tuple(state for one in answers for state in one.lack.states)
    if states:
        # What lacks tells nothing where another test fails.
        state = _state(writer, answers[:guards], answers[guards:])
        states = (writer.name(case([(lack, state)], "0"), f"{what} state"),)
    return Answer(name, Lack(lack, states))


def _state(writer: Writer, guards: list[Answer], others: list[Answer]) -> str:
    """Return the state of what lacks among conditions: of the guards if one of these lacks, else of the others."""
    own, rest = _lacks(guards), _lacks(others)
    if not own.when or not rest.states:
        return writer.state(Lack("", (*own.states, *rest.states)))
    return case([(own.when, writer.state(own))], writer.state(rest))


def _lacks(answers: Iterable[Answer]) -> Lack:
    """Return when one of some conditions lacks, and which names tell the states."""
    lacks = [one.lack for one in answers]
    return Lack(either(*[lack.when for lack in lacks]), tuple([state for lack in lacks for state in lack.states]))


def _one(writer: Writer, test: TestOp) -> Answer:
    if test.kind == "finding":
        return writer.findings[test.finding]
    if test.kind == "unit_kind":
        known = [f"'{writer.program.layout.kinds[kind]}'" for kind in test.kinds if kind >= 0]
        if not known or not writer.kind:
            return Answer("1 = 0")
        return Answer(f"{writer.kind} IN ({', '.join(known)})" if len(known) > 1 else f"{writer.kind} = {known[0]}")
    if test.kind == "equal":
        return Answer(f"{writer.columns[test.slot]} = {test.expected}", writer.absent((test.slot,)))
    assert test.form is not None
    above, below, lack = value(writer, test.form)
    top, bottom = test.threshold
    reach, edge = compared(bottom, above, top, below)
    holds = f"{reach} {OPERATORS[test.operator]} {edge}"
    used = {place for place, _ in (*test.form.above, *test.form.below)}
    safe = not test.form.below and test.form.below_constant > 0 and used == set(test.form.names)
    return Answer(holds, lack, safe)


def write_findings(writer: Writer) -> None:
    """Name whether each finding holds; what does not apply does not hold."""
    for place, tests in enumerate(writer.program.findings):
        writer.owner = f"finding {place}"
        found = answer(writer, tests)
        if not found.lack.when:
            alone = len(tests) == 1
            writer.findings.append(found if alone else Answer(writer.layers.name(writer.owner, found.holds)))
            continue
        gone = [(f"{writer.state(found.lack)} = {NOT_APPLICABLE}", "1 = 0")] if found.lack.states else []
        unknown = case(gone, "NULL")
        name = writer.layers.name(writer.owner, case([(found.lack.when, unknown)], found.holds))
        states: tuple[str, ...] = ()
        if found.lack.states:
            states = (writer.name(case([(f"{name} IS NULL", writer.state(found.lack))], "0"), "state"),)
        writer.findings.append(Answer(name, Lack(f"{name} IS NULL", states)))
