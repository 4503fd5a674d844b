"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from tieuchi.cli import check, explain, listing, score

COMMANDS = (score, explain, check, listing)


def _version(asked: bool) -> None:
    if asked:
        from tieuchi import __version__

        typer.echo(f"tieuchi {__version__}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """Return the application with all its commands."""
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
    return app
