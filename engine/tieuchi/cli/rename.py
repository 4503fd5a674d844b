"""``tieuchi rename``: give an indicator, criterion, finding, office or kind of unit another name, everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, RulebookArgument


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
    typer.Option(
        "--also",
        help="Trường hợp thử, kịch bản, số liệu (YAML, JSON, CSV, XLSX) cũng phải sửa."
        " / Cases, scenarios and readings (YAML, JSON, CSV, XLSX) to change too.",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Chỉ cho xem sẽ đổi gì. / Show what would change, write nothing.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rename", help="Đổi tên ở mọi nơi. / Rename everywhere.")(rename)


def rename(
    rulebook: RulebookArgument,
    kind: KindArgument,
    old: OldArgument,
    new: NewArgument,
    also: AlsoOption = None,
    dry_run: DryRunOption = False,
    lang: LangOption = Lang.vi,  # noqa: ARG001 - of what is refused, which is told where the commands are run
) -> None:
    """Rename in the rulebook, its parts and catalogues, and in what ``--also`` names. All files or none."""
    from tieuchi.errors import Issue, Position, RulebookError
    from tieuchi.loading.bundled import is_installed
    from tieuchi.loading.renaming import SUFFIXES, difference
    from tieuchi.loading.renaming import rename as renamed
    from tieuchi.loading.rule_files import files_below, rule_files
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.loading.whole_file import write_all

    load_rulebook(rulebook)
    files = [*rule_files(rulebook), *(file for path in also or [] for file in files_below(path, SUFFIXES))]
    changed = renamed(files, kind.value, old, new)
    if dry_run:
        for path, data in changed.items():
            typer.echo(difference(path, data), nl=False)
        return
    fixed = [path for path in changed if is_installed(path)]
    if fixed:
        raise RulebookError(Issue("E113", Position(str(path))) for path in fixed)
    write_all(changed)
    for path in changed:
        typer.echo(str(path))
