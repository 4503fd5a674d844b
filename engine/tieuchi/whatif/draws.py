"""Draws of uncertain figures: whole numbers at a column's scale, the same for the same seed whatever runs where.

Uniform numbers come from a counter-based generator (Philox) whose counter names the run and the stream of one figure of
one unit, so no draw depends on which was made before. Each is turned into a figure by the inverse of its distribution,
which never falls: where both ends of a small cell of uniform numbers give the same figure, so does all between them,
and the cell is looked up. Floats end there; what is scored are whole numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.scenario import Noise
from tieuchi.whatif.reach import Room

LANES = 4
"""Numbers that one step of the generator's counter makes; draws begin at a multiple of it."""
CELLS = 1024
_MIXED = np.iinfo(np.int64).min
WORD = 1 << 62
"""Figures that are drawn are whole numbers below it."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def uniforms(seed: int, stream: str, first: int, count: int) -> Floats:
    """Return the uniform numbers of one stream for some runs, from ``first``, a multiple of ``LANES``, on.

    Example:
        >>> bool((uniforms(1, "a/b", 8, 4) == uniforms(1, "a/b", 0, 12)[8:]).all())
        True
    """
    assert first % LANES == 0
    name = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "big")
    counter = np.array([first // LANES, 0, 0, name], np.uint64)
    return np.random.Generator(np.random.Philox(key=np.array([seed, 0], np.uint64), counter=counter)).random(count)


@dataclass(frozen=True, slots=True)
class Drawer:
    """How one figure is drawn. ``inverse`` never falls; ``cells`` hold what it gives where that is one figure."""

    inverse: Callable[[Floats], Ints]
    cells: Ints | None

    def figures(self, uniform: Floats) -> Ints:
        """Return figures, whole numbers at the column's scale, for uniform numbers."""
        if self.cells is None:
            return self.inverse(uniform)
        found: Ints = self.cells[(uniform * CELLS).astype(np.intp)]
        mixed = np.flatnonzero(found == _MIXED)
        if len(mixed):
            found[mixed] = self.inverse(uniform[mixed])
        return found


def furthest(noise: Noise, now: Fraction) -> Fraction:
    """Return how far from zero what is drawn can be, at most: 38 standard deviations, or an end of its range."""
    if noise.at_least is not None and noise.at_most is not None:
        return max(abs(noise.at_least), abs(noise.at_most))
    spread = noise.error if noise.error is not None else abs(now) * (noise.relative_error or 0)
    return abs(now) + 38 * spread


def drawer(noise: Noise, now: Fraction, scale: int, room: Room) -> Drawer:
    """Return how a figure is drawn.

    Args:
        noise: How surely it is known.
        now: The figure as it was read.
        scale: What figures are multiplied with to be whole.
        room: What it can be at all; draws beyond stay at its ends.
    """
    raw = _raw(noise, now, scale, room)
    low, high = (None if end is None else min(max(int(end * scale), -WORD), WORD) for end in (room.low, room.high))

    def inverse(uniform: Floats) -> Ints:
        return np.clip(raw(uniform), low, high) if low is not None or high is not None else raw(uniform)

    ends = np.arange(CELLS + 1) / CELLS
    first, last = inverse(ends[:-1]), inverse(np.nextafter(ends[1:], 0))
    if 2 * int((first == last).sum()) < CELLS:
        return Drawer(inverse, None)
    return Drawer(inverse, np.where(first == last, first, _MIXED))


def _raw(noise: Noise, now: Fraction, scale: int, room: Room) -> Callable[[Floats], Ints]:
    """Return the inverse of a distribution, before it is held inside its room."""
    if noise.respondents is not None:
        return _asked(noise.respondents, now, scale)
    if noise.at_least is not None and noise.at_most is not None:
        step = noise.step or max((noise.at_most - noise.at_least) / 20, room.grain)
        return _evenly(noise.at_least * scale, step * scale, int((noise.at_most - noise.at_least) / step) + 1)
    spread = noise.error if noise.error is not None else abs(now) * (noise.relative_error or 0)
    return _normally(now * scale, spread * scale, max(int(room.grain * scale), 1))


def _asked(respondents: int, now: Fraction, scale: int) -> Callable[[Floats], Ints]:
    """Return the share of a new sample that says yes."""
    from scipy.stats import binom

    table = binom.cdf(np.arange(respondents), respondents, min(max(float(now), 0.0), 1.0))
    shares = (2 * np.arange(respondents + 1, dtype=np.int64) * scale + respondents) // (2 * respondents)
    return lambda uniform: shares[np.searchsorted(table, uniform)]


def _evenly(low: Fraction, step: Fraction, count: int) -> Callable[[Floats], Ints]:
    values = np.array([int(low + step * place) for place in range(count)], np.int64)
    return lambda uniform: values[np.minimum((uniform * count).astype(np.intp), count - 1)]


def _normally(now: Fraction, spread: Fraction, grain: int) -> Callable[[Floats], Ints]:
    from scipy.special import ndtri

    middle, wide, most = float(now) / grain + 0.5, float(spread) / grain, WORD / grain

    def inverse(uniform: Floats) -> Ints:
        moved: Any = ndtri(np.maximum(uniform, 1e-300))
        moved *= wide
        moved += middle
        grains: Ints = np.clip(np.floor(moved, out=moved), -most, most, out=moved).astype(np.int64)
        return grains * grain

    return inverse
