"""``batch --out ranking.xlsx``: from the results of a run to the workbook of many units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieuchi.errors import Issue, Position, ReadingsError

if TYPE_CHECKING:
    from tieuchi.batch.run import Run
    from tieuchi.words.language import Language
    from tieuchi.workbook.ranking import Row

MOST_UNITS = 20_000
"""More rows make a workbook that office programs open badly; larger tables go to Parquet or CSV."""


def write_ranking(run: Run, out: Path, language: Language, *, unit_sheets: bool = False) -> None:
    """Write ranking and matrix of all units, and a sheet for each of the first ones if asked.

    Raises:
        ReadingsError: B643 there are more units than such a workbook holds.
    """
    from tieuchi.batch.files import whole_file
    from tieuchi.batch.score import result_tables
    from tieuchi.words.batch_terms import batch_term
    from tieuchi.workbook.ranking import columns_of, ranking_bytes

    book = run.plan.book
    rows: list[Row] = []
    for table in result_tables(run, "full"):
        rows += _rows([column.id for column in columns_of(book.criteria, language)], table, run.reader.group, language)
        if len(rows) > MOST_UNITS:
            facts = {"most": str(MOST_UNITS), "count": str(run.summary.units)}
            raise ReadingsError([Issue("B643", Position(str(out)), facts=facts)])
    if len({row.group for row in rows}) == 1:
        rows = [replace(row, group="") for row in rows]
    columns = columns_of(book.criteria, language)
    note = batch_term("places", language, places=len(str(book.quantum.denominator)) - 1)
    data = ranking_bytes(book.title.of(language), columns, rows, language, unit_sheets=unit_sheets, note=note)
    with whole_file(out) as place:
        place.write_bytes(data)


def _rows(ids: list[str], table: Any, group: Sequence[str], language: Language) -> Iterator[Row]:
    from tieuchi.workbook.ranking import Row

    for line in table.to_pylist():
        yield Row(
            line["unit"], line.get("unit_name") or "", line.get("rank"), _number(line["total"]),
            {name: _number(line.get(name)) for name in ids}, line.get("grade") or "",
            _number(line["total:low"]), _number(line["total:high"]), _clauses(ids, line, language),
            ", ".join(filter(None, map(line.get, group))),
            {name: _number(line.get(f"{name}:lost")) for name in ("total", *ids)},
        )  # fmt: skip


def _number(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _clauses(ids: list[str], line: Mapping[str, Any], language: Language) -> dict[str, str]:
    from tieuchi.words.terms import clause_words

    found = {name: line.get(f"{name}:clause") for name in ids}
    return {name: clause_words(clause, language) for name, clause in found.items() if clause}
