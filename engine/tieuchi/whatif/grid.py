"""Ranges of thresholds: ``LOW:HIGH[:STEP]``, and the variants that several of them make together."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from tieuchi.errors import Issue, ScenarioError
from tieuchi.model.number import exact_text, parse_number
from tieuchi.model.scenario import Change

MOST_VARIANTS = 1_000_000
PARTS = 20
"""Into how many steps a range is cut where none is given."""


def range_values(change: Change) -> tuple[Fraction, ...]:
    """Return the values of a range, both ends included.

    Raises:
        ScenarioError: It is no range, is empty, or makes too many values.

    Example:
        >>> from tieuchi.errors import Position
        >>> [str(v) for v in range_values(Change("8.2/b/at_least", "5%:15%:5%", Position("")))]
        ['1/20', '1/10', '3/20']
    """
    parts = change.text.split(":")
    try:
        numbers = [parse_number(part) for part in parts]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 3:
        raise _error("S710", change, text=change.text)
    low, high = numbers[0], numbers[min(1, len(numbers) - 1)]
    if low > high:
        raise _error("S711", change, low=exact_text(low), high=exact_text(high))
    step = numbers[2] if len(numbers) == 3 else (high - low) / PARTS or Fraction(1)
    if step <= 0:
        raise _error("S712", change, step=exact_text(step))
    count = int((high - low) / step) + 1
    if count > MOST_VARIANTS:
        raise _error("S713", change, count=count, most=MOST_VARIANTS)
    values = [low + step * place for place in range(count)]
    return (*values, high) if values[-1] != high else tuple(values)


def _error(code: str, change: Change, **facts: object) -> ScenarioError:
    return ScenarioError([Issue(code, change.at, facts={k: str(v) for k, v in facts.items()})])


def variant_places(sizes: Sequence[int], change: Change) -> NDArray[np.int64]:
    """Return every combination of places in lists of these sizes, one row each, the last list turning fastest.

    Raises:
        ScenarioError: S713: there are too many.
    """
    count = prod(sizes)
    if count > MOST_VARIANTS:
        raise _error("S713", change, count=count, most=MOST_VARIANTS)
    return np.stack([part.ravel() for part in np.indices(tuple(sizes), np.int64)], axis=1)
