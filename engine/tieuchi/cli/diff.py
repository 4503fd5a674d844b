"""``tieuchi diff``: what changed between two rulebooks, and what that does to a table of units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    emit,
    emit_json,
    language_of,
    new_page,
)

if TYPE_CHECKING:
    from tieuchi.difference.effect import UnitEffect

OldArgument = Annotated[str, typer.Argument(metavar="OLD", help="Bộ tiêu chí cũ. / The old rulebook.")]
NewArgument = Annotated[str, typer.Argument(metavar="NEW", help="Bộ tiêu chí mới. / The new rulebook.")]
TableArgument = Annotated[
    str | None, typer.Argument(metavar="[TABLE]", help="Số liệu của các đơn vị. / Readings of units.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("diff", help="So sánh hai bộ tiêu chí. / Compare two rulebooks.")(diff)


def diff(
    old: OldArgument,
    new: NewArgument,
    table: TableArgument = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
) -> None:
    """Say what changed, by criterion; with a table also who gains and who loses. Ends with 1 where they differ."""
    from tieuchi.difference.changes import changes_between
    from tieuchi.difference.effect import effects_of
    from tieuchi.loading.bundled import readings_path
    from tieuchi.loading.readings import load_all_readings
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.render.diff_text import diff_json, diff_text

    before, after = load_rulebook(old), load_rulebook(new)
    changes = changes_between(before, after)
    effects: tuple[UnitEffect, ...] = ()
    if table is not None:
        known = {indicator.id: indicator for book in (before, after) for indicator in book.indicators}
        units = load_all_readings(readings_path(table), known, locale=locale.value if locale else None)
        effects = effects_of(before, after, units)
    if form is Format.json:
        emit_json(diff_json(changes, effects), out)
    else:
        page = new_page(out)
        diff_text(before, after, changes, effects, page, language_of(lang))
        emit(page.text(), out)
    if changes:
        raise typer.Exit(1)
