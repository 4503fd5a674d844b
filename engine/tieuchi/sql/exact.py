"""Exact sums, for where quanta leave it in doubt which way a sum is rounded: fractions over one denominator.

The denominators of a unit's slopes are multiplied as far as products of them fit the database's widest numbers. Where
they do not, a sum is NULL rather than perhaps wrong.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, lcm
from typing import NamedTuple

from tieuchi.sql.values import Writer, added, case, times

LARGEST = 1 << 62
"""No common denominator is greater."""


class Term(NamedTuple):
    """One part of an exact sum: ``top / (bottom * under)`` quanta, ``under`` a name or 1."""

    top: str
    bottom: int = 1
    under: str = "1"


class Exact(NamedTuple):
    """An exact sum. ``peak``: its terms are no greater than that many times the greatest points."""

    terms: tuple[Term, ...]
    peak: int = 1

    def plus(self, other: Exact) -> Exact:
        """Return the sum of both."""
        return Exact(self.terms + other.terms, max(self.peak, other.peak))

    def negative(self) -> Exact:
        """Return the sum with its sign changed."""
        return Exact(tuple(Term(f"(-{term.top})", term.bottom, term.under) for term in self.terms), self.peak)


class End(NamedTuple):
    """Least or most points of a part, in quanta; ``exact``, where some sum may ask for that."""

    quanta: str
    exact: Exact | None = None


def over_one(writer: Writer, exact: Exact, near: str, room: tuple[int, int]) -> tuple[str, str] | None:
    """Return an exact sum as one quotient where ``near`` holds and it fits, else NULL; None where none can fit.

    Args:
        writer: The query.
        exact: The sum.
        near: When it is asked for.
        room: What the quotient's upper and lower end will be multiplied with, at most, when it is rounded.
    """
    common = lcm(*(term.bottom for term in exact.terms))
    most = 4 * common * max(writer.program.most_points * exact.peak * room[0], room[1])
    limit = min(LARGEST, (1 << writer.dialect.wide_bits) // most)
    if not limit:
        return None
    shared = writer.name(case([(near, "1")], "NULL"), "shared")
    unders = list(dict.fromkeys(term.under for term in exact.terms if term.under != "1"))
    for under in unders:
        quotient = writer.dialect.divided(str(limit), under)
        rows = [
            (f"{under} <= {shared} AND {shared} % {under} = 0", shared),
            (f"{shared} <= {quotient}", times(writer.widened(shared), under)),
        ]
        shared = writer.name(case(rows, "NULL"), "shared")
    wide = writer.widened(shared)
    # The rest is NULL where the sum does not fit: it comes first, so that nothing overflows before.
    tops = [
        times(common // term.bottom, _rest(writer, shared, term.under), writer.widened(term.top))
        for term in exact.terms
    ]
    return writer.name(added(tops), "exact"), writer.name(times(common, wide), "bottom")


def _rest(writer: Writer, shared: str, under: str) -> str:
    return writer.widened(shared) if under == "1" else writer.dialect.divided(shared, under, wide=True)


def rescaled(writer: Writer, exact: Exact, most: int, factor: str, parts: str) -> Exact | None:
    """Return a sum brought from the maximum of its parts to the whole one; None where that can't fit."""
    terms, peak = [], exact.peak * most
    widest = max((term.bottom for term in exact.terms), default=1)
    limit = min(LARGEST, (1 << writer.dialect.wide_bits) // (writer.program.most_points * peak * widest))
    if not limit:
        return None
    for term in exact.terms:
        under, top = parts, times(writer.widened(term.top), factor)
        if term.under != "1":
            fits = f"{term.under} <= {writer.dialect.divided(str(limit), parts)}"
            under = writer.name(case([(fits, times(term.under, parts))], "NULL"), "under")
            top = case([(fits, top)], "NULL")
        terms.append(Term(writer.name(top, "part"), term.bottom, under))
    return Exact(tuple(terms), peak)


def capped(writer: Writer, exact: Exact, end: str, limit: tuple[int, int], doubt: Fraction) -> Exact | None:
    """Return a sum cut down to a limit; NULL where it is so near to the limit that quanta can't tell.

    Args:
        writer: The query.
        exact: The sum.
        end: The same in quanta.
        limit: A quotient of quanta.
        doubt: How many quanta one may be from the other.
    """
    top, bottom = limit
    if all(term.under == "1" for term in exact.terms):
        return _capped(writer, exact, top, bottom)
    reach, margin = top // bottom, ceil(doubt) + 1
    under, over = f"{end} < {reach - margin}", f"{end} > {reach + margin}"
    terms = [
        Term(writer.name(case([(under, term.top), (over, "0")], "NULL"), "part"), term.bottom, term.under)
        for term in exact.terms
    ]
    more = Term(writer.name(case([(under, "0"), (over, str(top))], "NULL"), "capped"), bottom)
    return Exact((*terms, more), exact.peak)


def _capped(writer: Writer, exact: Exact, top: int, bottom: int) -> Exact | None:
    """Return a sum without denominators that are readings cut down to a limit; None where it may not fit."""
    common = lcm(bottom, *(term.bottom for term in exact.terms))
    peak = 2 * writer.program.most_points * exact.peak * common
    if peak >= 1 << writer.dialect.wide_bits:
        return None
    wide = writer.widened if peak >= LARGEST else writer.long
    whole = added(times(wide(term.top), common // term.bottom) for term in exact.terms)
    least = f"{writer.dialect.least}({whole}, {top * (common // bottom)})"
    return Exact((Term(writer.name(least, "capped"), common),), exact.peak)
