"""What a threshold or an indicator can reach, as text."""

from __future__ import annotations

from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.render.page import Page
from tieuchi.whatif.touches import Touches
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import localised, term

_NOTHING = Text("không tới tiêu chí nào", "reaches no criterion")
_POINTS = Text("điểm từ {least} đến {most}", "points from {least} to {most}")
_THROUGH = Text("qua kết luận", "through")
_READS = Text("số liệu", "readings")
_NUMBERS = Text("ngưỡng và điểm", "thresholds and points")


def touches_text(found: Touches, plan: Plan, page: Page, language: Language) -> None:
    """Write every sub-criterion that a name reaches, with what else it rests on."""
    title = plan.indicators[found.name].title.of(language) if found.name in plan.indicators else found.value
    page.line(f"{found.name}: {title}" if title else found.name, style="bold")
    if not found.reached:
        page.line(_NOTHING.of(language), indent=2)
    for reached in found.reached:
        least, most = (localised(exact_text(end), language) for end in (reached.least, reached.most))
        page.line()
        page.line(f"{reached.criterion}  {plan.by_id[reached.criterion].criterion.title.of(language)}", style="bold")
        page.line(_POINTS.fill(language, least=least, most=most), indent=2)
        if reached.through:
            page.line(f"{_THROUGH.of(language)}: {', '.join(reached.through)}", indent=2)
        if reached.indicators:
            page.line(f"{_READS.of(language)}: {', '.join(reached.indicators)}", indent=2)
        if reached.thresholds:
            page.line(f"{_NUMBERS.of(language)}: {', '.join(reached.thresholds)}", indent=2)
    page.line()
    page.line(f"{term('sub_criteria', language)}: {len(found.reached)}")
