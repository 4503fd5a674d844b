"""The difference of two rulebooks in the words of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tieuchi.difference.changes import Change
from tieuchi.difference.effect import UnitEffect
from tieuchi.model.number import exact_text, parse_number, shown_text
from tieuchi.model.rulebook import Rulebook
from tieuchi.render.page import Page
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import localised, term

_KEYS: dict[str, Text] = {
    "at_least": Text("từ", "at least"),
    "more_than": Text("trên", "more than"),
    "at_most": Text("đến", "at most"),
    "less_than": Text("dưới", "less than"),
    "exactly": Text("đúng bằng", "exactly"),
    "otherwise": Text("còn lại", "otherwise"),
    "points": Text("điểm", "points"),
    "max_points": Text("điểm tối đa", "maximum"),
    "title": Text("tên", "title"),
    "value": Text("cách tính giá trị", "value"),
    "scale": Text("cách chấm", "scale"),
    "full_at": Text("đủ điểm từ", "full points at"),
    "zero_at": Text("0 điểm tại", "no points at"),
    "cut_off": Text("mức tối thiểu", "cut-off"),
    "each": Text("mỗi bước", "each step"),
    "per": Text("bước", "per"),
    "floor": Text("không dưới", "not below"),
    "allowed": Text("cho phép", "allowed"),
    "base": Text("mức nền", "base"),
    "up_to": Text("mức nền đến", "base up to"),
    "direction": Text("chiều", "direction"),
    "owner": Text("cơ quan phụ trách", "responsible office"),
    "when": Text("điều kiện", "condition"),
    "grades": Text("xếp loại", "grades"),
    "findings": Text("kết luận", "findings"),
    "indicators": Text("chỉ số", "indicators"),
    "rounding": Text("làm tròn", "rounding"),
    "nothing_assigned": Text("khi không có nhiệm vụ", "where nothing was assigned"),
    "deduct": Text("trừ", "deducts"),
    "kind": Text("loại", "kind"),
    "range": Text("khoảng", "range"),
    "part_of": Text("là một phần của", "part of"),
    "choices": Text("lựa chọn", "choices"),
    "measure": Text("đơn vị tính", "measure"),
    "min_points": Text("điểm tối thiểu", "minimum"),
    "applies_when": Text("chỉ áp dụng khi", "applies when"),
    "weight": Text("trọng số", "weight"),
    "rescale": Text("quy đổi", "rescaled"),
    "block": Text("khối thưởng, trừ", "bonus or penalty block"),
}
_NAMELESS = frozenset({"bands", "linear", "branches", "checklist", "scale", "consequences", "classes", "vi", "en"})
_SENTENCES: dict[str, Text] = {
    "added": Text("thêm mới: {after}", "new: {after}"),
    "removed": Text("bỏ: {before}", "removed: {before}"),
    "renumbered": Text("đổi mã từ {before}", "was {before}"),
    "moved": Text("chuyển từ {before} sang {after}", "moved from {before} to {after}"),
    "clause_added": Text("thêm {after}", "added: {after}"),
    "clause_removed": Text("bỏ {before}", "removed: {before}"),
    "changed": Text("{what}: {before} → {after}", "{what}: {before} → {after}"),
}
_HEADER = Text("Chung", "Whole rulebook")
_SAME = Text("Hai bộ tiêu chí nói như nhau.", "The two rulebooks say the same.")
_CLAUSE = Text("mức {clause}", "clause {clause}")
_ENTRY = {
    "indicators": Text("chỉ số {clause}", "indicator {clause}"),
    "findings": Text("kết luận {clause}", "finding {clause}"),
    "grades": Text("hạng {clause}", "grade {clause}"),
}
"""What an entry of a list in the header is called; elsewhere it is a clause."""
_GAIN = Text(
    "{gain} đơn vị tăng, {lose} giảm, {same} không đổi",
    "{gain} {gain:unit gains|units gain}, {lose} {lose:loses|lose}, {same} unchanged",
)
_OPEN = Text("{open} chưa xác định vì thiếu số liệu", "{open} unsettled: readings are missing")
_EFFECT = Text("Tác động", "Effect")
_BEFORE = Text("Trước", "Before")
_AFTER = Text("Sau", "After")
_DELTA = Text("Chênh lệch", "Change")
_WHERE = Text("Ở tiêu chí", "By criterion")
_PLACES = 3


def diff_text(
    old: Rulebook,
    new: Rulebook,
    changes: Sequence[Change],
    effects: Sequence[UnitEffect],
    page: Page,
    language: Language,
) -> None:
    """Write the changes by criterion, then the effect on units."""
    page.line(f"{old.id} → {new.id}", style="bold")
    titles = _titles(old) | _titles(new)
    shares = _shares(old) | _shares(new)
    if not changes:
        page.line(_SAME.of(language))
    for name in dict.fromkeys(change.criterion for change in changes):
        title = titles[name].get(language, "") if name else ""
        page.heading(f"{name}  {title}" if name else _HEADER.of(language))
        for change in changes:
            if change.criterion == name:
                page.line(sentence(change, language, share=name in shares), indent=2)
    if effects:
        _effects(effects, page, language)


def sentence(change: Change, language: Language, *, share: bool = False) -> str:
    """Return one change in words.

    Example:
        >>> change = Change("changed", "8.2", "b", ("scale", "bands", "at_least"), "0.1", "0.2")
        >>> sentence(change, "en", share=True)
        'clause b, at least: 10% → 20%'
    """
    listed = change.path[0] if change.path and not change.criterion else ""
    place = [_ENTRY.get(listed, _CLAUSE).fill(language, clause=change.clause)] if change.clause else []
    steps = change.path[1:] if change.clause and listed in _ENTRY else change.path
    keys = [key for key in steps if key not in _NAMELESS or len(steps) == 1]
    what = [_KEYS[key].of(language) if key in _KEYS else key for key in keys]
    if change.kind in ("clause_added", "clause_removed"):
        what = []
    before, after = change.before, change.after
    if change.kind not in ("renumbered", "moved"):
        before, after = (shown(value, change.path, language, share=share) for value in (before, after))
    facts = {"what": ", ".join([*place, *what]), "before": before or "–", "after": after or "–"}
    words = _SENTENCES[change.kind].fill(language, **facts)
    return words if change.kind in ("changed", "renumbered", "moved", "added", "removed") else f"{place[0]}: {words}"


def shown(value: Any, path: tuple[str, ...], language: Language, *, share: bool) -> str:
    """Return what stands at a place as people write it: numbers in their locale, clauses in words."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return _tree(value, language, share=share)
    if isinstance(value, list):
        return "; ".join(shown(part, path, language, share=share) for part in value)
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    return _number(str(value), path[-1] if path else "", language, share=share)


