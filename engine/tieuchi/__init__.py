"""Score public criteria by published rules, exactly, and say which rule gave or took each point.

Example:
    >>> from tieuchi import load_readings, load_rulebook, score
    >>> book = load_rulebook("par-index-province/2017")
    >>> card = score(book, load_readings("soc-trang-2017", book))
    >>> card.total.points, card["8.2"].points
    (Fraction(73768843, 990000), Fraction(1, 2))
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which takes longer to load than all else a command has to wait for here

if TYPE_CHECKING:
    from typing import Any

    from tieuchi.api import load_readings, load_rulebook, score
    from tieuchi.errors import (
        DisagreementError,
        ReadingsError,
        RulebookError,
        ScenarioError,
        TieuchiError,
        UnknownNameError,
    )

__version__ = "0.1.0"
__all__ = [
    "DisagreementError",
    "ReadingsError",
    "RulebookError",
    "ScenarioError",
    "TieuchiError",
    "UnknownNameError",
    "load_readings",
    "load_rulebook",
    "score",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``tieuchi --help`` loads no model."""
    if name not in __all__:
        raise AttributeError(name)
    from tieuchi import api, errors

    return getattr(api if hasattr(api, name) else errors, name)
