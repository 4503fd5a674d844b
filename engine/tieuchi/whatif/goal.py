"""Goal seek: the cheapest changes of readings that reach a total, a grade or a rank, and the most for each effort.

The choice is an integer programme over exact options (see ``goal_grid``), solved by HiGHS; what it chooses is scored
again exactly before it is told. The answer says that nothing on the grid is cheaper, or the bound if time ran out, or
that the target can't be reached and the most that can.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tieuchi.errors import Issue, Position, ScenarioError, nearest
from tieuchi.model.number import exact_text, parse_number
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scenario import GoalPlan
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.goal_frontier import hull_steps
from tieuchi.whatif.goal_grid import Grid, Option, Value, effort_of, grid_of
from tieuchi.whatif.goal_solver import Choice, cheapest, most
from tieuchi.whatif.headroom import Surveyor
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.rescore import Desk, others

Status = Literal["already", "optimal", "bound", "reached", "unreachable", "over_budget"]
MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, as asked, and the points that takes.

    ``left_out``: of a rank, the units that have none because their totals are not settled.
    """

    text: str
    points: Fraction
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """One reading that the answer changes."""

    indicator: str
    before: Value
    after: Value
    effort: Fraction


@dataclass(frozen=True, slots=True)
class Reached:
    """What an effort buys: exact points, from scoring again."""

    effort: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Goal:
    """The answer.

    ``optimal``: nothing on the grid is cheaper. ``bound``: time ran out; no answer costs less than ``bound``.
    ``reached``: an answer whose sums are rounded or capped, so that cheaper ones can't be excluded. ``unreachable``:
    the most there is is ``points``. ``over_budget``: it can be reached, but not within the plan's budget.
    """

    target: Target
    status: Status
    before: Fraction
    points: Fraction
    effort: Fraction
    changes: tuple[Taken, ...]
    bound: Fraction | None
    frontier: tuple[Reached, ...]
    grid: Grid


