"""Ranks by totals, as the rulebook shares them among equals."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


def ranks(totals: NDArray[Any], ties: Literal["competition", "dense"] = "competition") -> NDArray[np.int64]:
    """Return the rank of each unit, 1 for the highest total; equals share a rank.

    Example:
        >>> ranks(np.array([5, 9, 5, 1])).tolist(), ranks(np.array([5, 9, 5, 1]), "dense").tolist()
        ([2, 1, 2, 4], [2, 1, 2, 3])
    """
    _, places, counts = np.unique(-totals, return_inverse=True, return_counts=True)
    if ties == "dense":
        return (places + 1).astype(np.int64)
    return (np.cumsum(counts) - counts + 1)[places].astype(np.int64)
