"""Run case files: score the units of each case and say what is not as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.errors import Position
from tieuchi.loading.cases import Case, CaseFile, Expected
from tieuchi.model.number import exact_text
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Score, Scorecard

Scoring = Callable[[Readings, Sequence[Readings]], Scorecard]
"""How a unit and its group become a scorecard: ``Scorer(plan).score``, ``Assessor(book).assess``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected: what, where it is expected, and the two values."""

    what: str
    at: Position
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, what differs, and the scorecard where there is one."""

    case: Case
    differences: tuple[Difference, ...]
    card: Scorecard | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


def run_cases(file: CaseFile, score: Scoring) -> tuple[Outcome, ...]:
    """Run every case of a file, in its order."""
    return tuple(run_case(case, score) for case in file.cases)


def run_case(case: Case, score: Scoring) -> Outcome:
    """Run one case. Numbers are compared exactly, and only what the case expects is compared."""
    codes = ", ".join(dict.fromkeys(issue.code for issue in case.refused))
    if case.form.error is not None:
        if any(issue.code == case.form.error for issue in case.refused):
            return Outcome(case, ())
        return Outcome(case, (Difference("error", case.at("error"), case.form.error, codes or "-"),))
    if case.readings is None:
        return Outcome(case, (Difference("readings", case.refused[0].position, "-", codes),))
    assert case.form.expect is not None
    card = score(case.readings, case.group)
    return Outcome(case, tuple(_differences(case, case.form.expect, card)), card)


def _differences(case: Case, expect: Expected, card: Scorecard) -> Iterator[Difference]:
    if expect.grade is not None:
        wanted = (expect.grade,) if isinstance(expect.grade, str) else expect.grade
        if wanted != card.grades_possible:
            actual = _listed(card.grades_possible)
            yield Difference("grade", case.at("expect", "grade"), _listed(wanted), actual)
    for name, score in expect.scores.items():
        node = card.total if name == "total" else card[name]
        actual_of = _facts(node, card)
        for key in (key for key in type(score).model_fields if key in score.model_fields_set):
            wanted_text = _text(getattr(score, key))
            if wanted_text != actual_of[key]:
                place = case.at("expect", name, key)
                yield Difference(f"{name}/{key}", place, wanted_text, actual_of[key])


def _facts(node: Score, card: Scorecard) -> dict[str, str]:
    """Return everything that can be expected of a node, as text."""
    trace = node.trace
    asked = trace is not None and trace.piece >= 0
    if trace is None:
        findings = tuple(state.id for state in card.findings if state.holds) if node is card.total else ()
    else:
        findings = tuple(taken.finding for taken in trace.taken if taken.amount)
    facts = {
        "points": node.points,
        "max_points": node.max_points,
        "lost": node.lost,
        "rate": node.rate,
        "interval": (node.low, node.high),
        "state": node.state,
        "clause": trace.clause if trace is not None else None,
        "value": trace.value if trace is not None and asked else None,
        "findings": findings,
        "missing": _missing(node),
    }
    return {name: _text(fact) for name, fact in facts.items()}


def _missing(node: Score) -> tuple[str, ...]:
    """Return the indicators that would settle a node, each once, in the order of the rulebook."""
    lacking = [part.trace.lacking for part in node.walk() if part.trace is not None and part.points is None]
    return tuple(dict.fromkeys(name for names in lacking for name in names))


def _text(fact: Fraction | str | tuple[Fraction | str, ...] | None) -> str:
    if isinstance(fact, tuple):
        return f"[{_listed(fact)}]"
    return exact_text(fact) if isinstance(fact, Fraction) else fact if fact is not None else "-"


def _listed(facts: Sequence[Fraction | str]) -> str:
    return ", ".join(_text(fact) for fact in facts) or "-"


__all__ = ["Difference", "Outcome", "Scoring", "run_case", "run_cases"]
