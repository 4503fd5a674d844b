"""``tieuchi fragility``: whether scores survive every rounding, and which clause decides if not."""

from __future__ import annotations

import typer

from tieuchi.cli.options import (
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
    language_of,
)
from tieuchi.cli.simulating import PlotOption, draw, load_pair, tell


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("fragility", help="Điểm có đổi theo cách làm tròn? / Does rounding decide?")(fragility)


def fragility(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
) -> None:
    """Round every value, the points, the sums and the total in every usual way, and tell what changes."""
    from tieuchi.assess import assess
    from tieuchi.plots.charts_more import fragility_chart
    from tieuchi.render.fragility_text import fragility_json, fragility_text
    from tieuchi.whatif.fragility import fragility as fragile
    from tieuchi.whatif.fragility import sums_of

    _, book, found, others = load_pair(rulebook, readings, locale=locale, unit=unit, group=group)
    card = assess(book, found, others, "exact")
    values, sums = fragile(card), sums_of(card)
    words = language_of(lang)
    draw(lambda: fragility_chart(card, values, words), plot, lang)
    tell(
        form,
        out,
        lambda: fragility_json(card, values, sums),
        lambda page: fragility_text(card, values, sums, page, words),
    )
