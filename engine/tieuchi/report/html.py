"""The report as one self-contained page."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal
from tieuchi.report.content import Report
from tieuchi.report.docx import context_of, plots_of
from tieuchi.words.language import Language

_TEMPLATE = Path(__file__).with_name("report.html")


def report_html(report: Report, language: Language) -> str:
    """Return the report as a page that needs no other file.

    Raises:
        ReadingsError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise refusal("K820", Position("report"), package="jinja2", extra="report") from None
    context = context_of(report) | {"language": language}
    for name, image in plots_of(report, language).items():
        context[name] = b64encode(image).decode() if image else ""
    columns = ["no", "title", "most", "points", "rate"]
    columns += ["rank"] if context["has_rank"] else []
    columns += ["before", "change"] if context["has_before"] else []
    context["columns"] = columns
    context["heads"] = {name: context["field" if name == "title" else name] for name in columns}
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(context)
