"""``tieuchi solve``: the cut-off that gives a wanted share of units its points, near misses and bunching."""

from __future__ import annotations

from typing import Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    RulebookArgument,
    emit,
    emit_json,
    language_of,
    new_page,
)
from tieuchi.cli.simulating import PlotOption, TableArgument, draw, load_table, progress

PathOption = Annotated[str, typer.Option("--threshold", metavar="PATH", help="Ngưỡng cần tìm. / The threshold.")]
ShareOption = Annotated[str, typer.Option("--share", metavar="SHARE", help="Tỷ lệ đơn vị đạt. / Share of units.")]
WidthOption = Annotated[
    str | None, typer.Option("--width", help="Độ rộng khi xét dồn cụm. / Width when looking for bunching.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("solve", help="Ngưỡng cho một tỷ lệ đơn vị đạt. / The cut-off for a share of units.")(solve)


def solve(
    rulebook: RulebookArgument,
    table: TableArgument,
    threshold: PathOption,
    share: ShareOption,
    width: WidthOption = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
) -> None:
    """Find the cut-off that a wanted share of units reaches."""
    from tieuchi.loading.rulebook import rulebook_tree
    from tieuchi.loading.scenario import number_given
    from tieuchi.plots.charts_many import values_chart
    from tieuchi.render.sweep_json import solution_json
    from tieuchi.render.sweep_text import solution_text, value_words
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.cutoff import bunching, near_misses, passing
    from tieuchi.whatif.cutoff import solve as solved
    from tieuchi.whatif.dial import Rules, dial_of

    wanted = number_given("--share", share)
    room = number_given("--width", width) if width else None
    rules = Rules(rulebook_tree(rulebook))
    with progress(rulebook) as show:
        cohort = Cohort(rules.plan, load_table(table, rules.book, locale), show)
    dial = dial_of(rules, threshold)
    found = solved(cohort, dial, wanted)
    near, bunch = near_misses(cohort, dial), bunching(cohort, dial, room)
    words = language_of(lang)
    percent = value_words(dial.base, dial, words).endswith("%")
    values = [value for value, _ in passing(cohort, dial)[0]]
    draw(lambda: values_chart(dial.path, values, dial.base, dial.path, words, percent=percent), plot, lang)
    if form is Format.json:
        emit_json(solution_json(cohort, found, near, bunch), out)
        return
    page = new_page(out)
    solution_text(cohort, found, near, bunch, page, words)
    emit(page.text(), out)
