"""Values with whole coefficients, so that one costs a few multiplications of whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import lcm
from typing import Any, NamedTuple

from tieuchi.model.canonical import Linear, Quotient

Term = tuple[str, int]
Terms = tuple[Term, ...]
Simple = tuple[str, str | None, int]
"""What most values are: a reading, perhaps over another one, and a whole number more; of growth it is one less."""
ValueOf = Callable[[Mapping[str, Any]], tuple[int, int]]
"""Gives a value of some readings as numerator and denominator; one of 0 or less means that there is no value.

A reading that is not there is a ``KeyError``.
"""


class Form(NamedTuple):
    """A quotient with whole coefficients."""

    above: Terms
    above_constant: int
    below: Terms
    below_constant: int
    names: tuple[str, ...]
    cancelled: tuple[str, ...]
    """Readings that the value names and does not depend on; it needs them all the same."""
    simple: Simple | None
    """The same where it is that simple."""


def form_of(quotient: Quotient) -> Form:
    """Return a quotient with its coefficients made whole."""
    above, below = _parts(quotient.numerator), _parts(quotient.denominator)
    common = lcm(*[bottom for _, _, bottom in above + below])
    (_, above_constant), *upper = [(name, top * (common // bottom)) for name, top, bottom in above]
    (_, below_constant), *lower = [(name, top * (common // bottom)) for name, top, bottom in below]
    used = {name for name, _ in upper + lower}
    cancelled = tuple([name for name in quotient.named if name not in used])
    simple = None if cancelled else _simple_of(upper, above_constant, lower, below_constant)
    names = quotient.named
    return Form(tuple(upper), above_constant, tuple(lower), below_constant, names, cancelled, simple)


def _parts(form: Linear) -> list[tuple[str, int, int]]:
    """Return the constant of a form, which has no name, and its coefficients as numerators and denominators."""
    return [("", *form.constant.as_integer_ratio()), *[(name, *c.as_integer_ratio()) for name, c in form.terms]]


def _simple_of(above: list[Term], above_constant: int, below: list[Term], below_constant: int) -> Simple | None:
    """Return a form as one or two readings and a whole number more, where it is."""
    if not above or above[0][1] != 1:
        return None
    first, others = above[0][0], above[1:]
    if not below:
        return (first, None, above_constant) if not others and below_constant == 1 else None
    second = below[0][0]
    if len(below) > 1 or below[0][1] != 1 or above_constant or below_constant or first == second:
        return None
    if not others:
        return first, second, 0
    return (first, second, others[0][1]) if len(others) == 1 and others[0][0] == second else None


def value_of(form: Form) -> ValueOf:
    """Return what gives the value."""
    return _simple(*form.simple) if form.simple is not None else _linear(form)


def _simple(first: str, second: str | None, more: int) -> ValueOf:
    def simple(values: Mapping[str, Any]) -> tuple[int, int]:
        above, below = values[first].as_integer_ratio()
        if second is not None:
            parts = below
            below, wholes = values[second].as_integer_ratio()
            if parts != wholes:
                above, below = above * wholes, below * parts
        return above + more * below, below

    return simple


def _linear(form: Form) -> ValueOf:
    terms, constant, divisor, divisor_constant = form.above, form.above_constant, form.below, form.below_constant
    if not divisor and not form.cancelled:
        return partial(_sum, terms, constant, divisor_constant)

    def linear(values: Mapping[str, Any]) -> tuple[int, int]:
        for name in form.cancelled:
            values[name]
        above, parts = _sum(terms, constant, 1, values)
        below, wholes = _sum(divisor, divisor_constant, 1, values)
        return (above, below) if parts == wholes else (above * wholes, below * parts)

    return linear


def _sum(terms: Terms, constant: int, parts: int, values: Mapping[str, Any]) -> tuple[int, int]:
    """Return a sum of readings and a constant over some parts, as numerator and denominator."""
    total, common = constant, 1
    for name, factor in terms:
        above, below = values[name].as_integer_ratio()
        if below == common:
            total += factor * above
        elif common % below == 0:
            total += factor * above * (common // below)
        else:
            total, common = total * below + factor * above * common, common * below
    return total, common * parts
