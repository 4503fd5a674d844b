"""``tieuchi form``: the input workbook to be filled in; filled copies merged, carried over, or read to JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument, language_of
from tieuchi.words.language import Text

if TYPE_CHECKING:
    from tieuchi.model.plan import Plan
    from tieuchi.model.reading import Readings


FilledArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FILLED]...", help="Biểu mẫu đã điền, hoặc số liệu. / Filled forms, or readings."),
]
OutRequired = Annotated[Path, typer.Option("--out", help="Tệp .xlsx, hoặc .json. / An .xlsx file, or .json.")]
OwnerOption = Annotated[
    str | None, typer.Option("--owner", help="Chỉ phần của một cơ quan. / Only the part of one office.")
]
UnitsOption = Annotated[int, typer.Option("--units", min=1, max=300, help="Số đơn vị. / How many units.")]
MigrateOption = Annotated[
    bool, typer.Option("--migrate", help="Nhận biểu mẫu bản khác, theo tên. / Take another version's form, by name.")
]

_LEFT_OUT = Text(
    "Những tên này không có trong bộ tiêu chí nên không chuyển sang được:",
    "The rulebook does not know these names, so they are left out:",
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("form", help="Biểu mẫu Excel để điền số liệu. / The Excel form for figures.")(form)


def form(
    rulebook: RulebookArgument,
    out: OutRequired,
    filled: FilledArgument = None,
    owner: OwnerOption = None,
    units: UnitsOption = 1,
    migrate: MigrateOption = False,
    lang: LangOption = Lang.vi,
    locale: LocaleOption = None,
) -> None:
    """Write a form, empty or with the figures of filled copies; or those figures as one JSON file."""
    from tieuchi.api import load_rulebook
    from tieuchi.errors import Position
    from tieuchi.loading.readings_given import refusal
    from tieuchi.loading.rulebook import fingerprint
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.model.plan import compile_plan
    from tieuchi.render.readings_json import readings_json
    from tieuchi.workbook.form import form_bytes

    book = load_rulebook(rulebook)
    plan, mark = compile_plan(book), fingerprint(book)
    found = _filled(filled or [], plan, mark, migrate=migrate, locale=locale, lang=lang)
    match out.suffix.casefold():
        case ".xlsx":
            data = form_bytes(plan, mark, language_of(lang), owner=owner, filled=found, units=units)
        case ".json":
            every = [readings_json(readings, plan) for readings in found]
            data = (json.dumps({"units": every}, ensure_ascii=False, indent=2) + "\n").encode()
        case suffix:
            raise refusal("K821", Position(str(out)), suffix=suffix or "–", known=".xlsx, .json")
    write_whole(out, data)


def _filled(
    names: list[str], plan: Plan, mark: str, *, migrate: bool, locale: Lang | None, lang: Lang
) -> tuple[Readings, ...]:
    """Return the readings of forms, merged, and of other files of readings."""
    from tieuchi.api import load_readings
    from tieuchi.workbook.form_reading import is_form, read_forms

    forms = [name for name in names if is_form(name)]
    left: list[str] = []
    found = read_forms(forms, plan, mark, migrate=migrate, left_out=lambda n, at: left.append(f"{at}: {n}"))
    if left:
        typer.echo("\n".join([_LEFT_OUT.of(language_of(lang)), *(f"  {line}" for line in left)]), err=True)
    others = [name for name in names if name not in forms]
    number_locale = locale.value if locale else None
    return (*found, *(load_readings(name, plan.book, locale=number_locale) for name in others))
