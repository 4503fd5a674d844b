"""The report as a Word file: the template filled in, figures and all."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal
from tieuchi.report.content import Report
from tieuchi.report.plots import bars_png
from tieuchi.report.template import template_bytes
from tieuchi.words.language import Language

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
        from jinja2.exceptions import TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        raise refusal("K820", Position("report"), package="docxtpl", extra="report") from None
    data = _template(template, report.data)
    try:
        document = DocxTemplate(BytesIO(data))
        context = context_of(report)
        for name, image in plots_of(report, language).items():
            context[name] = InlineImage(document, BytesIO(image), width=Mm(WIDTH_MM)) if image else ""
        document.render(context, SandboxedEnvironment(), autoescape=True)
        stream = BytesIO()
        document.save(stream)
    except (TemplateError, KeyError, ValueError, OSError) as problem:
        place = Position(str(template) if template else "report.docx")
        raise refusal("K832", place, reason=str(problem) or type(problem).__name__) from None
    return stream.getvalue()


def _template(template: Path | None, data: Mapping[str, Any]) -> bytes:
    if template is None:
        return template_bytes(rank=data["has_rank"], before=data["has_before"])
    try:
        return template.read_bytes()
    except OSError as problem:
        raise refusal("K832", Position(str(template)), reason=problem.strerror or str(problem)) from None


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
