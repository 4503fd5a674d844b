"""``tieuchi batch``: points of all units of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument, language_of
from tieuchi.cli.tables import (
    BaseOption,
    ErrorsOption,
    ExtraOption,
    GroupOption,
    RegisterOption,
    StrictOption,
    TableArgument,
    say,
    stoppable,
    tell,
    tell_lacking,
)
from tieuchi.words.batch_terms import batch_term

if TYPE_CHECKING:
    from tieuchi.batch.score import BatchOptions
    from tieuchi.model.plan import Plan

OutOption = Annotated[Path, typer.Option("--out", help="Tệp kết quả. / Result: .parquet, .csv, .arrow or .xlsx.")]
DetailOption = Annotated[str, typer.Option("--detail", help="Mức chi tiết: / How much: totals, points, full.")]
EngineOption = Annotated[str, typer.Option("--engine", help="Đường tính: / What reckons: auto, numpy, numba, spark.")]
MasterOption = Annotated[str, typer.Option("--master", help="Địa chỉ cụm Spark. / Address of the Spark cluster.")]
HERE = "local[*]"
"""Spark on this machine, on all its cores."""
SheetsOption = Annotated[
    bool, typer.Option("--unit-sheets", help="Xlsx: mỗi đơn vị một trang. / In .xlsx, a sheet for each unit.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("batch", help="Chấm điểm cả bảng. / Score all units of a table.")(batch)


def batch(
    rulebook: RulebookArgument,
    table: TableArgument,
    out: OutOption,
    errors: ErrorsOption = None,
    strict: StrictOption = False,
    base: BaseOption = None,
    register: RegisterOption = None,
    group: GroupOption = "period",
    detail: DetailOption = "full",
    unit_sheets: SheetsOption = False,
    ignore_extra: ExtraOption = False,
    engine: EngineOption = "auto",
    master: MasterOption = HERE,
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Score all units of a table; rows that can't be scored are listed with file and line."""
    from tieuchi.batch.score import BatchOptions
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    language = language_of(lang)
    options = BatchOptions(
        strict, ignore_extra, group, detail, engine, locale, errors, language, True, base, register
    )  # fmt: skip
    _check_together(options, out, master, unit_sheets=unit_sheets)
    plan = compile_plan(load_rulebook(rulebook))
    if engine == "spark":
        _on_spark(plan, table, out, master, options)
    else:
        _on_this_machine(plan, table, out, options, unit_sheets=unit_sheets)


def _check_together(options: BatchOptions, out: Path, master: str, *, unit_sheets: bool) -> None:
    """Refuse what would have no effect, before anything is read.

    Raises:
        UnknownNameError: There is no such detail, no such engine.
        ReadingsError: B647 Spark knows nothing of the option, only Spark has a master, or only a workbook sheets.
    """
    from tieuchi.batch.score import DETAILS, ROADS, groups_of
    from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError

    for name, known in ((options.detail, DETAILS), (options.road, ROADS)):
        if name not in known:
            raise UnknownNameError("option", name, known)
    only_here = {
        "--errors": options.errors, "--base": options.base, "--register": options.register, "--locale": options.locale,
        "--ignore-extra": options.ignore_extra, "--unit-sheets": unit_sheets,
        f"--group {options.group}": len(groups_of(options.group)) > 1,
    }  # fmt: skip
    spark = options.road == "spark"
    wrong = {"--engine spark": [name for name, given in only_here.items() if given and spark]}
    if not spark:
        wrong[f"--engine {options.road}"] = ["--master"] if master != HERE else []
        wrong[f"--out {out.name}"] = ["--unit-sheets"] if unit_sheets and out.suffix.lower() != ".xlsx" else []
    facts = [{"option": ", ".join(names), "other": other} for other, names in wrong.items() if names]
    if facts:
        raise ReadingsError([Issue("B647", Position("batch"), facts=own) for own in facts])


def _on_this_machine(plan: Plan, table: str, out: Path, options: BatchOptions, *, unit_sheets: bool) -> None:
    """Score a table into a file, and say what it came to."""
    from tieuchi.batch.files import SUFFIXES, check_suffix
    from tieuchi.batch.score import check_output, errors_of, open_run, score_run, write_errors
    from tieuchi.cli.progress import progress_bar

    check_suffix(out, (*SUFFIXES, ".xlsx"))
    check_output(table, out, options)
    with stoppable(), progress_bar(options.language) as advance:
        run = open_run(plan, table, options, advance)
        if out.suffix.lower() == ".xlsx":
            from tieuchi.cli.ranking_file import write_ranking

            write_ranking(run, out, options.language, unit_sheets=unit_sheets)
        else:
            score_run(run, out, options.detail)
        write_errors(run.summary, out, options)
    tell(run.summary, out, errors_of(out, options), options.language)


def _on_spark(plan: Plan, table: str, out: Path, master: str, options: BatchOptions) -> None:
    """Let Spark score a Parquet table into a Parquet folder; paths are what Spark knows them by."""
    from tieuchi.batch.spark import score_on_spark, spark_session

    with stoppable():
        session = spark_session(master)
        try:
            done = score_on_spark(session, plan, table, str(out), options)
        finally:
            session.stop()
    say(batch_term("on_spark", options.language, out=out))
    tell_lacking(done.lacking, options.language)
    if done.rejected:
        say(batch_term("rejected", options.language, count=done.rejected, errors=f"{out}.errors"))
        raise typer.Exit(1)
