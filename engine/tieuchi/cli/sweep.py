"""``tieuchi sweep``: thresholds turned under many units, or with ``--breakpoints`` where exactly anything changes."""

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

RangesOption = Annotated[
    list[str],
    typer.Option("--threshold", metavar="PATH=LOW:HIGH[:STEP]", help="Ngưỡng và khoảng. / A threshold and its range."),
]
BreakpointsOption = Annotated[
    bool, typer.Option("--breakpoints", help="Mọi giá trị làm đổi điểm hay hạng. / Every value that changes anything.")
]
RanksOption = Annotated[bool, typer.Option("--ranks", help="Vẽ thứ hạng thay vì điểm. / Draw ranks, not totals.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sweep", help="Mô phỏng ngưỡng trên nhiều đơn vị. / Turn thresholds under many units.")(sweep)


def sweep(
    rulebook: RulebookArgument,
    table: TableArgument,
    threshold: RangesOption,
    breakpoints: BreakpointsOption = False,
    ranks: RanksOption = False,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
) -> None:
    """Show totals, lost points, winners, losers and ranks for each variant of some thresholds."""
    from tieuchi.loading.rulebook import rulebook_tree
    from tieuchi.loading.scenario import assigned
    from tieuchi.plots.charts_many import breakpoints_chart, sweep_chart
    from tieuchi.render.sweep_json import breakpoints_json, sweep_json
    from tieuchi.render.sweep_text import breakpoints_text, sweep_text
    from tieuchi.whatif.breakpoints import Breakpoints
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules, dial_of
    from tieuchi.whatif.grid import range_values
    from tieuchi.whatif.sweep import sweep as swept

    rules = Rules(rulebook_tree(rulebook))
    changes = assigned("--threshold", threshold)
    with progress(rulebook) as show:
        cohort = Cohort(rules.plan, load_table(table, rules.book, locale), show)
        words, page = language_of(lang), new_page(out)
        if breakpoints:
            parts = []
            for change in changes:
                values = range_values(change) if change.text else ()
                found = Breakpoints(cohort, dial_of(rules, change, values[:1] + values[-1:]))
                inside = (values[0], values[-1]) if values else None
                parts.append(breakpoints_json(found, inside))
                breakpoints_text(found, page, words, inside)
                page.line()
            draw(lambda: breakpoints_chart(found, words), plot, lang)
            emit_json(parts[0] if len(parts) == 1 else parts, out) if form is Format.json else emit(page.text(), out)
            return
        result = swept(rules, cohort, changes, show)
    draw(lambda: sweep_chart(result, words, by_rank=ranks), plot, lang)
    if form is Format.json:
        emit_json(sweep_json(result), out)
        return
    sweep_text(result, page, words)
    emit(page.text(), out)
