"""The whole way from a table to a file, or from a frame to a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tieuchi.batch.files import check_places, wide, write_tables
from tieuchi.batch.frame import Reader
from tieuchi.batch.long import wide_source
from tieuchi.batch.output import Detail, error_table, table_of
from tieuchi.batch.register import Register
from tieuchi.batch.rejects import Reject
from tieuchi.batch.run import BestChangedError, Run, Summary
from tieuchi.batch.source import Source, open_source, path_of
from tieuchi.batch.units import Fault, Parents, UnitCheck
from tieuchi.columnar.road import Road
from tieuchi.errors import Issue, ReadingsError, UnknownNameError
from tieuchi.model.plan import Plan
from tieuchi.words import Language

if TYPE_CHECKING:
    from tieuchi.batch.base import Base

Advance = Callable[[str, int, int | None], None]
DETAILS = ("totals", "points", "full")
ROADS = ("auto", "numpy", "numba", "spark")
GROUPS = ("", "period", "unit_kind", "unit_parent")


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a table is scored.

    Attributes:
        strict: One bad row refuses the table.
        ignore_extra: Columns that mean nothing are passed over.
        group: Column within whose groups units are ranked and relative scales compare, or several with commas between
            them; all units if empty.
        detail: ``totals``, ``points`` of every sub-criterion as well, or ``full``: lost points, of sums too, clauses,
            states.
        road: ``auto``, ``numpy`` or ``numba``.
        locale: How numbers in text are written, where the table does not say.
        errors: Where rows that were not scored are listed; beside the result if None.
        base: Table of the period before, for values that say how much something grew.
        register: Mergers and splits of units, and when each unit is there.
    """

    strict: bool = False
    ignore_extra: bool = False
    group: str = "period"
    detail: str = "full"
    road: str = "auto"
    locale: str | None = None
    errors: Path | None = None
    language: Language = "vi"
    ranked: bool = True
    base: Any = None
    register: Path | None = None


def open_run(plan: Plan, table: Any, options: BatchOptions, advance: Advance | None = None) -> Run:
    """Return a run over a table, its units checked so far as that needs all of them.

    Raises:
        UnknownNameError: A file or an option that is not known.
        ReadingsError: The table, the base or the register can't be read.
    """
    for name, known in ((options.detail, DETAILS), (options.road, ROADS[:3])):
        if name not in known:
            raise UnknownNameError("option", name, known)
    group = groups_of(options.group)
    register = _register(options.register)
    source = wide_source(open_source(table, options.locale), plan, ignore_extra=options.ignore_extra)
    base, rejects = _base(plan, options, register, source)
    locale = source.locale
    period = plan.book.period or ""
    check = UnitCheck(period, register, locale=locale)
    reader = Reader(
        plan, source.name, locale, group, options.ignore_extra, check, base, heads=source.heads, period=period
    )  # fmt: skip
    lacking = {*group} - {"period", *reader.columns(source.titles()).values()}
    if lacking:
        raise ReadingsError([Issue("B636", reader.top, facts={"column": name}) for name in group if name in lacking])
    check.parents = _wrong_parents(reader, source, register)
    road: Road = options.road  # type: ignore[assignment]

    def progress(step: str, rows: int) -> None:
        if advance is not None:
            advance(step, rows, source.total)

    run = Run(plan, source, reader, road, options.strict, options.ranked, progress)
    run.summary.rejects.add(rejects)
    return run


