"""``tieuchi score``: the scorecard of one unit."""

from __future__ import annotations

import typer

from tieuchi.cli.options import (
    ExactOption,
    Format,
    FormatOption,
    GroupOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    ReadingsArgument,
    RulebookArgument,
    UnitOption,
    emit,
    emit_json,
    language_of,
    new_page,
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("score", help="Chấm điểm một đơn vị. / Score one unit.")(score)


def score(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
    exact: ExactOption = False,
) -> None:
    """Score one unit and print its scorecard."""
    from tieuchi import __version__
    from tieuchi.cli.assessing import load_and_assess
    from tieuchi.loading.rulebook import fingerprint
    from tieuchi.render.card_json import card_json
    from tieuchi.render.card_text import card_text

    book, card = load_and_assess(rulebook, readings, locale=locale, unit=unit, group=group, exact=exact)
    if form is Format.json:
        emit_json(card_json(card, rulebook_sha256=fingerprint(book), version=__version__), out)
        return
    page = new_page(out)
    card_text(card, page, language_of(lang))
    emit(page.text(), out)
