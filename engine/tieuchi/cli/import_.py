"""``tieuchi import``: DMN decision tables or a plain table of bands to a rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, OutOption, emit

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=".dmn, .xlsx, .csv")]
IdOption = Annotated[
    str | None, typer.Option("--id", help="Mã của bộ tiêu chí. / Id of the rulebook; the file's name without it.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("import", help="Nhập từ DMN, Excel, CSV. / Import from DMN, Excel, CSV.")(import_)


def import_(
    file: FileArgument,
    id: IdOption = None,  # noqa: A002
    out: OutOption = None,
    lang: LangOption = Lang.vi,  # noqa: ARG001 - of what is refused, which is told where the commands are run
) -> None:
    """Write the rulebook that a file of tables says; what a rulebook can't say is refused by name."""
    from tieuchi.errors import Issue, Position, RulebookError
    from tieuchi.exchange.band_table import import_bands
    from tieuchi.exchange.dmn_in import import_dmn
    from tieuchi.loading.yaml_source import read_bytes

    if out is not None and out.resolve() == file.resolve():
        raise RulebookError([Issue("E115", Position(str(out)))])
    data = read_bytes(file)
    name = id or "".join(c if c.isalnum() and c.isascii() else "-" for c in file.stem.lower())
    reader = import_dmn if file.suffix.lower() in (".dmn", ".xml") else import_bands
    emit(reader(data, file.name, name), out)
