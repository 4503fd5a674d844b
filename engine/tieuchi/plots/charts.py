"""From results about one unit to charts: a waterfall, a tornado, the curve of a scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tieuchi.model.number import shown_text
from tieuchi.model.plan import LeafPlan
from tieuchi.model.scorecard import Scorecard
from tieuchi.plots.chart import Bar, Chart, Dot, Line, Mark, Rule, Shade
from tieuchi.render.amounts import change_text, signed
from tieuchi.render.numbers import short_number, value_text
from tieuchi.whatif.critical import critical_values
from tieuchi.whatif.difference import Difference
from tieuchi.whatif.headroom import Headroom, Step, Surveyor, candidates
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import localised, term

_BEFORE = Text("Trước", "Before")
_AFTER = Text("Sau", "After")
_GAIN = Text("tăng", "gain")
_LOSS = Text("giảm", "loss")
_WATERFALL = Text("{unit}: điểm trước và sau thay đổi", "{unit}: points before and after")
_TORNADO = Text(
    "{unit}: mỗi số liệu còn tăng hoặc có thể mất bao nhiêu điểm", "{unit}: what each reading can gain or lose"
)
_MOST = Text("nhiều nhất có thể tăng", "most it can gain")
_NEAREST = Text("mất ở bước gần nhất", "lost at the nearest step")
_CURVE = Text("{id} {title}: điểm theo số liệu", "{id} {title}: points by reading")
_HERE = Text("hiện nay: {value}", "now: {value}")

MOST_ROWS = 20
MOST_COUNTED = 300


def waterfall(
    title: str, steps: Sequence[tuple[str, Fraction]], start: tuple[str, Fraction], end: str, language: Language
) -> Chart:
    """Return a waterfall from a start over named changes to an end."""
    marks: list[Mark] = [Bar(0, 0.0, float(start[1]), _total(start[1], language), "pale")]
    level = start[1]
    levels = [level]
    for place, (_, size) in enumerate(steps, 1):
        shade: Shade = "dark" if size >= 0 else "middle"
        text = ("+" if size > 0 else "−") + short_number(abs(size), language).removeprefix("≈") if size else "0"
        marks.append(Bar(place, float(level), float(level + size), text, shade, hatch=size < 0))
        level += size
        levels.append(level)
    marks.append(Bar(len(steps) + 1, 0.0, float(level), _total(level, language), "pale"))
    least = min(levels) - (max(levels) - min(levels))
    names = (start[0], *(name for name, _ in steps), end)
    legend = tuple(
        (label.of(language), shade, hatch)
        for label, shade, hatch, there in (
            (_GAIN, "dark", False, any(size > 0 for _, size in steps)),
            (_LOSS, "middle", True, any(size < 0 for _, size in steps)),
        )
        if there
    )
    return Chart(title, term("points", language), "", tuple(marks), names, sideways=True,
                 from_=float(max(least, 0)), bar_legend=legend)  # type: ignore[arg-type]  # fmt: skip


def names_of(cards: Iterable[Scorecard], language: Language) -> dict[str, str]:
    """Return by id the id and title of every criterion of some scorecards."""
    stack = [criterion for card in cards for criterion in card.plan.book.criteria]
    names: dict[str, str] = {}
    while stack:
        criterion = stack.pop()
        names[criterion.id] = f"{criterion.id} {criterion.title.of(language)}"
        stack += criterion.criteria or ()
    return names


def _total(points: Fraction, language: Language) -> str:
    return localised(shown_text(points, 3), language)


def difference_chart(found: Difference, language: Language) -> Chart | None:
    """Return the waterfall of a what-if; None where a total is not settled."""
    total = found.before.total.points
    if total is None or found.gain is None:
        return None
    named = names_of((found.before, found.after), language)
    steps = [(named[m.criterion], m.gain) for m in found.moved if m.gain is not None and m.gain]
    rest = found.gain - sum((gain for _, gain in steps), Fraction(0))
    if rest:
        steps.append((term("rounding", language), rest))
    unit = found.after.readings.unit
    title = _WATERFALL.fill(language, unit=unit.name or unit.id)
    return waterfall(title, steps, (_BEFORE.of(language), total), _AFTER.of(language), language)


def _extremes(found: Sequence[Headroom]) -> tuple[dict[str, Step], dict[str, Step]]:
    """Return for each reading the step that gains most, and the nearest that loses."""
    best: dict[str, Step] = {}
    worst: dict[str, Step] = {}
    for headroom in found:
        for step in headroom.gains:
            if step.indicator not in best or _effect(step) > _effect(best[step.indicator]):
                best[step.indicator] = step
        for step in headroom.losses:
            if step.indicator not in worst or _size(step) < _size(worst[step.indicator]):
                worst[step.indicator] = step
    return best, worst


def _size(step: Step) -> Fraction:
    return Fraction(1) if step.change is None else abs(step.change)


def tornado_chart(card: Scorecard, found: Sequence[Headroom], language: Language) -> Chart | None:
    """Return what each reading can gain at most and lose at its nearest step, the widest first."""
    best, worst = _extremes(found)
    names = sorted({*best, *worst}, key=lambda n: (_of(worst, n) - _of(best, n), n))[:MOST_ROWS]
    if not names:
        return None
    shown = card.plan.book.shown
    marks: list[Mark] = []
    for row, name in enumerate(names):
        for steps, shade, hatch in ((best, "dark", False), (worst, "middle", True)):
            if name in steps:
                step = steps[name]
                how = signed(_effect(step), language, shown.points, shown)
                if isinstance(step.value, Fraction) and isinstance(step.target, Fraction) and steps is best:
                    how += f" ({change_text(step.value, step.target, card.plan.indicators[name], language)})"
                marks.append(Bar(row, 0.0, float(_effect(step)), how, shade, hatch))  # type: ignore[arg-type]
    titles = tuple(card.plan.indicators[name].title.of(language) for name in names)
    unit = card.readings.unit
    legend = ((_MOST.of(language), "dark", False), (_NEAREST.of(language), "middle", True))
    title = _TORNADO.fill(language, unit=unit.name or unit.id)
    return Chart(title, term("points", language), "", tuple(marks), _unique(titles), sideways=True, bar_legend=legend)  # type: ignore[arg-type]


def _effect(step: Step) -> Fraction:
    return step.gain if step.total_gain is None else step.total_gain


def _of(steps: dict[str, Step], name: str) -> Fraction:
    return _effect(steps[name]) if name in steps else Fraction(0)


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(result)


def scale_chart(surveyor: Surveyor, headroom: Headroom, language: Language) -> Chart | None:
    """Return the points of a sub-criterion over its first reading, with the unit's place on the curve."""
    leaf, desk = headroom.trace.plan, surveyor.desk
    name = next((n for n in leaf.indicators if isinstance(desk.inputs.values.get(n), Fraction)), None)
    if name is None or headroom.trace.points is None:
        return None
    now, indicator = desk.inputs.values[name], desk.plan.indicators[name]
    assert isinstance(now, Fraction)
    curve = _scale_curve(surveyor, leaf, name, now)
    steps = [s.target for s in headroom.gains if s.indicator == name and isinstance(s.target, Fraction)]
    inside = [target for target in steps if curve.xs[0] <= target <= curve.xs[-1]]
    here = _HERE.fill(language, value=value_text(now, indicator, language))
    marks: list[Mark] = [
        curve,
        *(Rule(float(target), value_text(target, indicator, language), dash="dotted") for target in inside[:4]),
        Dot(float(now), float(headroom.trace.points), here, "middle"),
    ]
    title = _CURVE.fill(language, id=leaf.id, title=leaf.criterion.title.of(language))
    shares = indicator.kind in ("percent", "ratio")
    return Chart(title, indicator.title.of(language), term("points", language), tuple(marks), percent_x=shares)


