"""``tieuchi report``: the report that the office has to write, as Word, HTML or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import (
    GroupOption,
    Lang,
    LangOption,
    LocaleOption,
    ReadingsArgument,
    RulebookArgument,
    UnitOption,
    language_of,
)

if TYPE_CHECKING:
    from tieuchi.model.rulebook import Rulebook
    from tieuchi.report.content import Compared, Report

_SUFFIXES = (".docx", ".html", ".pdf")
OutRequired = Annotated[Path, typer.Option("--out", help="Tệp .docx, .html hoặc .pdf. / A .docx, .html or .pdf file.")]
PreviousOption = Annotated[
    str | None, typer.Option("--previous", help="Số liệu kỳ trước. / Readings of the period before.")
]
PreviousBookOption = Annotated[
    str | None,
    typer.Option("--previous-rulebook", help="Bộ tiêu chí kỳ trước, nếu khác. / Its rulebook, if another."),
]
TemplateOption = Annotated[Path | None, typer.Option("--template", help="Mẫu Word riêng. / The office's own template.")]
WriteTemplateOption = Annotated[
    Path | None, typer.Option("--write-template", help="Ghi mẫu Word để sửa. / Write the template out, to change it.")
]
RecipientsOption = Annotated[
    list[str] | None, typer.Option("--recipient", help="Nơi nhận; nhắc lại được. / To whom; may be repeated.")
]
Words = Annotated[str, typer.Option(help="Ghi ở đầu báo cáo. / Stands at the head of the report.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("report", help="Báo cáo kết quả (Word, HTML, PDF). / The report, as Word, HTML or PDF.")(report)


def report(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    out: OutRequired,
    lang: LangOption = Lang.vi,
    previous: PreviousOption = None,
    previous_rulebook: PreviousBookOption = None,
    template: TemplateOption = None,
    write_template: WriteTemplateOption = None,
    agency: Words = "",
    office: Words = "",
    number: Words = "",
    place: Words = "",
    date: Words = "",
    signer: Words = "",
    recipient: RecipientsOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
) -> None:
    """Write the report of one unit."""
    from tieuchi.cli.assessing import load_and_assess
    from tieuchi.errors import Position
    from tieuchi.loading.readings_given import refusal
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.report.content import Heading, write_report

    if out.suffix.casefold() not in _SUFFIXES:
        raise refusal("K821", Position(str(out)), suffix=out.suffix or "–", known=", ".join(_SUFFIXES))
    book, card = load_and_assess(rulebook, readings, locale=locale, unit=unit, group=group, exact=False)
    compared = _compared(book, card.readings.unit.id, previous, previous_rulebook or rulebook, group, locale)
    heading = Heading(agency, office, number, place, date, tuple(recipient or ()), signer)
    written = write_report(card, language_of(lang), heading=heading, compared=compared)
    data = _printed(written, out.suffix.casefold(), lang, template)
    if write_template is not None:
        _write_template(write_template, rank=bool(group), before=previous is not None)
    write_whole(out, data)


def _printed(written: Report, suffix: str, lang: Lang, template: Path | None) -> bytes:
    from tieuchi.report.docx import report_docx
    from tieuchi.report.html import report_html
    from tieuchi.report.pdf import pdf_of

    if suffix == ".html":
        return report_html(written, language_of(lang)).encode()
    data = report_docx(written, language_of(lang), template)
    return pdf_of(data) if suffix == ".pdf" else data


def _write_template(path: Path, *, rank: bool, before: bool) -> None:
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.report.template import template_bytes

    write_whole(path, template_bytes(rank=rank, before=before))


def _compared(
    book: Rulebook, own: str, previous: str | None, previous_book: str, group: str | None, locale: Lang | None
) -> Compared:
    """Score the period before and the other units of the group."""
    from tieuchi.api import load_readings, load_rulebook, score
    from tieuchi.loading.readings import load_all_readings
    from tieuchi.report.content import Compared

    number_locale = locale.value if locale else None
    before = None
    if previous is not None:
        old = load_rulebook(previous_book)
        before = score(old, load_readings(previous, old, locale=number_locale), road="exact")
    cards = []
    if group:
        every = load_all_readings(group, {i.id: i for i in book.indicators}, locale=number_locale)
        cards = [score(book, other, group=every, road="exact") for other in every if other.unit.id != own]
    return Compared(cards, before)
