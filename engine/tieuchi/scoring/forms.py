"""Values with whole coefficients, so that one costs a few multiplications of whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import lcm
from typing import Any, NamedTuple

from tieuchi.model.canonical import Linear, Quotient

Terms = tuple[tuple[str, int], ...]
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
    top, bottom = quotient.numerator, quotient.denominator
    factors = [top.constant, bottom.constant, *[c for _, c in top.terms], *[c for _, c in bottom.terms]]
    common = lcm(*[factor.denominator for factor in factors])
    above, above_constant = _whole(top, common)
    below, below_constant = _whole(bottom, common)
    used = dict(above + below)
    names = tuple(dict.fromkeys((*quotient.indicators, *used)))
    cancelled = () if len(names) == len(used) else tuple([name for name in names if name not in used])
    simple = None if cancelled else _simple_of(above, above_constant, below, below_constant)
    return Form(above, above_constant, below, below_constant, names, cancelled, simple)


def _whole(form: Linear, common: int) -> tuple[Terms, int]:
    """Return terms and constant of a linear form, ``common`` times as large."""
    constant = form.constant.numerator * (common // form.constant.denominator)
    return tuple([(name, c.numerator * (common // c.denominator)) for name, c in form.terms]), constant


def _simple_of(above: Terms, above_constant: int, below: Terms, below_constant: int) -> Simple | None:
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
