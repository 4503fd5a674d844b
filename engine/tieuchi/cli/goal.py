"""``tieuchi goal``: the cheapest changes that reach a total, a grade or a rank."""

from __future__ import annotations

from pathlib import Path
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
    language_of,
)
from tieuchi.cli.simulating import PlotOption, draw, load_pair, progress, tell

TargetOption = Annotated[
    str, typer.Option("--target", metavar="TARGET", help="80, grade:A hoặc rank:10. / 80, grade:A or rank:10.")
]
PlanOption = Annotated[
    Path | None, typer.Option("--plan", help="Giới hạn và công sức. / A file of limits and efforts.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("goal", help="Cách ít công sức nhất để đạt mục tiêu. / The cheapest way to a target.")(goal)


def goal(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    target: TargetOption,
    plan: PlanOption = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
) -> None:
    """Find the cheapest set of changes that reaches a target, and the most points for each effort."""
    from tieuchi.assess import assess
    from tieuchi.loading.scenario import load_plan
    from tieuchi.model.plan import compile_plan
    from tieuchi.plots.charts_more import frontier_chart
    from tieuchi.render.goal_json import goal_json
    from tieuchi.render.goal_text import goal_text
    from tieuchi.whatif.goal import Seeker

    _, book, found, others = load_pair(rulebook, readings, locale=locale, unit=unit, group=group)
    made = compile_plan(book)
    limits = load_plan(plan) if plan else None
    with progress(lang) as show:
        answer = Seeker(made, found, others, limits, show).seek(target)
    card = assess(made, found, others, "exact")
    words = language_of(lang)
    draw(lambda: frontier_chart(card, answer, words), plot, lang)
    tell(form, out, lambda: goal_json(card, answer), lambda page: goal_text(card, answer, page, words))
