"""``tieuchi check``: everything that is wrong with a rulebook, or a summary of it."""

from __future__ import annotations

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OutOption,
    RulebookArgument,
    emit,
    emit_json,
    language_of,
    new_page,
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("check", help="Kiểm tra bộ tiêu chí. / Check a rulebook.")(check)


def check(
    rulebook: RulebookArgument,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
) -> None:
    """Check a rulebook and prove what can be proven; warnings end with status 1, errors with 2, notes with 0."""
    from tieuchi.loading.rulebook import fingerprint, rulebook_of, rulebook_tree
    from tieuchi.proofs.prove import doubts_of
    from tieuchi.render.check_text import summary_json, summary_text

    root = rulebook_tree(rulebook)
    book = rulebook_of(root)
    doubts = doubts_of(book, root)
    if form is Format.json:
        emit_json(summary_json(book, doubts, fingerprint(book), language_of(lang)), out)
    else:
        page = new_page(out)
        summary_text(book, doubts, page, language_of(lang))
        emit(page.text(), out)
    if any(doubt.warns for doubt in doubts):
        raise typer.Exit(1)
