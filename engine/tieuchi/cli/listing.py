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
    from tieuchi.loading.bundled import catalogue_names, readings_names, rulebook_names, rulebook_path
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.words.terms import term

    found = {"rulebooks": rulebook_names(), "readings": readings_names(), "catalogues": catalogue_names()}
    if form is Format.json:
        emit_json(found, out)
        return
    page, language = new_page(out), language_of(lang)
    titles = {name: load_rulebook(rulebook_path(name)).title.of(language) for name in found["rulebooks"]}
    widest = max(map(len, titles))
    for kind, names in found.items():
        page.line(term(f"bundled_{kind}", language), style="bold")
        for name in names:
            page.line(f"{name:<{widest}}  {titles.get(name, '')}".rstrip(), indent=2)
    emit(page.text(), out)
