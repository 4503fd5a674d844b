"""``tieuchi compare``: two rulebooks and two readings, the difference split into rules and performance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
from tieuchi.cli.simulating import PlotOption, Told, draw, load_pair, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieuchi.render.page import Page
    from tieuchi.whatif.appraise import Appraised
    from tieuchi.whatif.compare import Comparison
    from tieuchi.words.language import Language

NewRulebook = Annotated[str | None, typer.Option("--rulebook", help="Bộ tiêu chí mới. / The new rulebook.")]
NewReadings = Annotated[str | None, typer.Option("--readings", help="Số liệu mới. / The new readings.")]
AppraisedName = Annotated[str | None, typer.Option("--appraised", help="Số liệu sau thẩm định. / Appraised readings.")]
NewGroup = Annotated[str | None, typer.Option("--new-group", help="Nhóm của kỳ mới. / The group of the new period.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("compare", help="Chênh lệch do quy tắc hay do kết quả. / By rules, or by performance?")(compare)


def compare(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    new_rulebook: NewRulebook = None,
    new_readings: NewReadings = None,
    appraised: AppraisedName = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
    new_group: NewGroup = None,
) -> None:
    """Split the difference of two results exactly; with ``--appraised`` also by what the appraiser did."""
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.model.plan import compile_plan
    from tieuchi.whatif.appraise import appraise
    from tieuchi.whatif.compare import compare as compared

    if not (new_rulebook or new_readings or appraised):
        raise ScenarioError([Issue("S735", Position("compare"))])
    _, old_book, old, others = load_pair(rulebook, readings, locale=locale, unit=unit, group=group)
    _, book, new, peers = load_pair(
        new_rulebook or rulebook,
        appraised or new_readings or readings,
        locale=locale,
        unit=unit,
        group=new_group or group,
    )
    found = compared((old_book, old), (book, new), (others, peers))
    rows = appraise(compile_plan(book), old, new, others) if appraised else ()
    told = _told(found, rows if appraised else None, language_of(lang))
    draw(told.chart, plot, lang)
    tell(form, out, told.data, told.write)


def _told(found: Comparison, rows: Sequence[Appraised] | None, words: Language) -> Told:
    """Return a comparison in all its forms; ``rows`` are what an appraiser did, if one is compared with."""
    from tieuchi.plots.charts_more import comparison_chart
    from tieuchi.render.compare_json import comparison_json
    from tieuchi.render.compare_text import appraisal_text, comparison_text

    def write(page: Page) -> None:
        comparison_text(found, page, words)
        if rows is not None:
            page.line()
            appraisal_text(found, rows, page, words)

    return Told(lambda: comparison_chart(found, words), lambda: comparison_json(found, rows or ()), write)
