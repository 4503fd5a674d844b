"""The commands, put together."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

# In the order of a year's work: scoring and what could be better, many units, drafting rules, other systems.
COMMANDS = (
    "list",
    "score",
    "explain",
    "headroom",
    "whatif",
    "touches",
    "goal",
    "fragility",
    "compare",
    "form",
    "workbook",
    "report",
    "batch",
    "rank",
    "sweep",
    "solve",
    "simulate",
    "check",
    "test",
    "boundaries",
    "diff",
    "fmt",
    "rename",
    "import",
    "export",
    "sql",
    "verify",
    "serve",
)
_MODULES = {"list": "listing", "import": "import_"}
"""Modules of commands whose own names Python has taken."""


def _version(asked: bool) -> None:
    if asked:
        from tieuchi import __version__

        typer.echo(f"tieuchi {__version__}")
        raise typer.Exit


def _not_asked_for() -> None:
    """Stand in for a command that was not named."""


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with the command that the first argument names, or else with all of them.

    Of all of them only those named among the arguments can be run: Typer reads the parameters of every command at
    once, which took half the time of ``--help``.
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

    for name in arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS:
        import_module(f"tieuchi.cli.{_MODULES.get(name, name)}").register(app)
    for info in app.registered_commands:
        info.short_help = info.help  # both languages, where the list would cut at the first full stop
        if info.name not in arguments:
            info.callback = _not_asked_for
    return app