def _number(text: str, key: str, language: Language, *, share: bool) -> str:
    try:
        number = parse_number(text)
    except ValueError:
        return text
    thresholds = ("at_least", "more_than", "at_most", "less_than", "exactly", "full_at", "zero_at", "cut_off")
    if share and key in thresholds and "/" not in exact_text(number * 100):
        return f"{localised(exact_text(number * 100), language)}%"
    return localised(exact_text(number), language)


def _tree(value: Mapping[str, Any], language: Language, *, share: bool) -> str:
    if set(value) == {"vi", "en"}:
        return str(value[language])
    if "max_points" in value:
        title = value.get("title", {}).get(language, "")
        most = localised(exact_text(parse_number(str(value["max_points"]))), language)
        return f"{title} ({_KEYS['max_points'].of(language)} {most})"
    parts = []
    for key, inner in value.items():
        if key in ("clause", "reference", "basis", "id", "note"):
            continue
        word = _KEYS[key].of(language) if key in _KEYS else key
        text = shown(inner, (key,), language, share=share)
        parts.append(word if key == "otherwise" else f"{word} {text}")
    return ", ".join(parts)


def _titles(book: Rulebook) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    stack = list(book.criteria)
    while stack:
        criterion = stack.pop()
        found[criterion.id] = {"vi": criterion.title.vi, "en": criterion.title.en}
        stack += criterion.criteria or ()
    return found


def _shares(book: Rulebook) -> set[str]:
    """Return the sub-criteria whose thresholds are shares."""
    kinds = {indicator.id: indicator.kind for indicator in book.indicators}
    found = set()
    for leaf in book.leaves():
        value = leaf.value.truncate.of if leaf.value is not None and leaf.value.truncate is not None else leaf.value
        if value is None:
            continue
        plain = value.count or value.amount or ""
        if value.kind in ("ratio", "coverage", "growth") or kinds.get(plain) in ("percent", "ratio"):
            found.add(leaf.id)
    return found


def _effects(effects: Sequence[UnitEffect], page: Page, language: Language) -> None:
    page.heading(_EFFECT.of(language))
    settled = [effect.delta for effect in effects if effect.delta is not None]
    gain, lose = sum(d > 0 for d in settled), sum(d < 0 for d in settled)
    page.line(_GAIN.fill(language, gain=gain, lose=lose, same=len(settled) - gain - lose))
    if len(settled) < len(effects):
        page.line(_OPEN.fill(language, open=len(effects) - len(settled)))
    rows = [_effect_row(effect, language) for effect in effects if effect.delta != 0]
    if rows:
        names = [term("unit", language), _BEFORE.of(language), _AFTER.of(language), _DELTA.of(language)]
        columns = [(name, "right" if index else "left") for index, name in enumerate(names)]
        page.table([*columns, (_WHERE.of(language), "left")], rows)  # type: ignore[list-item]


def _effect_row(effect: UnitEffect, language: Language) -> list[str]:
    figures = ["?" if n is None else localised(shown_text(n, _PLACES), language) for n in (effect.before, effect.after)]
    delta = "?" if effect.delta is None else signed_text(effect.delta, language)
    where = ", ".join(f"{name} {signed_text(part, language)}" for name, part in effect.by_criterion[:5])
    grades = f" {effect.grade_before} → {effect.grade_after}" if effect.grade_before != effect.grade_after else ""
    return [(effect.name or effect.unit) + grades, *figures, delta, where]


def signed_text(number: Fraction, language: Language) -> str:
    """Return a change with its sign."""
    text = exact_text(number)
    return ("+" if number > 0 else "") + localised(shown_text(number, _PLACES) if "/" in text else text, language)


def diff_json(changes: Sequence[Change], effects: Sequence[UnitEffect]) -> dict[str, Any]:
    """Return changes and effects as plain data."""
    return {
        "changes": [
            {
                "kind": change.kind,
                "criterion": change.criterion,
                "clause": change.clause,
                "path": "/".join(change.path),
                "before": change.before,
                "after": change.after,
                "text": {"vi": sentence(change, "vi"), "en": sentence(change, "en")},
            }
            for change in changes
        ],
        "effects": [
            {
                "unit": effect.unit,
                "before": None if effect.before is None else exact_text(effect.before),
                "after": None if effect.after is None else exact_text(effect.after),
                "change": None if effect.delta is None else exact_text(effect.delta),
                "grade_before": effect.grade_before,
                "grade_after": effect.grade_after,
                "by_criterion": {name: exact_text(part) for name, part in effect.by_criterion},
            }
            for effect in effects
        ],
    }
