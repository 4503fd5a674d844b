"""What a scale is told about the criterion it stands in, and where it reports what does not add up."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from tieuchi.model.canonical import Bound, Quotient
from tieuchi.model.number import exact_text
from tieuchi.model.value import NotLinearError, Value, quotient_of

Path = tuple[str | int, ...]


class Complaint(NamedTuple):
    """What does not add up: where, the code of an issue, the values that clash, and which values of it show it."""

    path: Path
    code: str
    facts: dict[str, str]
    clauses: tuple[str, ...] = ()
    """The clauses it is about, the one at ``path`` first."""
    other: Path | None = None
    """The place of the other clause."""
    quotient: Quotient | None = None
    where: tuple[Bound, Bound] | None = None
    """The values of ``quotient`` that show it, between two ends."""


Report = Callable[[Complaint], None]


class Span(NamedTuple):
    """The values a quotient can take: its ends, both included, None where there is no limit; whole numbers only."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False


class Case(NamedTuple):
    """One criterion, as its scale sees it."""

    max_points: Fraction
    min_points: Fraction
    quotient: Quotient | None
    span_of: Callable[[Quotient], Span]
    sink: Report
    prefix: Path = ()
    nested: bool = False

    @property
    def span(self) -> Span:
        """The values that the criterion's own value can take."""
        return self.span_of(self.quotient) if self.quotient else Span()

    def report(
        self,
        path: Path,
        code: str,
        /,
        *,
        clauses: tuple[str, ...] = (),
        other: Path | None = None,
        beside: Path | None = None,
        where: tuple[Bound, Bound] | None = None,
        **facts: object,
    ) -> None:
        """Report one issue at a path inside this scale; numbers are written exactly.

        ``other`` is the place of the second clause, inside this scale too, or ``beside`` its place inside the
        criterion; ``where`` are the values that show it.
        """
        words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in facts.items()}
        there = beside if other is None else (*self.prefix, *other)
        self.sink(Complaint((*self.prefix, *path), code, words, clauses, there, self.quotient, where))

    def clause_twice(self, index: int, first: int, clause: str) -> None:
        """Report an entry of a list whose clause is that of one before it."""
        self.report((index, "clause"), "R303", clauses=(clause,) * 2, other=(first, "clause"), clause=clause)

    def check_points(self, path: Path, points: Fraction, clause: str = "") -> None:
        """Report points above the maximum or below the minimum of the criterion."""
        clauses = (clause,) if clause else ()
        if points > self.max_points:
            self.report(path, "R310", clauses=clauses, points=points, max=self.max_points)
        elif points < self.min_points:
            self.report(path, "R311", clauses=clauses, points=points, min=self.min_points)

    def needs_value(self, path: Path = ()) -> bool:
        """Say whether the criterion has a value, and report it where it has none."""
        if self.quotient is None:
            self.report(path, "R301")
        return self.quotient is not None

    def inside(self, *path: str | int) -> Case:
        """Return the same case for a part of the scale."""
        prefix = (*self.prefix, *path)
        return Case(self.max_points, self.min_points, self.quotient, self.span_of, self.sink, prefix, self.nested)


def quotient_or_report(value: Value, case: Case) -> Quotient | None:
    """Return the quotient of a value, or report that a quotient stands inside another and return None."""
    try:
        return quotient_of(value)
    except NotLinearError as error:
        case.report((), "R302", kind=error.kind)
        return None
