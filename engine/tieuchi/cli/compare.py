"""``tieuchi compare``: two rulebooks and two readings, the difference split into rules and performance."""

from __future__ import annotations

from typing import Annotated

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
    emit,
    emit_json,
    language_of,
    new_page,
)
from tieuchi.cli.simulating import PlotOption, draw, load_pair

NewRulebook = Annotated[str | None, typer.Option("--rulebook", help="Bộ tiêu chí mới. / The new rulebook.")]
NewReadings = Annotated[str | None, typer.Option("--readings", help="Số liệu mới. / The new readings.")]
Appraised = Annotated[str | None, typer.Option("--appraised", help="Số liệu sau thẩm định. / Appraised readings.")]
NewGroup = Annotated[str | None, typer.Option("--new-group", help="Nhóm của kỳ mới. / The group of the new period.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("compare", help="Chênh lệch do quy tắc hay do kết quả. / By rules, or by performance?")(compare)


def compare(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    new_rulebook: NewRulebook = None,
    new_readings: NewReadings = None,
    appraised: Appraised = None,
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
    from tieuchi.plots.charts_more import comparison_chart
    from tieuchi.render.compare_json import comparison_json
    from tieuchi.render.compare_text import appraisal_text, comparison_text
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
    words = language_of(lang)
    draw(lambda: comparison_chart(found, words), plot, lang)
    if form is Format.json:
        emit_json(comparison_json(found, rows), out)
        return
    page = new_page(out)
    comparison_text(found, page, words)
    if appraised:
        page.line()
        appraisal_text(found, rows, page, words)
    emit(page.text(), out)
