"""``tieuchi headroom``: what each reading can still gain, and what it can lose."""

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
from tieuchi.errors import UnknownNameError

CriterionArgument = Annotated[
    str | None, typer.Argument(metavar="[CRITERION]", help="Mã tiêu chí, ví dụ 8.2. / Id of a criterion, such as 8.2.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("headroom", help="Mỗi số liệu còn tăng được bao nhiêu điểm. / What each reading can gain.")(headroom)


def headroom(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    criterion: CriterionArgument = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
) -> None:
    """Show the least change of each reading that reaches each higher step, and the nearest loss."""
    from tieuchi.assess import assess
    from tieuchi.model.plan import compile_plan
    from tieuchi.plots.charts import scale_chart, tornado_chart
    from tieuchi.render.headroom_json import headroom_json
    from tieuchi.render.headroom_text import headroom_text
    from tieuchi.whatif.headroom import Surveyor
    from tieuchi.whatif.rescore import Desk

    _, book, found, others = load_pair(rulebook, readings, locale=locale, unit=unit, group=group)
    plan = compile_plan(book)
    surveyor = Surveyor(Desk(plan, found, others))
    card = assess(plan, found, others, "exact")
    if criterion is None:
        every = [h for h in surveyor.all() if h.gains or h.losses]
    else:
        known = [leaf.id for leaf in plan.leaves]
        leaves = [leaf.id for leaf in plan.leaves if criterion in (leaf.id, *leaf.ancestors)]
        if not leaves:
            raise UnknownNameError("criterion", criterion, known)
        every = [surveyor.headroom(name) for name in leaves]
    words = language_of(lang)
    draw(
        lambda: scale_chart(surveyor, every[0], words) if len(every) == 1 else tornado_chart(card, every, words),
        plot,
        lang,
    )
    if form is Format.json:
        emit_json(headroom_json(card, every), out)
        return
    page = new_page(out)
    headroom_text(card, every, page, words)
    emit(page.text(), out)
