"""``tieuchi export``: a rulebook for other people's engines."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, OutOption, RulebookArgument, emit, language_of


class Target(StrEnum):
    """Formats a rulebook can be exported to."""

    pmml = "pmml"
    dmn = "dmn"


TargetOption = Annotated[Target, typer.Option("--to", help="Dạng tệp. / Format.")]
PartialOption = Annotated[
    bool, typer.Option("--partial", help="Bỏ những gì dạng đó không diễn đạt được. / Leave out what it can't say.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("export", help="Xuất sang PMML, DMN. / Export to PMML, DMN.")(export)


def export(
    rulebook: RulebookArgument,
    to: TargetOption,
    out: OutOption = None,
    partial: PartialOption = False,
    lang: LangOption = Lang.vi,
) -> None:
    """Export a rulebook; what the format can't say is refused by name, or left out with ``--partial``."""
    from tieuchi.errors import RulebookError
    from tieuchi.exchange.dmn_out import dmn_text
    from tieuchi.exchange.pmml import pmml_text
    from tieuchi.exchange.portable import portable
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    plan = compile_plan(load_rulebook(rulebook))
    found = portable(plan, to.value.upper())
    if found.refused:
        if not partial:
            raise RulebookError(found.refused)
        for issue in found.refused:
            typer.echo(issue.text(language_of(lang)), err=True)
    emit((pmml_text if to is Target.pmml else dmn_text)(plan, found.leaves), out)
