"""Rows of scales that compare with a group: what is earned just under, at and just above the best of the others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import Within, Witness
from tieuchi.boundary_book.sides import Near, nearby
from tieuchi.loading.witnesses import value_of
from tieuchi.model.canonical import Relative
from tieuchi.proofs.reach import Reach

_SHARES = (Fraction(1, 4), Fraction(3, 4))
_ROUND = (Fraction(100), Fraction(10), Fraction(2), Fraction(1), Fraction(1, 2))
"""Values that read well as the best of a group, if the scale has them."""


def leader_of(reach: Reach, place: int, measured: Relative) -> Witness | None:
    """Return readings of another unit that the unit is set against: better than nothing, and beyond a target."""
    least = measured.target or Fraction(0)
    for low in (*(r for r in _ROUND if r > least), None):
        interval = Interval(low=least, low_closed=False) if low is None else Interval(low, low)
        answer = reach.ask(reach.route(place).also(Within(measured.quotient, interval)))
        if isinstance(answer, Witness):
            return answer
    return None


def beside_leader(
    reach: Reach, place: int, measured: Relative, best: Fraction, grain: Fraction
) -> Iterator[tuple[Near | Literal["between"], Fraction | None, Witness]]:
    """Yield readings just beside the best value of the others, and on the way to it."""

    def asked(interval: Interval) -> Witness | None:
        answer = reach.ask(reach.route(place).also(Within(measured.quotient, interval)))
        return answer if isinstance(answer, Witness) else None

    for side, places in nearby(best, grain):
        found = next((witness for interval in places if (witness := asked(interval)) is not None), None)
        if found is not None:
            yield side, best, found
    start = measured.target or Fraction(0)
    for share in _SHARES:
        value = best / share if measured.best == "smallest" else start + (best - start) * share
        found = asked(Interval(value, value))
        if found is not None:
            yield "between", None, found


def best_with(measured: Relative, leader: Fraction, own: Witness) -> Fraction:
    """Return the best value of a group of two: the leader and the unit itself."""
    value = value_of(measured.quotient, own)
    if value is None:
        return leader
    return max(leader, value) if measured.best == "largest" else min(leader, value)
