"""Reading ahead and writing behind change neither order nor what is told of a failure."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from tieuchi.batch.ahead import ahead, aside


def test_the_next_item_is_made_while_one_is_worked_on() -> None:
    asked = threading.Event()

    def numbers() -> Generator[int]:
        yield 1
        asked.set()
        yield 2

    found = ahead(numbers())
    assert next(found) == 1
    assert asked.wait(10)
    assert list(found) == [2]


def test_what_goes_wrong_in_reading_comes_in_its_place() -> None:
    def broken() -> Generator[int]:
        yield 1
        raise LookupError("second")

    found = ahead(broken())
    assert next(found) == 1
    with pytest.raises(LookupError, match="second"):
        next(found)


def test_who_stops_early_closes_what_is_read() -> None:
    closed = threading.Event()

    def numbers() -> Generator[int]:
        try:
            yield from range(10)
        finally:
            closed.set()

    found = ahead(numbers())
    next(found)
    found.close()
    assert closed.is_set()


def test_items_are_worked_on_in_their_order() -> None:
    done: list[int] = []
    with aside(done.append) as give:
        for number in range(20):
            give(number)
    assert done == list(range(20))


def test_what_goes_wrong_in_writing_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), aside(lambda number: 1 // number) as give:
        give(0)
