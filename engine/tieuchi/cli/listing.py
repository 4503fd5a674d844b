"""``tieuchi list``: the bundled rulebooks, readings and catalogues."""

from __future__ import annotations

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OutOption,
    emit,
    emit_json,
    language_of,
    new_page,
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("list", help="Những gì có kèm theo. / What is bundled.")(list_bundled)


def list_bundled(lang: LangOption = Lang.vi, form: FormatOption = Format.text, out: OutOption = None) -> None:
    """List the bundled rulebooks, readings and catalogues."""
    from tieuchi.loading.bundled import catalogue_names, readings_names, rulebook_names
    from tieuchi.words.terms import term

    found = {"rulebooks": rulebook_names(), "readings": readings_names(), "catalogues": catalogue_names()}
    if form is Format.json:
        emit_json(found, out)
        return
    page = new_page(out)
    for kind, names in found.items():
        page.line(term(f"bundled_{kind}", language_of(lang)), style="bold")
        for name in names:
            page.line(name, indent=2)
    emit(page.text(), out)
