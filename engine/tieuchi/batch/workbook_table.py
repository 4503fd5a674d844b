"""A sheet of an .xlsx workbook as a table: who stands in a row as text, figures as cells that keep type and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tieuchi.batch.arrow import texts
from tieuchi.batch.csv_header import declared_locale, distinct_names
from tieuchi.errors import Position, ReadingsError
from tieuchi.loading.readings_given import Cell, Report, refusal
from tieuchi.loading.readings_package import MOST_BYTES
from tieuchi.loading.readings_xlsx import parse_xlsx
from tieuchi.loading.table_columns import column_of

TEXT_COLUMNS = frozenset({"unit", "unit_name", "unit_kind", "unit_parent", "period", "indicator", "source"})


@dataclass(frozen=True, slots=True)
class WorkbookTable:
    """One sheet: columns of text, columns of cells, the row of each line, the locale it declares, where heads stand."""

    texts: pa.Table
    cells: dict[str, Sequence[Cell | None]]
    lines: NDArray[np.int64]
    locale: str | None
    heads: Mapping[str, Position]


def workbook_table(path: Path, sheet: str | None = None, locale: str | None = None) -> WorkbookTable:
    """Read a sheet, the first visible one if none is named.

    Raises:
        ReadingsError: The workbook can't be read safely, or its header is none.
    """
    name = str(path)
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise refusal("D403", Position(name), most=MOST_BYTES, size=path.stat().st_size)
    report = Report(name)
    rows = parse_xlsx(data, name, sheet, report)
    report.check()
    first = next((cell for cell in rows[0] if not cell.blank), None) if rows else None
    if first is not None and first.text.startswith("#"):
        locale, rows = declared_locale(first.text, first.at, locale), rows[1:]
    if not rows:
        raise refusal("D405", Position(name))
    header, body = rows[0], rows[1:]
    faults = [cell.fault for cell in header if cell.fault is not None]
    if faults:
        raise ReadingsError(faults)
    heads = distinct_names([(cell.text, cell.at) for cell in header])
    names = list(heads)
    width = max((at for row in body for at, cell in enumerate(row, 1) if not cell.blank), default=0)
    names += [f"\x00{place}" for place in range(len(names) + 1, width + 1)]
    columns = {name: [row[place] if place < len(row) else None for row in body] for place, name in enumerate(names)}
    words = {name: _texts(column) for name, column in columns.items() if _is_text(name, column)}
    cells: dict[str, Sequence[Cell | None]] = {name: c for name, c in columns.items() if name not in words}
    lines = np.array([row[0].at.line for row in body], np.int64)
    # A table of no columns would have no rows either.
    return WorkbookTable(pa.table(words or {"\x00rows": texts([""] * len(body))}), cells, lines, locale, heads)


def _is_text(name: str, column: Sequence[Cell | None]) -> bool:
    """Say whether a column is read as text; where some cell has a fault, all stay cells, so that it is told."""
    return column_of(name) in TEXT_COLUMNS and not any(cell is not None and cell.fault for cell in column)


def _texts(column: Sequence[Cell | None]) -> Any:
    return texts(["" if cell is None else cell.text for cell in column])
