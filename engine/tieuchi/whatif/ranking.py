"""Ranks by totals, as the rulebook shares them among equals."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Ties = Literal["competition", "dense"]


def ranks(
    totals: NDArray[Any], ties: Ties = "competition", settled: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """Return the rank of each unit, 1 for the highest total; equals share a rank.

    Units that are not ``settled`` have no rank, told as 0, and take no place from others.

    Example:
        >>> ranks(np.array([5, 9, 5, 1])).tolist(), ranks(np.array([5, 9, 5, 1]), "dense").tolist()
        ([2, 1, 2, 4], [2, 1, 2, 3])
        >>> ranks(np.array([5, 9, 1]), settled=np.array([True, False, True])).tolist()
        [1, 0, 2]
    """
    if settled is not None:
        found = np.zeros(len(totals), np.int64)
        found[settled] = ranks(totals[settled], ties)
        return found
    _, places, counts = np.unique(-totals, return_inverse=True, return_counts=True)
    if ties == "dense":
        return (places + 1).astype(np.int64)
    return (np.cumsum(counts) - counts + 1)[places].astype(np.int64)
