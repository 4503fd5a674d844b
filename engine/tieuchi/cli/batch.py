"""``tieuchi batch``: points of all units of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument, language_of

TableArgument = Annotated[Path, typer.Argument(help="Bảng số liệu. / Table: .csv, .parquet, .xlsx or .arrow.")]
OutOption = Annotated[Path, typer.Option("--out", help="Tệp kết quả. / Result: .parquet, .csv, .arrow or .xlsx.")]
ErrorsOption = Annotated[Path | None, typer.Option("--errors", help="Bảng lỗi. / Table of rows not scored.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Một dòng lỗi là dừng. / One bad row refuses all.")]
ExtraOption = Annotated[bool, typer.Option("--ignore-extra", help="Bỏ qua cột lạ. / Ignore unknown columns.")]
GroupOption = Annotated[str, typer.Option("--group", help="Nhóm so sánh. / Column of groups: period, unit_kind, …")]
DetailOption = Annotated[str, typer.Option("--detail", help="totals, points, full.")]
EngineOption = Annotated[str, typer.Option("--engine", help="auto, numpy, numba, spark.")]
MasterOption = Annotated[str, typer.Option("--master", help="Địa chỉ cụm Spark. / Address of the Spark cluster.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("batch", help="Chấm điểm cả bảng. / Score all units of a table.")(batch)


def batch(
    rulebook: RulebookArgument,
    table: TableArgument,
    out: OutOption,
    errors: ErrorsOption = None,
    strict: StrictOption = False,
    ignore_extra: ExtraOption = False,
    group: GroupOption = "period",
    detail: DetailOption = "full",
    engine: EngineOption = "auto",
    master: MasterOption = "local[*]",
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Score all units of a table; rows that can't be scored are listed with file and line."""
    from tieuchi.batch.score import BatchOptions, score_file
    from tieuchi.cli.progress import Bar
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    plan = compile_plan(load_rulebook(rulebook))
    if engine == "spark":
        from tieuchi.batch.spark import score_on_spark

        score_on_spark(plan, table, out, master=master, group=group)
        return
    options = BatchOptions(
        strict=strict, ignore_extra=ignore_extra, group=group, detail=detail, road=engine, locale=locale,
        errors=errors, language=language_of(lang),
    )  # fmt: skip
    with Bar() as bar:
        summary = score_file(plan, table, out, options, bar.advance)
    for line in summary_lines(summary, out, options.errors or errors_beside(out), vi=lang is Lang.vi):
        typer.echo(line, err=True)
    if summary.issues:
        for issue in summary.issues[:20]:
            typer.echo(issue.text(language_of(lang)), err=True)
        raise typer.Exit(1)


def errors_beside(out: Path) -> Path:
    """Return where the rows that were not scored are listed if nothing else is said."""
    return out.with_name(f"{out.stem}.errors.csv")


def summary_lines(summary: object, out: Path, errors: Path, *, vi: bool) -> list[str]:
    """Return what a run came to, in a few lines."""
    units, wide = getattr(summary, "units", 0), getattr(summary, "wide", 0)
    bad = len({issue.position for issue in getattr(summary, "issues", ())})
    lines = [f"{units} đơn vị → {out}" if vi else f"{units} units → {out}"]
    if wide:
        lines.append(f"{wide} ô tính bằng số nguyên lớn" if vi else f"{wide} cells reckoned in wide integers")
    if bad:
        lines.append(f"{bad} dòng lỗi → {errors}" if vi else f"{bad} rows not scored → {errors}")
    return lines
