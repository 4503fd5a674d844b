"""Where a unit stands among the units of the file it came in: exact totals and ranks, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.web.page.workspace import Workspace
from tieuchi.web.tasks_many import ranks_of, relative

Total = Fraction | None
AT_ONCE = 40
"""Units that are scored while a page waits; more are scored beside it."""


def totals(plan: Plan, every: Sequence[Readings]) -> list[Total]:
    """Return the exact totals of many units."""
    from tieuchi.whatif.cohort import Cohort

    return list(Cohort(plan, every).exact)


class Standing:
    """The units of one sent file."""

    def __init__(self, group: Sequence[Readings] = ()) -> None:
        self.group = tuple(group)
        self._before: tuple[Plan, list[Total]] | None = None
        self._after: tuple[Plan, Readings | None, list[Total]] | None = None

    def place(self, work: Workspace) -> int | None:
        """Return where the unit that is worked on stands in the file."""
        return next((i for i, readings in enumerate(self.group) if readings is work.readings), None)

    def known(self, work: Workspace) -> bool:
        """Whether all totals are there, or few enough to be made at once."""
        return len(self.group) <= AT_ONCE or (self._has_before(work) and self._has_after(work))

    def _has_before(self, work: Workspace) -> bool:
        return self._before is not None and self._before[0] is work.loaded.plan

    def _has_after(self, work: Workspace) -> bool:
        mine = work.now.readings if relative(work.plan) else None
        return self._after is not None and self._after[0] is work.plan and self._after[1] is mine

    def settle(self, work: Workspace) -> None:
        """Score whatever units have to be scored."""
        plan, readings = work.plan, work.now.readings
        if not self._has_before(work):
            self._before = (work.loaded.plan, totals(work.loaded.plan, self.group))
        assert self._before is not None
        if self._has_after(work):
            return
        if relative(plan):
            # What one unit does moves all others.
            place = self.place(work)
            group = [readings if index == place else other for index, other in enumerate(self.group)]
            self._after = (plan, readings, totals(plan, group))
        elif plan is work.loaded.plan:
            self._after = (plan, None, self._before[1])
        else:
            self._after = (plan, None, totals(plan, self.group))

    def ends(self, work: Workspace) -> tuple[list[Total], list[Total]]:
        """Return all totals before and after, the changes of the unit that is worked on included."""
        self.settle(work)
        assert self._before is not None
        assert self._after is not None
        after, place = list(self._after[2]), self.place(work)
        if place is not None:
            after[place] = work.now.total.points
        return self._before[1], after

    def ranks(self, work: Workspace) -> tuple[list[int | None], list[int | None]]:
        """Return all ranks before and after."""
        ties = work.loaded.book.ranking.ties
        before, after = self.ends(work)
        return ranks_of(before, ties), ranks_of(after, ties)
