"""Memory for large results: the pages of a result that is gone serve the next one.

A page that a process touches for the first time costs more than scoring what is written into it. Memory that is given
back is therefore kept, marked so that the system may take its pages whenever it is short of them (``MADV_FREE``). An
array owns its memory as long as it or any view of it lives; only what nobody can reach is handed out again.
"""

from __future__ import annotations

import mmap
import weakref
from collections import deque
from math import prod
from typing import Any

import numpy as np

LEAST = 1 << 22
"""Bytes from which memory is kept; less is soon touched."""
MOST = 1 << 30
"""Bytes that are kept at most; what was given back first goes first."""
_kept: deque[mmap.mmap] = deque()


class _Lease:
    """What an array and all its views hold on to."""

    __slots__ = ("__array_interface__", "__weakref__")

    def __init__(self, memory: mmap.mmap, shape: tuple[int, ...], kind: Any) -> None:
        place = np.frombuffer(memory, np.uint8).ctypes.data
        self.__array_interface__ = {"version": 3, "shape": shape, "typestr": kind.str, "data": (place, False)}


def room(shape: tuple[int, ...], kind: Any) -> np.ndarray[Any, Any]:
    """Return an array as ``numpy.empty`` does, in memory that was used before if there is some of its size."""
    kind = np.dtype(kind)
    size = -(-prod(shape) * kind.itemsize // LEAST) * LEAST
    if size <= LEAST or kind.hasobject or not hasattr(mmap, "MADV_FREE"):
        return np.empty(shape, kind)
    memory = _taken(size)
    lease = _Lease(memory, shape, kind)
    weakref.finalize(lease, _give_back, memory).atexit = False
    return np.asarray(lease)


def _taken(size: int) -> mmap.mmap:
    """Return memory of a size. Others may take and give back meanwhile: each step on the queue is whole by itself."""
    for _ in range(len(_kept)):
        try:
            memory = _kept.popleft()
        except IndexError:
            break
        if len(memory) == size:
            return memory
        _kept.append(memory)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _give_back(memory: mmap.mmap) -> None:
    memory.madvise(mmap.MADV_FREE)
    _kept.append(memory)
    while len(_kept) and sum(map(len, tuple(_kept))) > MOST:
        _kept.popleft()
