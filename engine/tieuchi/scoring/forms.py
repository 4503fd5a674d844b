"""Values with whole coefficients, so that one costs a few multiplications of whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

from tieuchi.model.canonical import Quotient

Terms = tuple[tuple[str, int], ...]
ValueOf = Callable[[Mapping[str, Any]], tuple[int, int]]
"""Gives a value of some readings as numerator and denominator; one of 0 or less means that there is no value.

A reading that is not there is a ``KeyError``.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A quotient with whole coefficients."""

    above: Terms
    above_constant: int
    below: Terms
    below_constant: int
    names: tuple[str, ...]
    cancelled: tuple[str, ...]
    """Readings that the value names and does not depend on; it needs them all the same."""
    single: str | None
    """The one reading that is the whole value, where it is."""
    pair: tuple[str, str] | None
    """The two readings whose plain ratio is the value, where it is."""


def form_of(quotient: Quotient) -> Form:
    """Return a quotient with its coefficients made whole."""
    forms = (quotient.numerator, quotient.denominator)
    common = lcm(*(c.denominator for f in forms for c in (f.constant, *(c for _, c in f.terms))))
    above, below = (tuple([(name, c.numerator * (common // c.denominator)) for name, c in f.terms]) for f in forms)
    constants = [f.constant.numerator * (common // f.constant.denominator) for f in forms]
    names = tuple(dict.fromkeys((*quotient.indicators, *(n for n, _ in (*above, *below)))))
    single = pair = None
    if common == 1 and not constants[0] and len(above) == 1 and above[0][1] == 1:
        if not below and constants[1] == 1:
            single = above[0][0]
        elif len(below) == 1 and below[0][1] == 1 and not constants[1]:
            pair = (above[0][0], below[0][0])
    cancelled = tuple(name for name in names if name not in dict((*above, *below)))
    if cancelled:
        single = pair = None
    return Form(above, constants[0], below, constants[1], names, cancelled, single, pair)


def value_of(form: Form) -> ValueOf:
    """Return what gives the value."""
    if form.single is not None:
        return _single(form.single)
    return _pair(*form.pair) if form.pair is not None else _linear(form)


def _single(name: str) -> ValueOf:
    def single(values: Mapping[str, Any]) -> tuple[int, int]:
        value: tuple[int, int] = values[name].as_integer_ratio()
        return value

    return single


def _pair(first: str, second: str) -> ValueOf:
    def pair(values: Mapping[str, Any]) -> tuple[int, int]:
        above, parts = values[first].as_integer_ratio()
        below, wholes = values[second].as_integer_ratio()
        return (above, below) if parts == wholes else (above * wholes, below * parts)

    return pair


def _linear(form: Form) -> ValueOf:
    terms, constant, divisor, divisor_constant = form.above, form.above_constant, form.below, form.below_constant

    def linear(values: Mapping[str, Any]) -> tuple[int, int]:
        for name in form.cancelled:
            values[name]
        above, parts = _sum(terms, constant, values)
        if not divisor:
            return above, divisor_constant * parts
        below, wholes = _sum(divisor, divisor_constant, values)
        return (above, below) if parts == wholes else (above * wholes, below * parts)

    return linear


def _sum(terms: Terms, constant: int, values: Mapping[str, Any]) -> tuple[int, int]:
    """Return a sum of readings as numerator and denominator."""
    total, common = constant, 1
    for name, factor in terms:
        above, parts = values[name].as_integer_ratio()
        if parts == common:
            total += factor * above
        elif common % parts == 0:
            total += factor * above * (common // parts)
        else:
            total, common = total * parts + factor * above * common, common * parts
    return total, common