def groups_of(text: str) -> tuple[str, ...]:
    """Return the columns that groups are made by, of which the table may lack the period alone.

    Raises:
        UnknownNameError: There is no such column to group by.

    Example:
        >>> groups_of("period, unit_kind"), groups_of("")
        (('period', 'unit_kind'), ())
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in GROUPS or (not name and len(names) > 1):
            raise UnknownNameError("option", name, [word or '""' for word in GROUPS])
    return tuple(filter(None, names))


def _register(path: Path | None) -> Register:
    """Return the register in a file, or one that knows of nothing."""
    if path is None:
        return Register()
    from tieuchi.batch.register_file import load_register

    return load_register(path)


def _wrong_parents(reader: Reader, source: Source, register: Register) -> dict[tuple[str, str], Fault]:
    """Return units and periods with a wrong parent, in a pass of its own where the table names parents."""
    parents, titles = Parents(), source.titles()
    if "unit_parent" not in reader.columns(titles).values():
        return {}
    for batch in source.batches(reader.titles(("unit_kind", "unit_parent", "period"), titles)):
        parents.take(reader.units(batch))
    return parents.wrong(register)


def _base(plan: Plan, options: BatchOptions, register: Register, source: Source) -> tuple[Base | None, list[Reject]]:
    """Return the figures that growth compares with, if there are any, and the rows of the base that can't be read."""
    if options.base is None:
        return None, []
    from tieuchi.batch.base_table import load_base

    return load_base(
        plan, options.base, source, register, locale=options.locale, ignore_extra=options.ignore_extra
    )  # fmt: skip


def check_output(table: Any, out: Path | None, options: BatchOptions) -> None:
    """Refuse a result, or a table of errors, that can't be written or would be written over what is read.

    Raises:
        UnknownNameError: The table of errors is of no kind that can be written.
        ReadingsError: With everything that is wrong.
    """
    read = [path_of(given)[0] for given in (table, options.base) if isinstance(given, (str, Path))]
    read += [options.register] if options.register is not None else []
    beside = errors_of(out, options)
    listed = options.errors is not None or (beside is not None and beside.exists())
    check_places(out, beside if listed else None, read)


def score_file(plan: Plan, table: Any, out: Path, options: BatchOptions, advance: Advance | None = None) -> Summary:
    """Score a table into a file; rows that can't be scored go into a table of errors.

    Raises:
        ReadingsError: A file can't be written; with ``strict``, everything that is wrong. Nothing is written then.
        UnknownNameError: A file or a kind of file that is not known.
    """
    check_output(table, out, options)
    run = open_run(plan, table, options, advance)
    score_run(run, out, options.detail)
    write_errors(run.summary, out, options)
    return run.summary


def score_run(run: Run, out: Path, detail: str) -> None:
    """Write the results of a run into a file."""
    try:
        write_tables(result_tables(run, detail), out)
    except BestChangedError:
        write_tables(result_tables(run, detail), out)


def ranked_table(run: Run, names: Sequence[str], group: Sequence[str]) -> pa.Table:
    """Return some columns of the results, by group and rank; units without a rank come last in theirs."""
    found = pa.concat_tables(list(result_tables(run, "totals")), promote_options="permissive")
    kept = found.select([name for name in names if name in found.column_names])
    keys = [(name, "ascending") for name in group if name in kept.column_names]
    order = [*keys, ("rank", "ascending"), ("unit", "ascending")]
    return kept.sort_by(order).combine_chunks()


def write_errors(summary: Summary, out: Path | None, options: BatchOptions) -> Path | None:
    """Write the table of rows that were not scored and return where, or take away that of a run before."""
    beside = errors_of(out, options)
    if beside is None:
        return None
    if summary.rejects:
        write_tables((error_table(part, options.language) for part in summary.rejects.parts()), beside)
        return beside
    if options.errors is None:
        beside.unlink(missing_ok=True)
    return None


def errors_of(out: Path | None, options: BatchOptions) -> Path | None:
    """Return where the rows that were not scored are listed: beside the result if nothing else is said."""
    beside = out.with_name(f"{out.stem}.errors.csv") if out is not None else None
    return options.errors or beside


def result_tables(run: Run, detail: str) -> Iterator[pa.Table]:
    """Yield the results of a run part by part."""
    chosen: Detail = detail  # type: ignore[assignment]
    for scored in run.scored():
        yield table_of(run.plan, scored, chosen)


def score_frame(plan: Plan, frame: Any, options: BatchOptions | None = None) -> tuple[pa.Table, Summary]:
    """Score a pandas, polars or Arrow frame, or a file; return an Arrow table and what the run came to."""
    chosen = options or BatchOptions()
    run = open_run(plan, frame, chosen)
    try:
        tables = list(result_tables(run, chosen.detail))
    except BestChangedError:
        tables = list(result_tables(run, chosen.detail))
    tables = list(map(wide, tables))
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries(), run.summary
