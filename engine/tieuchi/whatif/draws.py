"""Draws of uncertain figures: whole numbers at a column's scale, the same for the same seed whatever runs where.

Uniform numbers come from a counter-based generator whose counter names the block of runs and the stream of one figure
of one unit, so no draw depends on which was made before. They are turned into figures by inverse distributions; floats
end there, and what is scored are whole numbers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.scenario import Noise
from tieuchi.whatif.reach import Room

BLOCK = 1024
"""Runs that share a counter."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def uniforms(seed: int, stream: str, block: int) -> Floats:
    """Return the uniform numbers of one stream for one block of runs.

    Example:
        >>> bool((uniforms(1, "a/b", 3) == uniforms(1, "a/b", 3)).all())
        True
    """
    name = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "big")
    counter = np.array([0, 0, block, name], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, 0], np.uint64), counter=counter))
    return generator.random(BLOCK)


@dataclass(frozen=True, slots=True)
class Drawer:
    """How one figure is drawn: from a uniform number to a whole number over ``scale``."""

    noise: Noise
    now: Fraction
    scale: int
    room: Room
    table: Floats | None = None

    def figures(self, uniform: Floats) -> Ints:
        """Return figures for uniform numbers."""
        numbers = self._raw(uniform)
        low, high = (None if end is None else int(end * self.scale) for end in (self.room.low, self.room.high))
        return np.clip(numbers, low, high).astype(np.int64) if low is not None or high is not None else numbers

    def _raw(self, uniform: Floats) -> Ints:
        noise = self.noise
        if noise.respondents is not None:
            assert self.table is not None
            heads = np.searchsorted(self.table, uniform).astype(np.int64)
            return (2 * heads * self.scale + noise.respondents) // (2 * noise.respondents)
        if noise.at_least is not None and noise.at_most is not None:
            step = noise.step or max((noise.at_most - noise.at_least) / 20, self.room.grain)
            count = int((noise.at_most - noise.at_least) / step) + 1
            places = np.minimum((uniform * count).astype(np.int64), count - 1)
            return (places * int(step * self.scale)) + int(noise.at_least * self.scale)
        from scipy.special import ndtri

        spread = noise.error if noise.error is not None else abs(self.now) * (noise.relative_error or 0)
        grain = max(int(self.room.grain * self.scale), 1)
        moved: Any = float(self.now * self.scale) + float(spread * self.scale) * ndtri(np.clip(uniform, 1e-300, None))
        drawn: Ints = (np.floor(moved / grain + 0.5) * grain).astype(np.int64)
        return drawn


def drawer(noise: Noise, now: Fraction, scale: int, room: Room) -> Drawer:
    """Return how a figure is drawn."""
    table = None
    if noise.respondents is not None:
        from scipy.stats import binom

        share = min(max(float(now), 0.0), 1.0)
        table = binom.cdf(np.arange(noise.respondents), noise.respondents, share)
    return Drawer(noise, now, scale, room, table)
