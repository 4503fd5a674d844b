"""From the arguments of a command to a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieuchi.cli.options import Lang

if TYPE_CHECKING:
    from tieuchi.model.rulebook import Rulebook
    from tieuchi.model.scorecard import Scorecard


def load_and_assess(
    rulebook: str, readings: str, *, locale: Lang | None, unit: str | None, group: str | None, exact: bool
) -> tuple[Rulebook, Scorecard]:
    """Load a rulebook and readings and score the unit."""
    from tieuchi.api import load_group, load_readings, load_rulebook, score

    book = load_rulebook(rulebook)
    number_locale = locale.value if locale else None
    found = load_readings(readings, book, locale=number_locale, unit=unit)
    others = load_group(group, book, locale=number_locale) if group else ()
    return book, score(book, found, group=others, road="exact" if exact else "both")
