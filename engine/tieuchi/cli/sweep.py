"""``tieuchi sweep``: thresholds turned under many units, or with ``--breakpoints`` where exactly anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from collections.abc import Callable

    from tieuchi.model.scenario import Change
    from tieuchi.plots.chart import Chart
    from tieuchi.render.page import Page
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules
    from tieuchi.words.language import Language

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
    from tieuchi.plots.charts_many import sweep_chart
    from tieuchi.render.sweep_json import sweep_json
    from tieuchi.render.sweep_text import sweep_text
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules
    from tieuchi.whatif.sweep import sweep as swept

    rules = Rules(rulebook_tree(rulebook))
    changes = [*assigned("--threshold", [text if "=" in text or not breakpoints else f"{text}=" for text in threshold])]
    words, page = language_of(lang), new_page(out)
    with progress(rulebook) as show:
        cohort = Cohort(rules.plan, load_table(table, rules.book, locale), show)
        if breakpoints:
            charts, parts = zip(*(_told(rules, cohort, change, page, words, show) for change in changes), strict=True)
        else:
            result = swept(rules, cohort, changes, show)
    if breakpoints:
        draw(charts[0], plot, lang)
        emit_json(parts[0] if len(parts) == 1 else parts, out) if form is Format.json else emit(page.text(), out)
        return
    draw(lambda: sweep_chart(result, words, by_rank=ranks), plot, lang)
    if form is Format.json:
        emit_json(sweep_json(result), out)
        return
    sweep_text(result, page, words)
    emit(page.text(), out)


def _told(
    rules: Rules, cohort: Cohort, change: Change, page: Page, words: Language, show: Callable[[int, int], None]
) -> tuple[Callable[[], Chart | None], dict[str, Any]]:
    """Write the breakpoints of one threshold, or its bends where points can move; return its chart and its JSON."""
    from tieuchi.plots.charts_many import bends_chart, breakpoints_chart
    from tieuchi.render.bends_text import bends_json, bends_text
    from tieuchi.render.sweep_json import breakpoints_json
    from tieuchi.render.sweep_text import breakpoints_text
    from tieuchi.whatif.bends import Bends, widest
    from tieuchi.whatif.breakpoints import Breakpoints
    from tieuchi.whatif.curves import Curves
    from tieuchi.whatif.dial import dial_of
    from tieuchi.whatif.grid import range_values

    values = range_values(change) if change.text else ()
    inside = (values[0], values[-1]) if values else None
    dial = dial_of(rules, change, inside or ())
    if dial.stepped and cohort.additive:
        found = Breakpoints(cohort, dial)
        breakpoints_text(found, page, words, inside)
        page.line()
        return lambda: breakpoints_chart(found, words), breakpoints_json(found, inside)
    bends = Bends(Curves(rules, cohort, dial, inside or widest(rules, dial), show))
    bends_text(bends, page, words)
    page.line()
    return lambda: bends_chart(bends, words), bends_json(bends)
