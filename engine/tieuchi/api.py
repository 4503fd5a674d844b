"""The public functions, as Python programs and the command line call them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieuchi.assess import Assessor, Road, assess
from tieuchi.loading.bundled import catalogue_names, readings_path
from tieuchi.loading.catalogue import load_catalogue
from tieuchi.loading.readings import load_readings as _load_readings
from tieuchi.loading.rulebook import load_rulebook
from tieuchi.model.indicator import Indicator
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard


def load_readings(
    name: str | Path, book: Rulebook | None = None, *, locale: str | None = None, unit: str | None = None
) -> Readings:
    """Load the readings of one unit from a YAML, CSV, JSON or XLSX file, or by bundled name.

    Args:
        name: A path, ``workbook.xlsx[Sheet]``, or the name of bundled readings.
        book: The rulebook whose indicators are read; without it, those of the bundled catalogues.
        locale: ``vi`` or ``en``: how numbers in text are written, where the file does not say.
        unit: The unit, where the file has several.

    Raises:
        UnknownNameError: There is no such file, bundled name or unit.
        ReadingsError: With everything that is wrong, each with its place.
    """
    if book is not None:
        indicators = {indicator.id: indicator for indicator in book.indicators}
    else:
        indicators = bundled_indicators()
    return _load_readings(readings_path(str(name)), indicators, locale=locale, unit=unit)


def bundled_indicators() -> dict[str, Indicator]:
    """Return the indicators of all bundled catalogues, by id."""
    return {i.id: i for name in catalogue_names() for i in load_catalogue(name).indicators}


def score(book: Rulebook, readings: Readings, *, group: Sequence[Readings] = (), road: Road = "both") -> Scorecard:
    """Score one unit.

    Args:
        book: The rulebook.
        readings: The figures of the unit.
        group: The figures of the units that relative scales compare with.
        road: ``both`` lets durable-rules decide too and compares; ``exact`` goes without it.

    Raises:
        DisagreementError: The two roads differ.
    """
    return assess(book, readings, group, road)


__all__ = ["Assessor", "load_readings", "load_rulebook", "score"]
