"""The commands, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from tieuchi.cli import (
    batch,
    boundaries,
    check,
    compare,
    diff,
    explain,
    export,
    fmt,
    form,
    fragility,
    goal,
    headroom,
    import_,
    listing,
    rank,
    rename,
    report,
    score,
    serve,
    simulate,
    solve,
    sql,
    sweep,
    test,
    touches,
    verify,
    whatif,
    workbook,
)

# In the order of a year's work: scoring and what could be better, many units, drafting rules, other systems.
COMMANDS = (
    listing,
    score,
    explain,
    headroom,
    whatif,
    touches,
    goal,
    fragility,
    compare,
    form,
    workbook,
    report,
    batch,
    rank,
    sweep,
    solve,
    simulate,
    check,
    test,
    boundaries,
    diff,
    fmt,
    rename,
    import_,
    export,
    sql,
    verify,
    serve,
)


def _version(asked: bool) -> None:
    if asked:
        from tieuchi import __version__

        typer.echo(f"tieuchi {__version__}")
        raise typer.Exit


def _not_asked_for() -> None:
    """Stand in for a command that was not named."""


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with all its commands; only those named among the arguments can be run.

    Typer reads the parameters of every command at once, which took half the time of ``--help``.
    """
    app = typer.Typer(
        name="tieuchi",
        help="Chấm điểm tiêu chí từ số liệu, đúng đến chữ số cuối. / Score public criteria from statistics, exactly.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def top(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Phiên bản. / Print the version.")
        ] = False,
    ) -> None:
        """Score public criteria by published rules."""

    for command in COMMANDS:
        command.register(app)
    for info in app.registered_commands:
        info.short_help = info.help  # both languages, where the list would cut at the first full stop
        if info.name not in arguments:
            info.callback = _not_asked_for
    return app
