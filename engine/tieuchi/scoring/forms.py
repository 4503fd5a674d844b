"""Values with whole coefficients, so that one costs a few multiplications of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

from tieuchi.model.canonical import Quotient
from tieuchi.scoring.unit import Number

Terms = tuple[tuple[str, int], ...]


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
    above, below = (tuple((name, int(c * common)) for name, c in f.terms) for f in forms)
    constants = [int(f.constant * common) for f in forms]
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


def form_value(form: Form, numbers: dict[str, Number]) -> tuple[int, int]:
    """Return the value as numerator and denominator. A denominator of 0 or less means that there is no value.

    Raises:
        KeyError: A reading is not there.
    """
    if form.pair is not None:
        above, below = numbers[form.pair[0]], numbers[form.pair[1]]
    elif form.single is not None:
        above, below = numbers[form.single], 1
    else:
        above, below = form.above_constant, form.below_constant
        for name in form.cancelled:
            numbers[name]
        for name, factor in form.above:
            above += factor * numbers[name]
        for name, factor in form.below:
            below += factor * numbers[name]
    if type(above) is int and type(below) is int:
        return above, below
    if below <= 0:
        return 0, 0
    top, top_parts = above.as_integer_ratio()
    bottom, bottom_parts = below.as_integer_ratio()
    return top * bottom_parts, top_parts * bottom
