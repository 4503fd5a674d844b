"""Other engines, each given the same rules and the same units, each as fast as its own manual tells to run it.

A peer is a module with ``prepared(case) -> Prepared``. What is done once for a rulebook or a table stands outside of
``run``, which is timed; ``matrix`` turns what ``run`` returns into points, a row for each sub-criterion.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

NAMES = ("polars", "duckdb", "numpy", "openfisca", "zen", "durable")


@dataclass(frozen=True)
class Prepared:
    """A peer ready to score: what to time, and how to read what it returns."""

    run: Callable[[], Any]
    matrix: Callable[[Any], Any]


def peer(name: str) -> ModuleType | str:
    """Return a peer, or why it can't be measured here."""
    try:
        return importlib.import_module(f"peers.{name}")
    except ImportError as error:
        return str(error)
