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
)
from tieuchi.words.batch_terms import batch_term

if TYPE_CHECKING:
    from tieuchi.model.plan import Plan
    from tieuchi.words.language import Language

OutOption = Annotated[Path, typer.Option("--out", help="Tệp kết quả. / Result: .parquet, .csv, .arrow or .xlsx.")]
DetailOption = Annotated[str, typer.Option("--detail", help="totals, points, full.")]
EngineOption = Annotated[str, typer.Option("--engine", help="auto, numpy, numba, spark.")]
MasterOption = Annotated[str, typer.Option("--master", help="Địa chỉ cụm Spark. / Address of the Spark cluster.")]
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
    master: MasterOption = "local[*]",
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Score all units of a table; rows that can't be scored are listed with file and line."""
    from tieuchi.batch.files import SUFFIXES, check_suffix
    from tieuchi.batch.score import BatchOptions, check_output, errors_of, open_run, score_run, write_errors
    from tieuchi.cli.progress import progress_bar
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    language = language_of(lang)
    plan = compile_plan(load_rulebook(rulebook))
    if engine == "spark":
        _on_spark(plan, table, out, master, group, strict, language)
        return
    check_suffix(out, (*SUFFIXES, ".xlsx"))
    options = BatchOptions(
        strict, ignore_extra, group, detail, engine, locale, errors, language, True, base, register
    )  # fmt: skip
    check_output(table, out, options)
    with stoppable(), progress_bar(language) as advance:
        run = open_run(plan, table, options, advance)
        if out.suffix.lower() == ".xlsx":
            from tieuchi.cli.ranking_file import write_ranking

            write_ranking(run, out, language, unit_sheets=unit_sheets)
        else:
            score_run(run, out, detail)
        write_errors(run.summary, out, options)
    tell(run.summary, out, errors_of(out, options), language)


def _on_spark(plan: Plan, table: str, out: Path, master: str, group: str, strict: bool, language: Language) -> None:
    """Let Spark score a Parquet table into a Parquet folder; paths are what Spark knows them by."""
    from tieuchi.batch.spark import score_on_spark, spark_session

    session = spark_session(master)
    try:
        bad = score_on_spark(session, plan, table, str(out), group=group, strict=strict)
    finally:
        session.stop()
    if bad:
        say(batch_term("rejected", language, count=bad, errors=f"{out}.errors"))
        raise typer.Exit(1)
    say(batch_term("on_spark", language, out=out))
