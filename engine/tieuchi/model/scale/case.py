"""What a scale is told about the criterion it stands in, and where it reports what does not add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from tieuchi.model.canonical import Quotient
from tieuchi.model.number import exact_text
from tieuchi.model.value import NotLinearError, Value, quotient_of

Path = tuple[str | int, ...]
Report = Callable[[Path, str, dict[str, str]], None]
"""Called with a path inside the scale, the code of an issue and the values that clash."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values a quotient can take: its ends, both included, None where there is no limit; whole numbers only."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Case:
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

    def report(self, path: Path, code: str, **facts: object) -> None:
        """Report one issue at a path inside this scale; numbers are written exactly."""
        words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in facts.items()}
        self.sink((*self.prefix, *path), code, words)

    def check_points(self, path: Path, points: Fraction) -> None:
        """Report points above the maximum or below the minimum of the criterion."""
        if points > self.max_points:
            self.report(path, "R310", points=points, max=self.max_points)
        elif points < self.min_points:
            self.report(path, "R311", points=points, min=self.min_points)

    def needs_value(self, path: Path = ()) -> bool:
        """Say whether the criterion has a value, and report it where it has none."""
        if self.quotient is None:
            self.report(path, "R301")
        return self.quotient is not None

    def inside(self, *path: str | int) -> Case:
        """Return the same case for a part of the scale."""
        return replace(self, prefix=(*self.prefix, *path))


def quotient_or_report(value: Value, case: Case) -> Quotient | None:
    """Return the quotient of a value, or report that a quotient stands inside another and return None."""
    try:
        return quotient_of(value)
    except NotLinearError as error:
        case.report((), "R302", kind=error.kind)
        return None
