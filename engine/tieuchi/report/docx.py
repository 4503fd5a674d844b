"""The report as a Word file: the template filled in, figures and all."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from tieuchi.errors import Position, ReadingsError, TieuchiError
from tieuchi.loading.readings_given import refusal
from tieuchi.loading.readings_package import MOST_BYTES, check_package
from tieuchi.report.content import Report
from tieuchi.report.guarded import guarded, place_of
from tieuchi.report.plots import bars_png
from tieuchi.report.template import template_bytes
from tieuchi.words import Language, message_text

WIDTH_MM = 150


def report_docx(report: Report, language: Language, template: Path | None = None) -> bytes:
    """Return the report as a .docx file.

    Args:
        report: What it says.
        language: How numbers in figures are written.
        template: The office's own template; the bundled one without it.

    Raises:
        ReadingsError: The template can't be used, or a library is not installed.
    """
    try:
        from docx.shared import Mm
        from docxtpl import DocxTemplate, InlineImage
    except ImportError:
        raise refusal("K820", Position("report"), package="docxtpl", extra="report") from None
    place = Position(str(template) if template else "report.docx")
    data = _template(template, report.data, place, language)
    context, plots, document = context_of(report), plots_of(report, language), None
    try:
        document = DocxTemplate(BytesIO(data))
        for name, image in plots.items():
            context[name] = InlineImage(document, BytesIO(image), width=Mm(WIDTH_MM)) if image else ""
        document.render(context, guarded(), autoescape=True)
        stream = BytesIO()
        document.save(stream)
    except (TieuchiError, MemoryError):
        raise
    except Exception as problem:
        reason = str(problem) or type(problem).__name__
        paragraph = place_of(document, problem) if document is not None else ""
        raise refusal("K832", place, reason=f"{reason} (“{paragraph}”)" if paragraph else reason) from problem
    return stream.getvalue()


def _template(template: Path | None, data: Mapping[str, Any], place: Position, language: Language) -> bytes:
    """Return the template; one of the office's own only if it is a plain package of moderate size."""
    if template is None:
        return template_bytes(rank=data["has_rank"], before=data["has_before"])
    try:
        given = template.read_bytes() if template.stat().st_size <= MOST_BYTES else b""
    except OSError as problem:
        raise refusal("K832", place, reason=problem.strerror or str(problem)) from None
    if not given:
        raise refusal("K832", place, reason=f"> {MOST_BYTES} byte")
    try:
        check_package(given, place.file)
    except ReadingsError as refused:
        issue = refused.issues[0]
        raise refusal("K832", place, reason=message_text(issue.code, issue.facts, language)) from None
    return given


def context_of(report: Report) -> dict[str, Any]:
    """Return what a template can name."""
    data = dict(report.data)
    data["rows"] = data.pop("fields")
    return data | {"proposals_number": "IV" if data["has_before"] else "III"}


def plots_of(report: Report, language: Language) -> dict[str, bytes]:
    """Return the figures that the report has, by the name that a template gives them."""
    rates, offices = report.rates, report.offices
    return {
        "plot_fields": bars_png(rates, language, percent=True, colour="#2563eb") if rates else b"",
        "plot_offices": bars_png(offices, language, percent=False, colour="#dc2626") if offices else b"",
    }
