"""``tieuchi sweep``: thresholds turned under many units, or with ``--breakpoints`` where exactly anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    RulebookArgument,
    language_of,
)
from tieuchi.cli.simulating import PlotOption, TableArgument, Told, draw, load_table, progress, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tieuchi.model.scenario import Change
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
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.dial import Rules

    rules, words = Rules(rulebook_tree(rulebook)), language_of(lang)
    changes = [*assigned("--threshold", [text if "=" in text or not breakpoints else f"{text}=" for text in threshold])]
    with progress(lang) as show:
        cohort = Cohort(rules.plan, load_table(table, rules.plan, locale), show)
        if breakpoints:
            told = [_passed(rules, cohort, change, words, show) for change in changes]
        else:
            told = [_swept(rules, cohort, changes, words, show, ranks=ranks)]
    draw(told[0].chart, plot, lang)

    def write(page: Page) -> None:
        for one in told:
            one.write(page)
            if breakpoints:
                page.line()

    tell(form, out, lambda: told[0].data() if len(told) == 1 else [one.data() for one in told], write)


def _swept(
    rules: Rules, cohort: Cohort, changes: Sequence[Change], words: Language, show: Callable[[int, int], None],
    *, ranks: bool,
) -> Told:  # fmt: skip
    """Turn all thresholds through their ranges."""
    from tieuchi.plots.charts_many import sweep_chart
    from tieuchi.render.sweep_json import sweep_json
    from tieuchi.render.sweep_text import sweep_text
    from tieuchi.whatif.sweep import sweep as swept

    found = swept(rules, cohort, changes, show)
    return Told(
        lambda: sweep_chart(found, words, by_rank=ranks),
        lambda: sweep_json(found),
        lambda page: sweep_text(found, page, words),
    )


def _passed(rules: Rules, cohort: Cohort, change: Change, words: Language, show: Callable[[int, int], None]) -> Told:
    """Find the breakpoints of one threshold, or its bends where points can move."""
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
        return Told(
            lambda: breakpoints_chart(found, words),
            lambda: breakpoints_json(found, inside),
            lambda page: breakpoints_text(found, page, words, inside),
        )
    bends = Bends(Curves(rules, cohort, dial, inside or widest(rules, dial), show))
    return Told(
        lambda: bends_chart(bends, words), lambda: bends_json(bends), lambda page: bends_text(bends, page, words)
    )
