"""A comparison as text: what is the rules' and what is the unit's own doing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.render.amounts import signed
from tieuchi.render.numbers import points_text
from tieuchi.render.page import Column, Page
from tieuchi.render.whatif_text import title_of
from tieuchi.whatif.appraise import Appraised
from tieuchi.whatif.compare import Comparison, Effect
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

_COMPARE = Text("So sánh", "Comparison")
_BEFORE = Text("Trước", "Before")
_AFTER = Text("Sau", "After")
_CHANGE = Text("Chênh lệch", "Change")
_RULES = Text("Do quy tắc", "By rules")
_PERFORMANCE = Text("Do kết quả", "By performance")
_OPEN = Text("Chưa tách được", "Not split")
_ONLY = {"before": Text("chỉ có trước", "before only"), "after": Text("chỉ có sau", "after only")}
_ONCE = Text("Tiêu chí chỉ có ở một bộ", "In one rulebook only")
_ALIKE = Text("Không tiêu chí nào khác điểm.", "No criterion has other points.")
_CLAIMED = Text("Tự chấm", "Claimed")
_FOUND = Text("Thẩm định", "Appraised")
_CAUSES = Text("Nguyên nhân", "Causes")
_CAUSE = {
    "refused": Text("không công nhận tài liệu", "evidence refused"),
    "figure": Text("số liệu khác", "other figure"),
    "missing": Text("thiếu số liệu", "figure missing"),
    "not_applicable": Text("không áp dụng", "not applicable"),
    "finding": Text("kết luận", "finding"),
    "declared": Text("điểm được khai khác", "other points declared"),
}


def comparison_text(found: Comparison, page: Page, language: Language, *, every: bool = False) -> None:
    """Write the total, then every criterion that differs."""
    books = [card.plan.book.title.of(language) for card in (found.before, found.after)]
    page.line(
        f"{_COMPARE.of(language)}: {found.after.readings.unit.name or found.after.readings.unit.id}", style="bold"
    )
    page.line(books[0] if books[0] == books[1] else f"{books[0]} → {books[1]}")
    page.line()
    is_open = any(effect.open for effect in found.effects)
    columns: list[Column] = [(term("id", language), "left"), (term("criterion", language), "left")]
    heads = [_BEFORE, _AFTER, _CHANGE, _RULES, _PERFORMANCE, *([_OPEN] if is_open else [])]
    columns += [(text.of(language), "right") for text in heads]
    rows = [
        _row(e, found, language, is_open=is_open)
        for e in found.effects[1:]
        if every or e.gain or e.rules or e.performance or e.only
    ]
    rows.append(_row(found.total, found, language, is_open=is_open))
    page.table(columns, rows, last_is_total=True)
    if found.only:
        page.heading(_ONCE.of(language))
        for effect in found.only:
            page.line(
                f"{effect.criterion} {_title(effect, found, language)}: {_ONLY[effect.only].of(language)}", indent=2
            )


def _title(effect: Effect, found: Comparison, language: Language) -> str:
    return title_of(effect.criterion, found.after, language) or title_of(effect.criterion, found.before, language)


def _row(effect: Effect, found: Comparison, language: Language, *, is_open: bool) -> list[str]:
    shown = found.after.plan.book.shown
    places = max(shown.points, shown.total)

    def change(points: Fraction | None) -> str:
        return signed(points, language, places, shown)

    title = _title(effect, found, language) if effect.criterion else term("total", language)
    cells = [effect.criterion, title, *(points_text(p, language, places, shown) for p in (effect.before, effect.after))]
    cells += [change(effect.gain), change(effect.rules), change(effect.performance)]
    return [*cells, change(effect.open)] if is_open else cells


def appraisal_text(found: Comparison, rows: Sequence[Appraised], page: Page, language: Language) -> None:
    """Write a self-score against the appraised one, then why: ids of readings are too long for a column."""
    shown = found.after.plan.book.shown
    page.line(f"{_CLAIMED.of(language)} – {_FOUND.of(language)}", style="bold")
    if not rows:
        page.line(_ALIKE.of(language))
        return
    columns: list[Column] = [(term("id", language), "left"), (term("criterion", language), "left")]
    columns += [(text.of(language), "right") for text in (_CLAIMED, _FOUND, _CHANGE)]
    table = []
    for row in rows:
        ends = [points_text(p, language, shown.points, shown) for p in (row.claimed, row.found)]
        gain = signed(row.found - row.claimed, language, shown.points, shown)
        table.append([row.criterion, title_of(row.criterion, found.after, language), *ends, gain])
    sums = [sum((getattr(row, side) for row in rows), Fraction(0)) for side in ("claimed", "found")]
    gain = signed(sums[1] - sums[0], language, shown.points, shown)
    table.append(["", term("total", language), *(points_text(p, language, shown.points, shown) for p in sums), gain])
    page.table(columns, table, last_is_total=True)
    page.heading(_CAUSES.of(language))
    for row in rows:
        causes = "; ".join(
            f"{_CAUSE[c].of(language)} {signed(p, language, shown.points, shown)}" for c, p in row.causes
        )
        named = f" ({', '.join(row.readings)})" if row.readings else ""
        page.line(f"{row.criterion}: {causes}{named}", indent=2, hang=2)
