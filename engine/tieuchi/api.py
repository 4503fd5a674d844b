"""The public functions, as Python programs and the command line call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieuchi.assess import Assessor, Road, assess
from tieuchi.errors import Issue
from tieuchi.loading.bundled import catalogue_names, readings_path
from tieuchi.loading.catalogue import load_catalogue
from tieuchi.loading.fitting import check_fit
from tieuchi.loading.readings import load_all_readings
from tieuchi.loading.readings import load_readings as _load_readings
from tieuchi.loading.rulebook import fingerprint, load_rulebook
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard


def load_readings(
    name: str | Path, book: Rulebook | None = None, *, locale: str | None = None, unit: str | None = None
) -> Readings:
    """Load the readings of one unit from a YAML, CSV, JSON or XLSX file, a filled form, or by bundled name.

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
    path = readings_path(str(name))
    found = None if book is None else _filled_form(path, book, unit)
    if found is None:
        found = _load_readings(path, indicators, locale=locale, unit=unit)
    if book is not None:
        check_fit([found], book)
    return found


def _filled_form(path: Path, book: Rulebook, unit: str | None) -> Readings | None:
    """Return the readings of one unit of a filled form, if the file is one."""
    if path.suffix.casefold() != ".xlsx":
        return None
    from tieuchi.workbook.form_reading import is_form, read_form_unit

    return read_form_unit(path, compile_plan(book), fingerprint(book), unit) if is_form(path) else None


def load_group(name: str | Path, book: Rulebook, *, locale: str | None = None) -> tuple[Readings, ...]:
    """Load the readings of all units of a file, to be compared with one another.

    Raises:
        UnknownNameError: There is no such file or bundled name.
        ReadingsError: With everything that is wrong, each with its place.
    """
    indicators = {indicator.id: indicator for indicator in book.indicators}
    found = load_all_readings(readings_path(str(name)), indicators, locale=locale)
    check_fit(found, book)
    return found


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


@dataclass(frozen=True, slots=True)
class TableScores:
    """Scores of all units of a table, as a frame of the kind that was given; rows not scored, with file and line."""

    frame: Any
    issues: tuple[Issue, ...]


def score_table(book: Rulebook, table: Any, **options: Any) -> TableScores:
    """Score all units of a table.

    Args:
        book: The rulebook.
        table: A pandas, polars or Arrow frame, or the path of a .csv, .parquet, .arrow or .xlsx file, long or wide.
        options: Those of ``tieuchi.batch.score.BatchOptions``: ``strict``, ``ignore_extra``, ``group``, ``detail``,
            ``locale``, ``base``, ``register``, ``road``.

    Returns:
        Points, lost points, clauses and states of every sub-criterion, sums, rank and grade by unit; an Arrow table
        where a path was given.

    Raises:
        UnknownNameError: There is no such file, option or kind of table.
        ReadingsError: The table can't be read, or, with ``strict``, a row is wrong.

    Example:
        >>> import pyarrow
        >>> units = pyarrow.table({"unit": ["a"], "districts": [9]})
        >>> scores = score_table(load_rulebook("par-index-province/2017"), units)
        >>> scores.frame["total:high"][0].as_py() <= 100, scores.issues
        (True, ())
    """
    from tieuchi.batch.score import BatchOptions, score_frame

    found, summary = score_frame(compile_plan(book), table, BatchOptions(**options))
    kind = type(table).__module__.partition(".")[0]
    if kind == "pandas":
        return TableScores(found.to_pandas(), tuple(summary.issues))
    if kind == "polars":
        import polars

        return TableScores(polars.from_arrow(found), tuple(summary.issues))
    return TableScores(found, tuple(summary.issues))


__all__ = ["Assessor", "TableScores", "load_readings", "load_rulebook", "score", "score_table"]
