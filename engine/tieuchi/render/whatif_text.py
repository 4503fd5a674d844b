"""A what-if as text: the diff, before and after, what moved, and what changed nothing."""

from __future__ import annotations

from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.amounts import reading_text, signed
from tieuchi.render.card_text import span_text
from tieuchi.render.page import Column, Page
from tieuchi.whatif.difference import Difference, Moved
from tieuchi.whatif.run import WhatIf
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, term

_WHATIF = Text("Nếu thay đổi", "What if")
_DIFF = Text("Các thay đổi", "Changes")
_MOVED = Text("Tiêu chí thay đổi", "Criteria that move")
_NOTHING = Text("Không thay đổi nào làm đổi điểm.", "Nothing moves.")
_IDLE = Text("Thay đổi không có tác dụng", "Changes that change nothing")
_BEFORE = Text("Trước", "Before")
_AFTER = Text("Sau", "After")
_CHANGE = Text("Chênh lệch", "Change")
_CLAUSES = Text("Mức", "Clause")
_ABSENT = Text("không có", "absent")


def whatif_text(found: WhatIf, page: Page, language: Language) -> None:
    """Write a what-if."""
    card = found.difference.before
    page.line(f"{_WHATIF.of(language)}: {card.readings.unit.name or card.readings.unit.id}", style="bold")
    if found.scenario.title:
        page.line(found.scenario.title)
    if found.readings or found.rules:
        page.heading(_DIFF.of(language))
    for edit in found.readings:
        indicator = card.plan.indicators[edit.change.name]
        before = reading_text(edit.before.value if edit.before else None, indicator, language)
        after = reading_text(edit.after.value if edit.after else None, indicator, language)
        page.line(f"{edit.change.name}: {before} → {after}  ({indicator.title.of(language)})", indent=2)
    for rule in found.rules:
        page.line(f"{rule.change.name}: {rule.before} → {rule.change.text}", indent=2)
    difference_text(found.difference, page, language)
    if found.idle:
        page.heading(_IDLE.of(language))
        for change in found.idle:
            page.line(f"{change.name} = {change.text}", indent=2)


def difference_text(found: Difference, page: Page, language: Language) -> None:
    """Write totals before and after, and every sub-criterion that moved."""
    shown = found.after.plan.book.shown
    page.line()
    totals = [span_text(card.total, card, language, shown.total) for card in (found.before, found.after)]
    gain = signed(found.gain, language, max(shown.points, shown.total), shown)
    page.line(f"{term('total', language)}: {totals[0]} → {totals[1]}  ({gain})", style="bold")
    grades = [" – ".join(card.grades_possible) for card in (found.before, found.after)]
    if any(grades) and grades[0] != grades[1]:
        page.line(f"{term('grade', language)}: {grades[0] or '–'} → {grades[1] or '–'}", style="bold")
    if not found.moved:
        page.line(_NOTHING.of(language))
        return
    page.heading(_MOVED.of(language))
    columns: list[Column] = [(term("id", language), "left"), (term("criterion", language), "left")]
    columns += [(text.of(language), "right") for text in (_BEFORE, _AFTER, _CHANGE)]
    columns.append((_CLAUSES.of(language), "left"))
    page.table(columns, [_row(moved, found, language) for moved in found.moved])


def _row(moved: Moved, found: Difference, language: Language) -> list[str]:
    shown = found.after.plan.book.shown
    before, after = (clause_words(clause, language) for clause in moved.clauses)
    return [
        moved.criterion,
        title_of(moved.criterion, found.after, language) or title_of(moved.criterion, found.before, language),
        _points(moved.before, found.before, language),
        _points(moved.after, found.after, language),
        signed(moved.gain, language, shown.points, shown),
        before if before == after else f"{before} → {after}",
    ]


def _points(node: Score | None, card: Scorecard, language: Language) -> str:
    if node is None:
        return _ABSENT.of(language)
    if node.state == "not_applicable":
        return term("not_applicable", language)
    return span_text(node, card, language, card.plan.book.shown.points)


def title_of(criterion: str, card: Scorecard, language: Language) -> str:
    """Return the title of any criterion of a scorecard; nothing where it has none."""
    found = criteria_of(card).get(criterion)
    return found.title.of(language) if found else ""


def criteria_of(card: Scorecard) -> dict[str, Criterion]:
    """Return every criterion of a scorecard by id."""
    waiting = list(card.plan.book.criteria)
    found: dict[str, Criterion] = {}
    while waiting:
        criterion = waiting.pop(0)
        found[criterion.id] = criterion
        waiting += criterion.criteria or ()
    return found
