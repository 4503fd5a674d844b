"""``tieuchi rank``: ranks and grades of all units of a table, on exact totals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.batch import ExtraOption, GroupOption, StrictOption, TableArgument, errors_beside, summary_lines
from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument, language_of

RankOut = Annotated[Path | None, typer.Option("--out", help="Tệp kết quả. / Result: .parquet, .csv, .arrow, .xlsx.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rank", help="Xếp hạng các đơn vị. / Rank the units of a table.")(rank)


def rank(
    rulebook: RulebookArgument,
    table: TableArgument,
    out: RankOut = None,
    strict: StrictOption = False,
    ignore_extra: ExtraOption = False,
    group: GroupOption = "period",
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Print units by rank within their groups, or write them to a file."""
    from tieuchi.batch.score import BatchOptions, score_file, score_frame
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    plan = compile_plan(load_rulebook(rulebook))
    language = language_of(lang)
    options = BatchOptions(strict, ignore_extra, group, "totals", locale=locale, language=language)
    if out is not None:
        summary = score_file(plan, table, out, options)
    else:
        found, summary = score_frame(plan, table, options)
        names = [name for name in (group, "rank", "unit", "unit_name", "total", "grade") if name in found.column_names]
        typer.echo("\t".join(names))
        order = [(group, "ascending")] if group in found.column_names else []
        ranked = found.select(names).sort_by([*order, ("rank", "ascending")])
        for row in ranked.to_pylist():
            typer.echo("\t".join("–" if row[name] is None else str(row[name]) for name in names))
    for line in summary_lines(summary, out or Path("-"), errors_beside(out or Path("-")), vi=lang is Lang.vi):
        typer.echo(line, err=True)
    for issue in summary.issues[:20]:
        typer.echo(issue.text(language), err=True)
    if summary.issues:
        raise typer.Exit(1)
