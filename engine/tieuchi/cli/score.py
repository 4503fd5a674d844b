"""``tieuchi score``: the scorecard of one unit."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tieuchi.cli.options import (
    ExactOption,
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


class CardFormat(StrEnum):
    """Forms of a scorecard."""

    text = "text"
    json = "json"
    html = "html"


CardFormatOption = Annotated[CardFormat, typer.Option("--format", help="Dạng kết quả. / Form of output.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("score", help="Chấm điểm một đơn vị. / Score one unit.")(score)


def score(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    lang: LangOption = Lang.vi,
    form: CardFormatOption = CardFormat.text,
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

    book, card = load_and_assess(rulebook, readings, locale=locale, unit=unit, group=group, exact=exact)
    if form is CardFormat.json:
        from tieuchi.render.card_json import card_json

        emit_json(card_json(card, rulebook_sha256=fingerprint(book), version=__version__), out)
    elif form is CardFormat.html:
        from tieuchi.render.card_html import card_html

        emit(card_html(card, language_of(lang), rulebook_sha256=fingerprint(book), version=__version__), out)
    else:
        from tieuchi.render.card_text import card_text

        page = new_page(out)
        card_text(card, page, language_of(lang))
        emit(page.text(), out)
