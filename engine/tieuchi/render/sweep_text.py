"""Sweeps, breakpoints and cut-offs as text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.model.number import exact_text
from tieuchi.render.amounts import share_text, signed
from tieuchi.render.numbers import points_text, short_number
from tieuchi.render.page import Column, Page
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.cutoff import Bunching, CutOff, Interval, NearMiss, Solution
from tieuchi.whatif.dial import Dial
from tieuchi.whatif.sweep import Sweep
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

_SWEEP = Text("Mô phỏng ngưỡng", "Threshold sweep")
_UNITS = Text("đơn vị", "units")
_VARIANTS = Text("phương án", "variants")
_REFUSED = Text("phương án bị loại vì ngưỡng không theo thứ tự", "variants refused: thresholds out of order")
_UNSETTLED = Text(
    "{count} đơn vị chưa đủ số liệu để có tổng điểm nên không xếp hạng, không tính vào trung bình: {who}",
    "{count} {count:unit lacks readings, has no total and is|units lack readings, have no total and are} "
    "left out of ranks and means: {who}",
)
_SUM = Text("Tổng điểm TB", "Mean total")
_LOST = Text("Điểm chưa đạt TB", "Mean lost")
_WINNERS = Text("Tăng", "Win")
_LOSERS = Text("Giảm", "Lose")
_SHIFTED = Text("Đổi hạng", "Ranks moved")
_NOW = Text("hiện hành", "as it is")
_BREAKS = Text("Điểm chuyển mức của {path} (hiện hành {base}), từ {low} đến {high}",
               "Tipping points of {path} (now {base}), from {low} to {high}")  # fmt: skip
_AT = Text("từ giá trị này", "from this value")
_BEYOND = Text("vượt giá trị này", "beyond this value")
_CHANGE = Text("Điểm", "Points")
_RANKS = Text("Đổi hạng", "Ranks")
_WHO = Text("Đơn vị", "Units")
_NONE = Text("Không có điểm chuyển mức nào.", "No tipping points.")
_SOLVED = Text("Ngưỡng để {wanted} đơn vị đạt", "Cut-off that {wanted} of the units reach")
_SOLVED_POINTS = Text(
    "Giá trị để {wanted} đơn vị đạt ít nhất {points} điểm",
    "Value at which {wanted} of the units have at least {points}",
)
_CUT = Text(
    "{value}: {passed}/{units} đơn vị đạt ({share}); mọi giá trị trong {interval} cũng vậy",
    "{value}: {passed} of {units} {units:unit reaches|units reach} it ({share}); "
    "every value in {interval} does the same",
)
_NONE_EXACT = Text(
    "không giá trị nào mà bộ tiêu chí nhận cho đúng tỷ lệ này",
    "no value that the rulebook takes gives this share",
)
_NOT_EXACT = Text(
    "không giá trị nào cho đúng tỷ lệ này; gần nhất ở phía kia:",
    "no value gives exactly this share; nearest on the other side:",
)
_SHORT = Text("Sát dưới ngưỡng", "Just short")
_OVER = Text("Sát trên ngưỡng", "Just beyond")
_FAR_SHORT = Text("còn thiếu", "short by")
_FAR_OVER = Text("hơn", "beyond by")
_LEFT_OUT = Text(
    "{count} đơn vị không có giá trị để so nên không được tính: {who}",
    "{count} {count:unit has|units have} no value to compare and {count:is|are} left out: {who}",
)
_BUNCH = Text(
    "Trong khoảng {width} quanh ngưỡng: {above} đơn vị ở trên, {below} ở dưới; xác suất ngẫu nhiên {chance}",
    "Within {width} of the cut-off: {above} {above:unit|units} above, {below} below; by chance {chance}",
)

MOST_ROWS = 40
MOST_NAMES = 6


def value_words(value: Fraction, dial: Dial, language: Language) -> str:
    """Return what a dial stands at, in per cent where the rulebook writes it so."""
    number = short_number(value * 100, language) + "%" if dial.percent else short_number(value, language)
    return number.replace("-", "−")


def sweep_text(found: Sweep, page: Page, language: Language) -> None:
    """Write a row for each variant; of many, an even choice of them."""
    book = found.cohort.plan.book
    count = len(found.cohort.units)
    page.line(
        f"{_SWEEP.of(language)}: {count} {_UNITS.of(language)}, {len(found.places)} {_VARIANTS.of(language)}",
        style="bold",
    )
    unsettled_line(found.cohort, found.left_out, page, language)
    refused = int((~found.valid).sum())
    if refused:
        page.line(f"{refused} {_REFUSED.of(language)}")
    valid = list(found.variants())
    step = max(-(-len(valid) // MOST_ROWS), 1)
    columns: list[Column] = [(dial.path, "right") for dial in found.dials]
    columns += [(text.of(language), "right") for text in (_SUM, _LOST, _WINNERS, _LOSERS, _SHIFTED)]
    winners, losers = found.gained
    rows = []
    for variant in valid[::step]:
        mean = found.mean(variant)
        rows.append([
            *(value_words(v, d, language) for v, d in zip(found.setting(variant), found.dials, strict=True)),
            points_text(mean, language, book.shown.points, book.shown),
            points_text(None if mean is None else book.max_points - mean, language, book.shown.points, book.shown),
            str(int(winners[variant])), str(int(losers[variant])), str(found.shifted(variant)),
        ])  # fmt: skip
    page.line()
    page.table(columns, rows)
    base = " · ".join(f"{d.path} = {value_words(d.base, d, language)}" for d in found.dials)
    page.line(f"{_NOW.of(language)}: {base}", style="dim")


def breakpoints_text(
    found: Breakpoints, page: Page, language: Language, inside: tuple[Fraction, Fraction] | None
) -> None:
    """Write every breakpoint, perhaps only those in a range, with who changes."""
    dial, cohort = found.dial, found.cohort
    pairs = ((found.low, "−∞"), (found.high, "∞"))
    ends = [word if end is None else value_words(end, dial, language) for end, word in pairs]
    words = {"path": dial.path, "base": value_words(dial.base, dial, language), "low": ends[0], "high": ends[1]}
    page.line(_BREAKS.fill(language, **words), style="bold")
    unsettled_line(cohort, found.left_out, page, language)
    columns: list[Column] = [
        (dial.path, "right"),
        ("", "left"),
        (_CHANGE.of(language), "right"),
        (_RANKS.of(language), "right"),
    ]
    columns.append((_WHO.of(language), "left"))
    rows = []
    shown = cohort.plan.book.shown
    for passing in found.passings(inside):
        point = passing.point
        texts = [
            signed(cohort.points_of(c), language, shown.points, shown) for c in sorted(set(passing.changes.values()))
        ]
        side = (_AT if point.at else _BEYOND).of(language)
        value = value_words(point.value, dial, language)
        if value.startswith("≈"):
            value = f"{value} ({exact_text(point.value)})"
        rows.append([value, side, ", ".join(texts), str(len(passing.ranks)), names_of(cohort, point.units)])
    if not rows:
        page.line(_NONE.of(language))
        return
    page.table(columns, rows)


def unsettled_line(cohort: Cohort, units: Sequence[int], page: Page, language: Language) -> None:
    """Name the units whose totals are not settled, and that they are left out."""
    if units:
        page.line(_UNSETTLED.fill(language, count=len(units), who=names_of(cohort, units)), style="dim")


def names_of(cohort: Cohort, units: Sequence[int]) -> str:
    """Write the names of some units; of many, the first."""
    names = ", ".join(cohort.titles[unit] for unit in units[:MOST_NAMES])
    return names + (f" … ({len(units)})" if len(units) > MOST_NAMES else "")


def solution_text(
    cohort: Cohort,
    found: Solution,
    near: tuple[Sequence[NearMiss], Sequence[NearMiss]],
    bunch: Bunching | None,
    page: Page,
    language: Language,
) -> None:
    """Write the cut-off for a share, who just misses the one in force, and who crowds above it."""
    title = (_SOLVED if found.points is None else _SOLVED_POINTS).fill(
        language,
        wanted=share_text(found.wanted, language),
        points="" if found.points is None else short_number(found.points, language),
    )
    page.line(f"{title}: {found.dial.path}", style="bold")
    page.line(_cut(found.nearest, found.dial, language), indent=2)
    if not found.exact:
        page.line((_NOT_EXACT if found.other else _NONE_EXACT).of(language), indent=2)
    if not found.exact and found.other is not None:
        page.line(_cut(found.other, found.dial, language), indent=2)
    if found.left_out:
        who = names_of(cohort, found.left_out)
        page.line(_LEFT_OUT.fill(language, count=len(found.left_out), who=who), indent=2, style="dim")
    base = value_words(found.dial.base, found.dial, language)
    for side, units in ((_SHORT, near[0]), (_OVER, near[1])):
        if units:
            page.heading(f"{side.of(language)} ({term('threshold', language)} {base})")
        for miss in units:
            name = cohort.titles[miss.unit]
            text = f"{name}: {value_words(miss.value, found.dial, language)}"
            far = (_FAR_SHORT if miss.beyond < 0 else _FAR_OVER).of(language)
            page.line(f"{text} ({far} {value_words(abs(miss.beyond), found.dial, language)})", indent=2)
    if bunch is None:
        return
    page.line()
    words = {"width": value_words(bunch.width, found.dial, language), "above": bunch.above, "below": bunch.below}
    page.line(_BUNCH.fill(language, chance=share_text(bunch.chance, language), **words))


def _cut(cut: CutOff, dial: Dial, language: Language) -> str:
    return _CUT.fill(
        language,
        value=value_words(cut.value, dial, language),
        passed=cut.passed,
        units=cut.units,
        share=share_text(cut.share, language),
        interval=interval_words(cut.interval, dial, language),
    )


def interval_words(interval: Interval, dial: Dial, language: Language) -> str:
    """Write an interval with its ends."""
    left = (
        "(−∞"
        if interval.low is None
        else ("[" if interval.low_closed else "(") + value_words(interval.low, dial, language)
    )
    right = (
        "+∞)"
        if interval.high is None
        else value_words(interval.high, dial, language) + ("]" if interval.high_closed else ")")
    )
    return f"{left}; {right}"
