"""``tieuchi fmt``: lay out YAML files of rules, comments kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption

PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Tệp hoặc thư mục. / Files or folders.")]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Chỉ xem tệp nào cần sửa. / Only say which files would change.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("fmt", help="Trình bày lại tệp YAML. / Lay out YAML files.")(fmt)


def fmt(
    paths: PathsArgument,
    check: CheckOption = False,
    lang: LangOption = Lang.vi,  # noqa: ARG001 - of what is refused, which is told where the commands are run
) -> None:
    """Lay out files in place; with ``--check`` nothing is written and a file that would change ends with status 1."""
    from tieuchi.loading.formatting import formatted
    from tieuchi.loading.rule_files import files_below
    from tieuchi.loading.whole_file import write_whole

    changed = 0
    for path in paths:
        for file in files_below(path):
            text = formatted(file)
            if text != file.read_text(encoding="utf-8"):
                changed += 1
                typer.echo(str(file))
                if not check:
                    write_whole(file, text.encode())
    if check and changed:
        raise typer.Exit(1)