def _scale_curve(surveyor: Surveyor, leaf: LeafPlan, name: str, now: Fraction) -> Line:
    """Return the points over a reading, from a little below all that decides them to a little above."""
    desk, room = surveyor.desk, surveyor.reach.room(name, surveyor.desk.inputs)
    edges = [e for e in critical_values(desk.plan, leaf, name, desk.inputs, room, desk.bests) if room.holds(e)]
    low, high = min([now, *edges]), max([now, *edges])
    margin = max((high - low) / 6, room.grain * 2)
    low, high = (
        e if room.holds(e) else min(max(e, room.low or e), room.high or e) for e in (low - margin, high + margin)
    )
    values = {now, low, high, *candidates(edges, now, room, 1), *candidates(edges, now, room, -1)}
    counted = room.whole and high - low <= MOST_COUNTED
    if counted:
        values |= {Fraction(n) for n in range(low.__ceil__(), high.__floor__() + 1)}
    kept = sorted(v for v in values if low <= v <= high and (not room.whole or v.denominator == 1))
    curve = [(v, points) for v in kept if (points := desk.leaf_with(leaf, {name: v}).points) is not None]
    xs, ys = zip(*((float(v), float(p)) for v, p in curve), strict=True)
    return Line(xs, ys, steps=room.whole, markers=counted and high - low <= 60)
