"""Splitting a difference among its causes, without an order: Shapley values, exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TypeVar

Cause = TypeVar("Cause")


def shapley(causes: Sequence[Cause], value: Callable[[frozenset[Cause]], Fraction]) -> dict[Cause, Fraction]:
    """Return what each cause adds, averaged over every order in which they can come; together the whole difference.

    Args:
        causes: What can have come about.
        value: What holds when some of them have.

    Example:
        >>> split = shapley(["rules", "figures"], lambda s: Fraction(len(s) ** 2))
        >>> split["rules"], sum(split.values())
        (Fraction(2, 1), Fraction(4, 1))
    """
    known = {
        frozenset(part): value(frozenset(part))
        for size in range(len(causes) + 1)
        for part in combinations(causes, size)
    }
    count = len(causes)
    result: dict[Cause, Fraction] = {}
    for cause in causes:
        total = Fraction(0)
        for part, here in known.items():
            if cause not in part:
                weight = Fraction(factorial(len(part)) * factorial(count - len(part) - 1), factorial(count))
                total += weight * (known[part | {cause}] - here)
        result[cause] = total
    return result