class Seeker:
    """Seeks goals for one unit."""

    def __init__(
        self,
        plan: Plan,
        readings: Readings,
        group: Sequence[Readings] = (),
        goal: GoalPlan | None = None,
        progress: Progress = silent,
    ) -> None:
        self.goal = goal or GoalPlan()
        self.desk = Desk(plan, readings, group)
        self.group = others(readings, group)
        self._check()
        self.grid = grid_of(Surveyor(self.desk), self.goal, progress)

    def _check(self) -> None:
        plan, goal = self.desk.plan, self.goal
        issues = []
        for key in ("limits", "fixed", "free", "only"):
            for name in getattr(goal, key):
                if name not in plan.indicators:
                    facts = {"name": name, "nearest": nearest(name, plan.indicators) or ""}
                    issues.append(Issue("S702", goal.at(key, name), facts=facts))
        for name, limit in goal.limits.items():
            if limit.at_least is not None and limit.at_most is not None and limit.at_least > limit.at_most:
                facts = {"low": exact_text(limit.at_least), "high": exact_text(limit.at_most)}
                issues.append(Issue("S724", goal.at("limits", name), facts=facts))
        if self.desk.total.points is None:
            lacking = {name for trace in self.desk.traces for name in trace.lacking}
            issues.append(Issue("S723", Position("goal"), facts={"names": ", ".join(sorted(lacking)[:8])}))
        if issues:
            raise ScenarioError(issues)

    @property
    def now(self) -> Fraction:
        """The unit's total as it is."""
        assert self.desk.total.points is not None
        return self.desk.total.points

    def target(self, text: str) -> Target:
        """Return what a target asks for: ``80``, ``grade:A`` or ``rank:10``.

        Raises:
            ScenarioError: It is none of these, or a rank is asked for without a group.
        """
        at = Position(f"--target {text}")
        if found := re.fullmatch(r"(grade|rank):\s*(.+)", text.strip()):
            return Target(text, self._grade(found[2], at)) if found[1] == "grade" else self._rank(found[2], at, text)
        try:
            return Target(text, parse_number(text))
        except ValueError:
            raise ScenarioError([Issue("S720", at, facts={"text": text})]) from None

    def _grade(self, name: str, at: Position) -> Fraction:
        grades = self.desk.plan.book.grades
        classes = {grade.grade: grade for grade in grades.classes} if grades else {}
        if name not in classes:
            facts = {"name": name, "known": ", ".join(classes) or "–", "nearest": nearest(name, classes) or ""}
            raise ScenarioError([Issue("S721", at, facts=facts)])
        assert grades is not None
        cut = classes[name].at_least
        if cut is None:
            return Fraction(0)
        return cut * (self.desk.total.max_points if grades.by == "rate" else 1)

    def _rank(self, text: str, at: Position, asked: str) -> Target:
        if not text.isdigit() or not int(text):
            raise ScenarioError([Issue("S720", at, facts={"text": text})])
        if not self.group:
            raise ScenarioError([Issue("S722", at)])
        scorer = Scorer(self.desk.plan)
        every = [*self.group, self.desk.readings]
        totals = [scorer.score(r, every).total.points for r in self.group]
        pairs = list(zip(self.group, totals, strict=True))
        left_out = tuple(r.unit.name or r.unit.id for r, total in pairs if total is None)
        standing = sorted((total for _, total in pairs if total is not None), reverse=True)
        if self.desk.plan.book.ranking.ties == "dense":
            standing = sorted(set(standing), reverse=True)
        place = int(text)
        return Target(asked, standing[place - 1] if place <= len(standing) else Fraction(0), left_out)

    def seek(self, text: str, *, frontier: bool = True) -> Goal:
        """Return the cheapest changes that reach a target.

        Example:
            >>> from tieuchi.api import load_readings, load_rulebook
            >>> from tieuchi.model.plan import compile_plan
            >>> book = load_rulebook("par-index-province/2017")
            >>> goal = Seeker(compile_plan(book), load_readings("soc-trang-2017", book)).seek("75", frontier=False)
            >>> goal.status, goal.points >= 75
            ('optimal', True)
        """
        target = self.target(text)
        every = sum((group[-1].gain for group in self.grid.groups), Fraction(0))
        best = self._scored([group[-1] for group in self.grid.groups])
        if target.points <= self.now:
            return self._goal(target, "already", Choice((), "optimal", 0.0), frontier)
        if target.points > max(best, self.now + every):
            return self._goal(target, "unreachable", self._most(), frontier)
        choice, steady = self._reach(target.points)
        if choice is None:
            return self._goal(target, "unreachable", self._most(), frontier)
        if self.goal.budget is not None and choice.effort > self.goal.budget:
            within = most(self.grid.groups, self.goal.budget, self.goal.seconds)
            return self._goal(target, "over_budget", within, frontier)
        status: Status = "bound" if choice.status == "time" else "optimal" if steady else "reached"
        return self._goal(target, status, choice, frontier)

    def _reach(self, points: Fraction) -> tuple[Choice | None, bool]:
        """Return a choice that really reaches the points, and whether effects added up as the programme assumes."""
        need, steady = points - self.now, True
        for _ in range(MOST_TRIES):
            choice = cheapest(self.grid.groups, need, self.goal.seconds)
            if choice.status == "infeasible":
                return None, steady
            if choice.status == "time":
                return choice, steady
            reached = self._scored(choice.options)
            if reached >= points:
                return choice, steady and reached == self.now + choice.gain
            need += points - reached
            steady = False
        return None, False

    def _scored(self, options: Sequence[Option]) -> Fraction:
        """Return the exact total with some options taken."""
        points = self.desk.attempt({n: v for option in options for n, v in option.changes}).total.points
        assert points is not None
        return points

    def _most(self) -> Choice:
        """Return the choice of greatest gain, however much it costs."""
        return Choice(tuple(group[-1] for group in self.grid.groups), "optimal", None)

    def _goal(self, target: Target, status: Status, choice: Choice, frontier: bool) -> Goal:
        now = self.desk.inputs.values
        changes = tuple(
            Taken(name, now[name], value, effort_of(self.desk, name, value, self.goal))
            for option in choice.options
            for name, value in option.changes
        )
        bound = (
            Fraction(choice.bound).limit_denominator(10**9) if status == "bound" and choice.bound is not None else None
        )
        ends = self.frontier() if frontier else ()
        points = self._scored(choice.options)
        return Goal(target, status, self.now, points, choice.effort, changes, bound, ends, self.grid)

    def frontier(self) -> tuple[Reached, ...]:
        """Return budgets of effort with the most points that each can buy, from nothing to everything.

        Budgets are those at which taking the next best step for its cost uses the budget up: there no other choice of
        whole steps buys more. Between two of them the most lies on or below the line that joins them.
        """
        taken: dict[int, Option] = {}
        found = [Reached(Fraction(0), self.now)]
        for group, option in hull_steps(self.grid.groups):
            taken[group] = option
            effort = sum((o.effort for o in taken.values()), Fraction(0))
            found.append(Reached(effort, self._scored(list(taken.values()))))
        return tuple(found)
