"""Charts of goals, comparisons and simulations."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.model.scorecard import Scorecard
from tieuchi.plots.chart import Bar, Chart, Dot, Line, Rule
from tieuchi.plots.charts import names_of, waterfall
from tieuchi.plots.charts_many import bars, histogram
from tieuchi.render.numbers import short_number
from tieuchi.render.simulate_text import SHARES
from tieuchi.whatif.compare import Comparison
from tieuchi.whatif.fragility import MODES, PLACES, Fragility
from tieuchi.whatif.goal import Goal
from tieuchi.whatif.simulated import Simulation
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_FRONTIER = Text("{unit}: điểm cao nhất theo công sức", "{unit}: most points for each effort")
_EFFORT = Text("Công sức", "Effort")
_TARGET = Text("mục tiêu {points}", "target {points}")
_ANSWER = Text("phương án", "this plan")
_RULES = Text("quy tắc", "rules")
_SPLIT = Text("{unit}: do quy tắc và do kết quả", "{unit}: by rules and by performance")
_PERFORMANCE = Text("kết quả", "performance")
_OPEN = Text("chưa tách", "not split")
_BEFORE = Text("Trước", "Before")
_NOW = Text("hiện nay", "now")
_SPREAD = Text("{unit}: tổng điểm qua {runs} lần mô phỏng", "{unit}: total in {runs} {runs:run|runs}")
_BANDS = Text("Khoảng thứ hạng 5–95% qua {runs} lần mô phỏng", "Ranks, 5–95% of {runs} {runs:run|runs}")
_RUNS = Text("Số lần", "Runs")
_RANK = Text("Thứ hạng", "Rank")
_WAYS = Text("{unit}: số cách làm tròn làm đổi mức", "{unit}: ways of rounding that change the clause")
_COUNT = Text("Số cách", "Ways")
_AFTER = Text("Sau", "After")


def frontier_chart(card: Scorecard, goal: Goal, language: Language) -> Chart | None:
    """Return the most points for each effort, the target, and the answer on it."""
    if len(goal.frontier) < 2:
        return None
    unit = card.readings.unit
    marks = (
        Line(
            tuple(float(r.effort) for r in goal.frontier), tuple(float(r.points) for r in goal.frontier), markers=True
        ),
        Rule(
            float(goal.target.points),
            _TARGET.fill(language, points=short_number(goal.target.points, language)),
            vertical=False,
        ),
        Dot(float(goal.effort), float(goal.points), _ANSWER.of(language), "middle"),
    )
    title = _FRONTIER.fill(language, unit=unit.name or unit.id)
    return Chart(title, _EFFORT.of(language), term("points", language), marks, percent_x=True)


def comparison_chart(found: Comparison, language: Language) -> Chart | None:
    """Return the waterfall from the old total to the new, by field and cause."""
    total = found.total
    if total.before is None or total.gain is None:
        return None
    named = names_of((found.before, found.after), language)
    steps: list[tuple[str, Fraction]] = []
    for effect in found.effects[1:]:
        if effect.level == 1:
            parts = ((effect.rules, _RULES), (effect.performance, _PERFORMANCE), (effect.open, _OPEN))
            steps += [(f"{named[effect.criterion]}: {words.of(language)}", size) for size, words in parts if size]
    rest = total.gain - sum((size for _, size in steps), Fraction(0))
    if rest:
        steps.append((term("rounding", language), rest))
    unit = found.after.readings.unit
    title = _SPLIT.fill(language, unit=unit.name or unit.id)
    return waterfall(title, steps, (_BEFORE.of(language), total.before), _AFTER.of(language), language)


def simulation_chart(found: Simulation, unit: int, language: Language) -> Chart | None:
    """Return the distribution of one unit's total; none where it is not settled."""
    if unit in found.unsettled:
        return None
    quantum = float(found.rules.book.quantum)
    marked: dict[Fraction, list[str]] = {}
    for share in SHARES:
        marked.setdefault(found.totals_at(unit, share), []).append(f"{int(share * 100)}%")
    rules = [Rule(float(total), ", ".join(names), dash="dotted") for total, names in marked.items()]
    rules.append(Rule(float(found.now[unit]) * quantum, _NOW.of(language)))
    title = _SPREAD.fill(language, unit=found.titles[unit], runs=localised(str(len(found.totals)), language))
    return histogram(title, found.totals[:, unit] * quantum, term("total", language), _RUNS.of(language), rules)


def rank_chart(found: Simulation, language: Language) -> Chart | None:
    """Return the 5–95% band of the rank of every unit that has one."""
    order = [u for u in range(len(found.names)) if u not in found.unsettled]
    order.sort(key=lambda u: -int(found.now[u]))
    if not order:
        return None
    marks = []
    for row, unit in enumerate(order):
        low, middle, high = (found.ranks_at(unit, share) for share in SHARES)
        marks.append(Bar(row, low - 0.5, high + 0.5, str(middle), "light"))
    title = _BANDS.fill(language, runs=localised(str(len(found.totals)), language))
    names = tuple(f"{found.titles[unit]}" for unit in order)
    return Chart(title, _RANK.of(language), "", tuple(marks), names, sideways=True)


def fragility_chart(card: Scorecard, found: Sequence[Fragility], language: Language) -> Chart | None:
    """Return under how many ways of rounding each fragile value comes to another clause."""
    fragile = [one for one in found if not one.survives]
    if not fragile:
        return None
    every = len(MODES) * len(PLACES)
    named = names_of((card,), language)
    names = [f"{named[one.criterion]}: {clause_words(one.clause, language)}" for one in fragile]
    ways = [len(one.turned) for one in fragile]
    rows = [(name, float(count), f"{count}/{every}") for name, count in zip(names, ways, strict=True)]
    unit = card.readings.unit
    return bars(_WAYS.fill(language, unit=unit.name or unit.id), rows, _COUNT.of(language))
