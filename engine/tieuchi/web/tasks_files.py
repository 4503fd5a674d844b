"""The tasks that make files: a blank or filled form, a live workbook, a picture, and a report where it can be made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tieuchi.assess import assess
from tieuchi.web.answers import DOCX, XLSX, Answer
from tieuchi.web.forms import FileForm, form_of
from tieuchi.web.given import group_given, loaded_of, readings_given
from tieuchi.words.language import Language

if TYPE_CHECKING:
    from tieuchi.model.reading import Readings
    from tieuchi.web.books import Loaded


def file(head: Mapping[str, Any], body: bytes, _tell: Any) -> Answer:
    """Make one file."""
    form, root = form_of(body, FileForm)
    loaded = loaded_of(form.rulebook)
    language: Language = "en" if head.get("language") == "en" else "vi"
    if form.kind == "form":
        from tieuchi.workbook.form import form_bytes

        return {"status": 200, "type": XLSX}, form_bytes(loaded.plan, loaded.sha256, language)
    readings, group = readings_given(form, root, loaded), group_given(form, root, loaded)
    if form.kind == "workbook":
        return {"status": 200, "type": XLSX}, _workbook(loaded, readings, group, language)
    if form.kind == "report":
        return {"status": 200, "type": DOCX}, _report(loaded, readings, group, language)
    return {"status": 200, "type": "image/png"}, _picture(loaded, readings, group, language)


def _report(loaded: Loaded, readings: Readings, group: tuple[Readings, ...], language: Language) -> bytes:
    from tieuchi.report.content import write_report
    from tieuchi.report.docx import report_docx

    return report_docx(write_report(loaded.both.assess(readings, group), language), language)


def _workbook(loaded: Loaded, readings: Readings, group: tuple[Readings, ...], language: Language) -> bytes:
    from tieuchi.scoring.scorer import Scorer
    from tieuchi.workbook.live import live_bytes

    others = [other for other in group if other.unit.id != readings.unit.id]
    best = Scorer(loaded.plan).best_of(others) if others else None
    return live_bytes(loaded.plan, readings, language, best)


def _picture(loaded: Loaded, readings: Readings, group: tuple[Readings, ...], language: Language) -> bytes:
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.plots import picture
    from tieuchi.plots.charts import tornado_chart
    from tieuchi.whatif.headroom import Surveyor
    from tieuchi.whatif.rescore import Desk

    card = assess(loaded.plan, readings, group, "exact")
    chart = tornado_chart(card, Surveyor(Desk(loaded.plan, readings, group)).all(), language)
    if chart is None:
        raise ScenarioError([Issue("S734", Position("picture"))])
    return picture(chart, ".png", language)
