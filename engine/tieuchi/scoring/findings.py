"""Which findings hold, each after those it tests."""

from __future__ import annotations

from tieuchi.model.plan import Plan
from tieuchi.model.scorecard import FindingState, Inputs
from tieuchi.scoring.tests import Lack, all_hold


def answer_findings(plan: Plan, inputs: Inputs) -> dict[str, bool | Lack]:
    """Return for each finding whether it holds, or why that is not known."""
    answers: dict[str, bool | Lack] = {}
    for finding in plan.findings:
        answers[finding.finding.id] = all_hold(finding.tests, inputs, answers)
    return answers


def finding_states(answers: dict[str, bool | Lack]) -> tuple[FindingState, ...]:
    """Return the answers as the scorecard keeps them. What does not apply does not hold."""
    return tuple(
        FindingState(name, None, answer.indicators) if isinstance(answer, Lack) else FindingState(name, answer)
        for name, answer in answers.items()
    )
