"""How far a long computation is, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how much is done, of how much in all."""


def silent(_done: int, _all: int) -> None:
    """Show no progress."""
