"""``tieuchi workbook``: the scored sheet with the rules as Excel formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import GroupOption, Lang, LangOption, LocaleOption, RulebookArgument, UnitOption, language_of

OptionalReadings = Annotated[
    str | None,
    typer.Argument(metavar="[READINGS]", help="Số liệu; không có thì để trống. / Readings; blank without them."),
]
OutRequired = Annotated[Path, typer.Option("--out", help="Tệp .xlsx. / An .xlsx file.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("workbook", help="Bảng điểm Excel tự tính lại. / A live Excel scorecard.")(workbook)


def workbook(
    rulebook: RulebookArgument,
    out: OutRequired,
    readings: OptionalReadings = None,
    lang: LangOption = Lang.vi,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
) -> None:
    """Write the live workbook of a rulebook, with the figures of one unit if given."""
    from tieuchi.api import load_readings, load_rulebook
    from tieuchi.errors import Position
    from tieuchi.loading.readings import load_all_readings
    from tieuchi.loading.readings_given import refusal
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.model.plan import compile_plan
    from tieuchi.scoring.scorer import Scorer
    from tieuchi.workbook.live import live_bytes

    if out.suffix.casefold() != ".xlsx":
        raise refusal("K821", Position(str(out)), suffix=out.suffix or "–", known=".xlsx")
    book = load_rulebook(rulebook)
    plan = compile_plan(book)
    number_locale = locale.value if locale else None
    found = load_readings(readings, book, locale=number_locale, unit=unit) if readings else None
    best = None
    if group:
        others = load_all_readings(group, plan.indicators, locale=number_locale)
        own = found.unit.id if found else ""
        best = Scorer(plan).best_of([other for other in others if other.unit.id != own])
    write_whole(out, live_bytes(plan, found, language_of(lang), best))
