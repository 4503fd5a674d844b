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
    """Check a rulebook; warnings end with status 1, errors with 2."""
    from tieuchi.loading.rulebook import fingerprint, rulebook_of, rulebook_tree
    from tieuchi.loading.warnings import warnings_of
    from tieuchi.render.check_text import summary_json, summary_text

    root = rulebook_tree(rulebook)
    book = rulebook_of(root)
    warnings = warnings_of(book, root)
    if form is Format.json:
        emit_json(summary_json(book, warnings, fingerprint(book), language_of(lang)), out)
    else:
        page = new_page(out)
        summary_text(book, warnings, page, language_of(lang))
        emit(page.text(), out)
    if warnings:
        raise typer.Exit(1)
