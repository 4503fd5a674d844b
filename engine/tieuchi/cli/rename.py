"""``tieuchi rename``: give an indicator, criterion, finding, office or kind of unit another name, everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import RulebookArgument


class Renamed(StrEnum):
    """What can be renamed."""

    indicator = "indicator"
    criterion = "criterion"
    finding = "finding"
    office = "office"
    unit_kind = "unit_kind"


KindArgument = Annotated[Renamed, typer.Argument(metavar="KIND", help=" | ".join(Renamed))]
OldArgument = Annotated[str, typer.Argument(metavar="OLD", help="Tên cũ. / The old name.")]
NewArgument = Annotated[str, typer.Argument(metavar="NEW", help="Tên mới. / The new name.")]
AlsoOption = Annotated[
    list[Path] | None,
    typer.Option("--also", help="Trường hợp thử, số liệu YAML cũng phải sửa. / Cases and YAML readings to change too."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rename", help="Đổi tên ở mọi nơi. / Rename everywhere.")(rename)


def rename(
    rulebook: RulebookArgument, kind: KindArgument, old: OldArgument, new: NewArgument, also: AlsoOption = None
) -> None:
    """Rename in the rulebook, its parts and catalogues, and in what ``--also`` names. All files or none."""
    from tieuchi.loading.renaming import rename as renamed
    from tieuchi.loading.rule_files import rule_files, speaking_files
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.loading.whole_file import write_whole

    load_rulebook(rulebook)
    files = [*rule_files(rulebook), *(file for path in also or [] for file in speaking_files(path))]
    changed = renamed(files, kind.value, old, new)
    for path, text in changed.items():
        write_whole(path, text.encode())
        typer.echo(str(path))
