"""Results of case files: what failed, expected and actual side by side, and what no case exercises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tieuchi.casework import Difference, Outcome
from tieuchi.coverage import Coverage
from tieuchi.render.explain_text import criterion_text
from tieuchi.render.page import Page
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, term

_WHERE = Text("Chỗ", "Where")
_EXPECTED = Text("Mong đợi", "Expected")
_ACTUAL = Text("Thực tế", "Actual")
_FAILED = Text("KHÔNG ĐẠT", "FAILED")
_REFUSED = Text("Số liệu bị từ chối:", "The readings are refused:")
_CASES = Text("Trường hợp: {passed} đạt, {failed} không đạt", "Cases: {passed} passed, {failed} failed")
_CLAUSES = Text(
    "{book}: {done}/{all} mức và {found}/{findings} kết luận có trường hợp thử",
    "{book}: {done}/{all} {all:clause|clauses} and {found}/{findings} {findings:finding|findings} exercised",
)
_NOT = Text("chưa có trường hợp nào:", "not exercised:")


def failure_text(outcome: Outcome, page: Page, language: Language) -> None:
    """Write one failed case: place, name, what differs, and how the points actually came about."""
    page.line()
    page.line(f"{_FAILED.of(language)}: {outcome.case.name}", style="bold")
    page.line(str(outcome.case.node.position), indent=2)
    for issue in outcome.case.refused:
        page.line(f"{_REFUSED.of(language)} {issue.text(language)}", indent=2)
    rows = [[d.what, d.expected, d.actual, _line(d)] for d in outcome.differences]
    names = (_WHERE.of(language), _EXPECTED.of(language), _ACTUAL.of(language), term("line", language))
    page.table([(name, "left") for name in names], rows)
    if outcome.card is None:
        return
    for name in dict.fromkeys(d.what.split("/")[0] for d in outcome.differences):
        nodes = [n for n in outcome.card.total.walk() if n.id == name and n.trace is not None]
        for node in nodes:
            page.line()
            criterion_text(outcome.card, node, None, page, language)


def _line(difference: Difference) -> str:
    return f":{difference.at.line}"


def totals_text(passed: int, failed: int, page: Page, language: Language) -> None:
    """Write how many cases passed and failed."""
    page.line(_CASES.fill(language, passed=passed, failed=failed), style="bold")


def coverage_text(covered: Mapping[str, Coverage], page: Page, language: Language, *, listed: bool) -> None:
    """Write for each rulebook how much of it the cases exercise, and on request what they leave out."""
    for book, found in covered.items():
        counts = {
            "all": len(found.clauses),
            "done": len(found.clauses) - len(found.unexercised_clauses),
            "findings": len(found.findings),
            "found": len(found.findings) - len(found.unexercised_findings),
        }
        page.line(_CLAUSES.fill(language, book=book, **counts))
        left = [f"{c} {clause_words(name, language)}" for c, name in found.unexercised_clauses]
        left += [f"{name} → {c}" if c else name for c, name in found.unexercised_findings]
        if left and listed:
            page.line(f"{_NOT.of(language)} {', '.join(left)}", indent=2)


def cases_json(outcomes: list[Outcome], covered: Mapping[str, Coverage]) -> dict[str, Any]:
    """Return results and coverage as plain data."""
    return {
        "passed": sum(outcome.passed for outcome in outcomes),
        "failed": sum(not outcome.passed for outcome in outcomes),
        "cases": [
            {
                "name": outcome.case.name,
                "at": str(outcome.case.node.position),
                "passed": outcome.passed,
                "differences": [
                    {"what": d.what, "at": str(d.at), "expected": d.expected, "actual": d.actual}
                    for d in outcome.differences
                ],
            }
            for outcome in outcomes
        ],
        "coverage": {
            book: {
                "clauses": len(found.clauses),
                "findings": len(found.findings),
                "unexercised_clauses": ["/".join(name) for name in found.unexercised_clauses],
                "unexercised_findings": ["/".join(name) for name in found.unexercised_findings],
            }
            for book, found in covered.items()
        },
    }
