"""Which findings hold, each after those it tests."""

from __future__ import annotations

from collections.abc import Mapping

from tieuchi.model.plan import Plan
from tieuchi.model.scorecard import FindingState, Inputs
from tieuchi.scoring.tests import Lack, all_hold


def answer_findings(plan: Plan, inputs: Inputs) -> dict[str, bool | Lack]:
    """Return for each finding whether it holds, or why that is not known. What does not apply does not hold."""
    answers: dict[str, bool | Lack] = {}
    for finding in plan.findings:
        answer = all_hold(finding.tests, inputs, answers)
        answers[finding.finding.id] = False if _not_applicable(answer) else answer
    return answers


def _not_applicable(answer: bool | Lack) -> bool:
    return isinstance(answer, Lack) and answer.state == "not_applicable"


def finding_states(answers: Mapping[str, bool | Lack]) -> tuple[FindingState, ...]:
    """Return the answers as the scorecard keeps them."""
    return tuple(
        FindingState(name, None, answer.indicators) if isinstance(answer, Lack) else FindingState(name, answer)
        for name, answer in answers.items()
    )
