"""Reading and writing beside the reckoning: one thread makes the next parts, another writes the ones before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
APART = 2
"""Parts that a thread may be ahead or behind: with one alone each waits whenever another is slow for a moment."""


def ahead(items: Generator[Item]) -> Generator[Item]:
    """Yield what a generator yields, the next items being made in a thread while one is worked on.

    Example:
        >>> list(ahead(number for number in range(3)))
        [0, 1, 2]
    """
    end: Any = object()
    with ThreadPoolExecutor(1) as pool:
        try:
            waiting = deque(pool.submit(next, items, end) for _ in range(APART))
            while (item := waiting.popleft().result()) is not end:
                waiting.append(pool.submit(next, items, end))
                yield item
        finally:
            pool.submit(items.close)


@contextmanager
def aside(work: Callable[[Item], Any]) -> Iterator[Callable[[Item], None]]:
    """Give what to hand items to that a thread works on, a bit behind; what goes wrong is raised with a later one."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[Future[Any]] = deque()

        def give(item: Item) -> None:
            while len(waiting) >= APART:
                waiting.popleft().result()
            waiting.append(pool.submit(work, item))

        yield give
        while waiting:
            waiting.popleft().result()
