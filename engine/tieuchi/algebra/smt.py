"""The SMT solver z3, for queries on several readings that depend on each other. Loaded only when one comes up."""

from __future__ import annotations

import importlib
import importlib.util
from fractions import Fraction
from typing import Any

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import UNDECIDED, Answer, AtMostZero, Atom, Equal, OfKind, Query, Within, Witness
from tieuchi.model.canonical import Linear

TIME_LIMIT_MS = 2_000
"""Longest time for the first query; after it the answer is: not proven."""
SHORTEST_MS = 20
"""Time that every query gets, however many were left unanswered before it."""


def available() -> bool:
    """Say whether z3 is installed."""
    return importlib.util.find_spec("z3") is not None


def time_limit(unanswered: int) -> int:
    """Return the time for the next query in milliseconds: half as long for each that was left unanswered.

    So a rulebook full of conditions that nobody can solve is checked in seconds, not in hours.

    Example:
        >>> [time_limit(unanswered) for unanswered in (0, 1, 2, 50)]
        [2000, 1000, 500, 20]
    """
    return max(TIME_LIMIT_MS >> unanswered, SHORTEST_MS)


def solve_smt(query: Query, domain: Domain) -> Answer:
    """Answer a query by z3; ``UNDECIDED`` where it is not installed or runs out of time."""
    if not available():
        return UNDECIDED
    answer = _Encoding(importlib.import_module("z3"), domain).answer(query)
    if answer is UNDECIDED:
        domain.unanswered.append(query)
    return answer


class _Encoding:
    """One query as z3 sees it: whole readings as integers, others as reals, choices as numbered."""

    def __init__(self, z3: Any, domain: Domain) -> None:
        self.z3 = z3
        self.domain = domain
        self.variables: dict[str, Any] = {}
        self.solver = z3.Solver()
        self.solver.set("timeout", time_limit(len(domain.unanswered)))
        self.kind = z3.Int("?kind")

    def answer(self, query: Query) -> Answer:
        """Return a witness, None, or ``UNDECIDED``."""
        self.solver.add(self.kind >= 0, self.kind <= len(self.domain.unit_kinds))
        for atom in query.atoms:
            self.solver.add(self._atom(atom))
        for choice in query.choices:
            self.solver.add(self.z3.Or([self._atom(atom) for atom in choice]))
        for part, whole in self.domain.links(self.variables):
            self.solver.add(self.variables[part] <= self.variables[whole])
        result = self.solver.check()
        if result == self.z3.unsat:
            return None
        if result != self.z3.sat:
            return UNDECIDED
        return self._witness(self.solver.model())

    def _atom(self, atom: Atom) -> Any:
        match atom:
            case Equal(indicator=name, value=value, holds=holds):
                equal = self._number(name) == self._code(name, value)
                return equal if holds else self.z3.Not(equal)
            case OfKind(kinds=kinds, holds=holds):
                codes = [n for n, kind in enumerate(self.domain.unit_kinds, 1) if kind in kinds]
                is_one = self.z3.Or([self.kind == code for code in codes])
                return is_one if holds else self.z3.Not(is_one)
            case AtMostZero(form=form):
                return self._form(form) <= 0
            case Within(quotient=quotient):
                above, below = self._form(quotient.numerator), self._form(quotient.denominator)
                parts = [below > 0] if quotient.denominator.terms else []
                if quotient.kind == "coverage":
                    parts.append(above <= below)
                return self.z3.And([*parts, *self._between(above, below, atom.raw)])

    def _between(self, above: Any, below: Any, interval: Interval) -> list[Any]:
        parts = []
        if interval.low is not None:
            least = self._exact(interval.low) * below
            parts.append(above >= least if interval.low_closed else above > least)
        if interval.high is not None:
            most = self._exact(interval.high) * below
            parts.append(above <= most if interval.high_closed else above < most)
        return parts

    def _form(self, form: Linear) -> Any:
        terms = [self._exact(factor) * self._number(name) for name, factor in form.terms]
        return self.z3.Sum([*terms, self._exact(form.constant)])

    def _exact(self, number: Fraction) -> Any:
        return self.z3.Q(number.numerator, number.denominator)

    def _number(self, name: str) -> Any:
        """Return the variable of a reading; numbers enter forms as reals."""
        if name not in self.variables:
            numeric = self.domain.numeric(name)
            whole = not numeric or self.domain.whole(name)
            variable = self.z3.Int(name) if whole else self.z3.Real(name)
            self.variables[name] = variable
            if numeric:
                self.solver.add(*self._between(variable, self._exact(Fraction(1)), self.domain.range_of(name)))
            else:
                self.solver.add(variable >= 0, variable < len(self._options(name)))
        variable = self.variables[name]
        return self.z3.ToReal(variable) if variable.is_int() and self.domain.numeric(name) else variable

    def _options(self, name: str) -> tuple[bool | str, ...]:
        indicator = self.domain.indicators[name]
        return (False, True) if indicator.kind == "yes_no" else indicator.choices

    def _code(self, name: str, value: bool | str) -> int:
        return self._options(name).index(value)

    def _witness(self, model: Any) -> Witness:
        values: dict[str, Fraction | bool | str] = {}
        for name, variable in self.variables.items():
            found = model.eval(variable, model_completion=True)
            number = Fraction(found.as_fraction()) if found.is_real() else Fraction(found.as_long())
            values[name] = number if self.domain.numeric(name) else self._options(name)[int(number)]
        place = model.eval(self.kind, model_completion=True).as_long()
        return Witness(values, self.domain.unit_kinds[place - 1] if place else "")
