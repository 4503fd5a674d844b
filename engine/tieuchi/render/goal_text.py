"""A goal as text: what to change, what it costs, how sure the answer is, and what each effort buys."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.number import shown_text
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.amounts import change_text, share_text
from tieuchi.render.numbers import value_text
from tieuchi.render.page import Column, Page
from tieuchi.whatif.goal import Goal, Taken
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import localised, term

_GOAL = Text(
    "Mục tiêu {target}: cần {points} điểm, hiện có {now}", "Target {target}: {points} {points:point|points}, now {now}"
)
_STATUS = {
    "already": Text("Đã đạt.", "Already reached."),
    "optimal": Text(
        "Phương án tốt nhất: không cách nào khác trên lưới bước này đạt mục tiêu mà ít công sức hơn.",
        "Optimal: nothing else on this grid of steps reaches the target with less effort.",
    ),
    "bound": Text(
        "Hết thời gian: phương án tốt nhất tìm được; không cách nào tốn ít hơn {bound}.",
        "Time ran out: the best found; nothing costs less than {bound}.",
    ),
    "reached": Text(
        "Đạt mục tiêu; vì tổng điểm được làm tròn hoặc có mức trần nên chưa chứng minh được là ít công sức nhất.",
        "Reached; as sums are rounded or capped it is not proven that nothing is cheaper.",
    ),
    "unreachable": Text(
        "Không thể đạt; nhiều nhất là {points} điểm.", "Can't be reached; the most is {points} {points:point|points}."
    ),
    "over_budget": Text(
        "Không đạt được trong giới hạn công sức; nhiều nhất là {points} điểm.",
        "Not within the budget; the most it buys is {points} {points:point|points}.",
    ),
}
_NOT_FOUND = Text(
    "Hết thời gian mà chưa tìm được phương án nào đạt mục tiêu; không cách nào tốn ít hơn {bound}.",
    "Time ran out before anything was found that reaches the target; nothing costs less than {bound}.",
)
_LEFT_OUT = Text(
    "{count} đơn vị chưa đủ số liệu để có tổng điểm nên không xếp hạng: {who}",
    "{count} {count:unit lacks readings, has no total and is|units lack readings, have no total and are} "
    "left out of ranks: {who}",
)
_EFFORT = Text("Công sức", "Effort")
_WHAT = Text("Thay đổi", "Change")
_FRONTIER = Text("Công sức và điểm cao nhất đạt được", "Most points for each effort")
_FIXED = Text("Không đổi", "Left as they are")
_GRID = Text("Lưới bước đã được làm thưa ở vài nhóm số liệu.", "The grid was thinned for some groups of readings.")

MOST_ROWS = 16


def goal_text(card: Scorecard, goal: Goal, page: Page, language: Language) -> None:
    """Write a goal."""
    words = {
        "target": goal.target.text,
        "points": _points(goal.target.points, language),
        "now": _points(goal.before, language),
    }
    page.line(_GOAL.fill(language, **words), style="bold")
    if goal.target.left_out:
        who = ", ".join(goal.target.left_out[:6]) + (" …" if len(goal.target.left_out) > 6 else "")
        page.line(_LEFT_OUT.fill(language, count=len(goal.target.left_out), who=who), style="dim")
    bound = _effort(max(goal.bound or Fraction(0), Fraction(0)), language)
    lacking = goal.status == "bound" and goal.points < goal.target.points
    status = _NOT_FOUND if lacking else _STATUS[goal.status]
    page.line(status.fill(language, points=_points(goal.points, language), bound=bound))
    if not goal.grid.whole:
        page.line(_GRID.of(language))
    if goal.changes:
        page.line()
        _changes(card, goal, page, language)
    if len(goal.frontier) > 1:
        page.heading(_FRONTIER.of(language))
        _frontier(goal, page, language)
    if goal.grid.fixed:
        page.line()
        page.line(f"{_FIXED.of(language)}: {', '.join(goal.grid.fixed)}", style="dim")


def _changes(card: Scorecard, goal: Goal, page: Page, language: Language) -> None:
    """Write the changes that reach the target, and what they come to."""
    columns: list[Column] = [
        (term("readings", language), "left"),
        (_WHAT.of(language), "left"),
        (_EFFORT.of(language), "right"),
    ]
    rows = [_row(card, taken, language) for taken in goal.changes]
    both = f"{_points(goal.before, language)} → {_points(goal.points, language)}"
    rows.append([term("total", language), both, _effort(goal.effort, language)])
    page.table(columns, rows, last_is_total=True)


def _frontier(goal: Goal, page: Page, language: Language) -> None:
    """Write the most points for each effort; of many rows an even choice, the last among them."""
    step = max(-(-len(goal.frontier) // MOST_ROWS), 1)
    kept = [*goal.frontier[::step]]
    kept += [goal.frontier[-1]] if kept[-1] is not goal.frontier[-1] else []
    page.table(
        [(_EFFORT.of(language), "right"), (term("points", language), "right")],
        [[_effort(r.effort, language), _points(r.points, language)] for r in kept],
    )


def _row(card: Scorecard, taken: Taken, language: Language) -> list[str]:
    indicator = card.plan.indicators[taken.indicator]
    before, after = (value_text(v, indicator, language) for v in (taken.before, taken.after))
    how = f"{before} → {after}"
    if isinstance(taken.before, Fraction) and isinstance(taken.after, Fraction):
        how = f"{change_text(taken.before, taken.after, indicator, language)} ({how})"
    return [indicator.title.of(language), how, _effort(taken.effort, language)]


def _points(points: Fraction, language: Language) -> str:
    return localised(shown_text(points, 3), language)


def _effort(effort: Fraction, language: Language) -> str:
    return share_text(effort, language, 2)
