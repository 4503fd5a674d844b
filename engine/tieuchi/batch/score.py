"""The whole way from a table to a file, or from a frame to a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from tieuchi.batch.frame import Reader
from tieuchi.batch.long import wide_source
from tieuchi.batch.output import Detail, error_table, table_of, write_tables
from tieuchi.batch.run import Run, Summary
from tieuchi.batch.source import open_source
from tieuchi.columnar.road import Road
from tieuchi.errors import UnknownNameError
from tieuchi.model.plan import Plan

Advance = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a table is scored. ``errors`` is where rows that were not scored are listed; beside the result if None."""

    strict: bool = False
    ignore_extra: bool = False
    group: str = "period"
    detail: str = "full"
    road: str = "auto"
    locale: str | None = None
    errors: Path | None = None
    language: Literal["vi", "en"] = "vi"
    ranked: bool = True


def _run(plan: Plan, table: Any, options: BatchOptions, advance: Advance | None) -> Run:
    if options.detail not in ("totals", "points", "full"):
        raise UnknownNameError("option", options.detail, ("totals", "points", "full"))
    if options.road not in ("auto", "numpy", "numba"):
        raise UnknownNameError("option", options.road, ("auto", "numpy", "numba", "spark"))
    source = wide_source(open_source(table), plan)
    locale = options.locale or source.locale
    reader = Reader(plan, source.name, locale, options.group, options.ignore_extra)
    road: Road = options.road  # type: ignore[assignment]

    def progress(step: str, rows: int) -> None:
        if advance is not None:
            advance(step, rows, source.rows)

    return Run(plan, source, reader, road, options.strict, options.ranked, progress)


def score_file(plan: Plan, table: Any, out: Path, options: BatchOptions, advance: Advance | None = None) -> Summary:
    """Score a table into a file; rows that can't be scored go into a table of errors.

    Raises:
        ReadingsError: With ``strict``, everything that is wrong; nothing is written then.
        UnknownNameError: A file or a kind of file that is not known.
    """
    run = _run(plan, table, options, advance)
    detail: Detail = options.detail  # type: ignore[assignment]
    write_tables(_tables(run, detail), out)
    if run.summary.issues:
        beside = options.errors or out.with_name(f"{out.stem}.errors.csv")
        write_tables(iter([error_table(run.summary.issues, options.language)]), beside)
    return run.summary


def _tables(run: Run, detail: Detail) -> Iterator[pa.Table]:
    for scored in run.scored():
        yield table_of(run.plan, scored, detail)


def score_frame(plan: Plan, frame: Any, options: BatchOptions | None = None) -> tuple[pa.Table, Summary]:
    """Score a pandas, polars or Arrow frame; return an Arrow table and what the run came to."""
    chosen = options or BatchOptions()
    run = _run(plan, frame, chosen, None)
    detail: Detail = chosen.detail  # type: ignore[assignment]
    tables = list(_tables(run, detail))
    return pa.concat_tables(tables, promote_options="permissive"), run.summary
