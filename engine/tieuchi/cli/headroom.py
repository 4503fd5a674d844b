"""``tieuchi headroom``: what each reading can still gain, and what it can lose."""

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
from tieuchi.cli.simulating import PlotOption, draw, load_pair, progress, tell
from tieuchi.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tieuchi.whatif.headroom import Headroom, Surveyor

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
    with progress(lang) as show:
        every = _surveyed(surveyor, criterion, show)
    words = language_of(lang)
    draw(
        lambda: scale_chart(surveyor, every[0], words) if len(every) == 1 else tornado_chart(card, every, words),
        plot,
        lang,
    )
    tell(form, out, lambda: headroom_json(card, every), lambda page: headroom_text(card, every, page, words))


def _surveyed(surveyor: Surveyor, criterion: str | None, show: Callable[[int, int], None]) -> list[Headroom]:
    """Return the headroom of one criterion's parts, or of every sub-criterion in which anything can move."""
    if criterion is None:
        return [found for found in surveyor.all(show) if found.gains or found.losses]
    every = surveyor.desk.plan.leaves
    leaves = [leaf.id for leaf in every if criterion in (leaf.id, *leaf.ancestors)]
    if not leaves:
        raise UnknownNameError("criterion", criterion, [leaf.id for leaf in every])
    return [surveyor.headroom(name) for name in leaves]
