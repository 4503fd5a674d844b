"""``tieuchi verify``: all roads on the boundaries of every threshold and on a table; every cell that differs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.batch import ExtraOption
from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("verify", help="Đối chiếu mọi đường tính. / Compare all roads with the exact one.")(verify)


def verify(
    rulebook: RulebookArgument,
    table: Annotated[Path | None, typer.Argument(help="Bảng số liệu. / Table of units.")] = None,
    ignore_extra: ExtraOption = False,
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Compare the roads; exit with 1 if any cell differs."""
    from tieuchi.batch.verify import verify_roads
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    plan = compile_plan(load_rulebook(rulebook))
    report = verify_roads(plan, table, locale=locale, ignore_extra=ignore_extra)
    for road, cells in report.compared.items():
        wrong = report.differences.get(road, [])
        note = report.skipped.get(road, "")
        if note:
            typer.echo(f"{road}: {'bỏ qua' if lang is Lang.vi else 'skipped'}: {note}")
            continue
        word = "ô, khác" if lang is Lang.vi else "cells, different"
        typer.echo(f"{road}: {cells} {word} {len(wrong)}")
        for line in wrong[:50]:
            typer.echo(f"  {line}")
    if any(report.differences.values()):
        raise typer.Exit(1)
