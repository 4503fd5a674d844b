"""Units of a table, kept as the columns they were read into; one becomes readings only when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, overload

import numpy as np

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.errors import ReadingsError
from tieuchi.loading.fitting import check_fit
from tieuchi.loading.readings import load_all_readings
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings

if TYPE_CHECKING:
    from tieuchi.batch.frame import Part

BY_FIGURES = (".csv", ".tsv", ".xlsx")
"""Tables that can be read figure by figure as well, as all other files of readings are."""
ONLY_BY_COLUMNS = (".parquet", ".arrow", ".feather", ".ipc")
_SHEET = re.compile(r"\[[^\[\]]+\]$")


class TableUnits(Sequence[Readings]):
    """All units of a table, in its order.

    ``program`` is the rulebook at the scales of the columns in ``rows``.
    """

    def __init__(self, plan: Plan, program: Program, part: Part) -> None:
        self.plan, self.program, self.rows = plan, program, part.rows
        self._part = part
        self._made: dict[int, Readings] = {}
        self.names: tuple[str, ...] = tuple(part.units["unit"].to_pylist())
        called = part.units["unit_name"].to_pylist() if "unit_name" in part.units else self.names
        self.titles = tuple(title or name for title, name in zip(called, self.names, strict=True))

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> Readings: ...
    @overload
    def __getitem__(self, place: slice) -> list[Readings]: ...
    def __getitem__(self, place: int | slice) -> Readings | list[Readings]:
        """Return one unit, or some."""
        from tieuchi.batch.exact import readings_at

        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        row = range(len(self))[place]
        if row not in self._made:
            self._made[row] = readings_at(self.plan, self.program, self._part, row)
        return self._made[row]


def load_units(plan: Plan, path: str, locale: str | None = None) -> Sequence[Readings]:
    """Return all units of a file of readings.

    A table that can be taken as it is, is read by columns. Of one that is refused each figure is judged by itself, so
    that all that is wrong is told with its line and column, or its cell.

    Raises:
        ReadingsError: With everything that is wrong.
    """
    refused = None
    suffix = "." + _SHEET.sub("", path).rpartition(".")[2].casefold()
    if suffix in (*BY_FIGURES, *ONLY_BY_COLUMNS) and find_spec("pyarrow") is not None:
        try:
            return table_units(plan, path, locale)
        except ReadingsError as error:
            refused = error
    if suffix in ONLY_BY_COLUMNS and refused is not None:
        raise refused
    found = load_all_readings(path, {indicator.id: indicator for indicator in plan.book.indicators}, locale=locale)
    check_fit(found, plan.book)
    if refused is not None:
        raise refused
    return found


def table_units(plan: Plan, table: str, locale: str | None = None) -> TableUnits:
    """Return the units of a table.

    Raises:
        ReadingsError: Any row or column of it is refused.
    """
    import pyarrow as pa

    from tieuchi.batch.frame import Part
    from tieuchi.batch.score import BatchOptions, open_run

    run = open_run(plan, table, BatchOptions(strict=True, group="", ranked=False, locale=locale))
    parts = list(run.parts("read"))
    if not parts:
        raise ReadingsError(run.summary.issues)
    names = dict.fromkeys(name for part in parts for name in part.units)
    units = {name: pa.concat_arrays([_flat(part.units[name]) for part in parts]) for name in names}
    scales, lines = dict(run.reader.scales), np.concatenate([part.lines for part in parts])
    whole = Part(_joined(parts, scales), units, scales, [], lines, parts[0].name)
    return TableUnits(plan, run.reader.program(whole), whole)


def _flat(column: object) -> object:
    combine = getattr(column, "combine_chunks", None)
    return column if combine is None else combine()


def _joined(parts: Sequence[Part], scales: dict[str, int]) -> Rows:
    """Return the rows of all parts, brought to the finest scale of any."""
    from tieuchi.batch.cells import rescaled

    if len(parts) == 1:
        return parts[0].rows
    columns = {}
    for name in parts[0].rows.columns:
        own = [
            rescaled(part.rows.columns[name], scales[name] // part.scales[name]) if name in part.scales
            else part.rows.columns[name]
            for part in parts
        ]  # fmt: skip
        columns[name] = _column(own)
    kinds = [part.rows.kinds for part in parts]
    together = None if any(one is None for one in kinds) else np.concatenate([k for k in kinds if k is not None])
    return replace(parts[0].rows, count=sum(part.rows.count for part in parts), columns=columns, kinds=together)


def _column(parts: Sequence[Column]) -> Column:
    """Return columns one after the other."""
    starts = np.cumsum([0, *(len(part.values) for part in parts)]).tolist()
    states = None
    if any(part.states is not None for part in parts):
        every = [np.zeros(len(p.values), np.uint8) if p.states is None else p.states for p in parts]
        states = np.concatenate(every)
    below = [part.below for part in parts if part.below is not None]
    exact = {start + row: v for start, part in zip(starts, parts, strict=False) for row, v in part.exact.items()}
    return Column(
        np.concatenate([part.values for part in parts]), states, np.concatenate(below) if below else None, exact
    )


def columns_of(plan: Plan, readings: Sequence[Readings]) -> tuple[Program, Rows]:
    """Return many units as columns, and the rulebook at their scales."""
    if isinstance(readings, TableUnits):
        return readings.program, readings.rows
    return rows_of(plan, readings)


def titles_of(readings: Sequence[Readings]) -> tuple[str, ...]:
    """Return what units are called: their names, or else their ids."""
    return readings.titles if isinstance(readings, TableUnits) else tuple(r.unit.name or r.unit.id for r in readings)


def names_of(readings: Sequence[Readings]) -> tuple[str, ...]:
    """Return the ids of units."""
    return readings.names if isinstance(readings, TableUnits) else tuple(one.unit.id for one in readings)
