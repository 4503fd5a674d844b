"""Reading and writing beside the reckoning: one thread makes the next part, another writes the one before."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")


def ahead(items: Generator[Item]) -> Generator[Item]:
    """Yield what a generator yields, the next item being made in a thread while one is worked on.

    Example:
        >>> list(ahead(number for number in range(3)))
        [0, 1, 2]
    """
    end: Any = object()
    with ThreadPoolExecutor(1) as pool:
        try:
            waiting = pool.submit(next, items, end)
            while (item := waiting.result()) is not end:
                waiting = pool.submit(next, items, end)
                yield item
        finally:
            pool.submit(items.close)


@contextmanager
def aside(work: Callable[[Item], Any]) -> Iterator[Callable[[Item], None]]:
    """Give what to hand items to that a thread works on, one behind; what went wrong is raised with the next one."""
    with ThreadPoolExecutor(1) as pool:
        waiting: list[Future[Any]] = []

        def give(item: Item) -> None:
            while waiting:
                waiting.pop().result()
            waiting.append(pool.submit(work, item))

        yield give
        while waiting:
            waiting.pop().result()
