"""Just under, at, just above: as finely as a value is read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from tieuchi.algebra.interval import Interval

GRAINS = {"share": Fraction(1, 10_000), "amount": Fraction(1, 100), "whole": Fraction(1)}
"""How far "just beside" a threshold is: a hundredth of a per cent, a hundredth, or one of a count or a day."""


Near = Literal["under", "at", "above"]


def nearby(threshold: Fraction, grain: Fraction) -> Iterator[tuple[Near, tuple[Interval, ...]]]:
    """Yield where a value lies just under, at and just above a threshold: one grain off, else as near as can be.

    Example:
        >>> [(side, str(where[0].low)) for side, where in nearby(Fraction(7, 10), Fraction(1, 10_000))]
        [('under', '6999/10000'), ('at', '7/10'), ('above', '7001/10000')]
    """
    under, above = threshold - grain, threshold + grain
    widths = [grain * 10**power for power in range(1, 5)]
    yield (
        "under",
        (
            Interval(under, under),
            *(Interval(threshold - width, threshold, high_closed=False) for width in widths),
            Interval(high=threshold, high_closed=False),
        ),
    )
    yield "at", (Interval(threshold, threshold),)
    yield (
        "above",
        (
            Interval(above, above),
            *(Interval(threshold, threshold + width, low_closed=False) for width in widths),
            Interval(low=threshold, low_closed=False),
        ),
    )
