"""What ``check`` says of a rulebook that loads: its size, how surely its numbers are known, and what is doubtful."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tieuchi.errors import Example, Issue
from tieuchi.model.number import exact_text
from tieuchi.model.plan import compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.render.page import Page
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term


def summary_json(book: Rulebook, doubts: list[Issue], sha256: str, language: Language) -> dict[str, Any]:
    """Return the summary as plain data."""
    leaves = list(book.leaves())
    return {
        "rulebook": book.id,
        "sha256": sha256,
        "max_points": exact_text(book.max_points),
        "fields": len(book.criteria),
        "sub_criteria": len(leaves),
        "indicators": len(book.indicators),
        "findings": len(book.findings),
        "scales": dict(Counter(leaf.scale.kind for leaf in leaves if leaf.scale)),
        "basis": dict(Counter(leaf.basis.scale for leaf in leaves)),
        "warnings": [_doubt_json(doubt, language) for doubt in doubts if doubt.warns],
        "not_proven": [_doubt_json(doubt, language) for doubt in doubts if not doubt.warns],
    }


def summary_text(book: Rulebook, doubts: list[Issue], page: Page, language: Language) -> None:
    """Write the summary and the warnings."""
    leaves = list(book.leaves())
    page.line(f"{book.id}: {book.title.of(language)}", style="bold")
    most = localised(exact_text(book.max_points), language)
    page.line(f"{term('max_points', language)}: {most}", indent=2)
    page.line(f"{term('fields', language)}: {len(book.criteria)}", indent=2)
    page.line(f"{term('sub_criteria', language)}: {len(leaves)}", indent=2)
    plan = compile_plan(book)
    used = {name for leaf in plan.leaves for name in leaf.indicators}
    used |= {name for finding in plan.findings for name in finding.indicators}
    used |= {c.for_each for leaf in plan.leaves for _, c in leaf.consequences if c.for_each}
    page.line(f"{term('indicators', language)}: {len(used)}", indent=2)
    page.line(f"{term('findings', language)}: {len(book.findings)}", indent=2)
    for title, counts in (
        ("scales", Counter(leaf.scale.kind for leaf in leaves if leaf.scale)),
        ("basis", Counter(term(leaf.basis.scale, language) for leaf in leaves)),
    ):
        listed = ", ".join(f"{name} {count}" for name, count in counts.most_common())
        page.line(f"{term(title, language)}: {listed}", indent=2)
    titles = {indicator.id: indicator.title.of(language) for indicator in book.indicators}
    for doubt in doubts:
        _paragraph(doubt, titles, page, language)
    page.line()
    warned, open_ones = sum(doubt.warns for doubt in doubts), sum(not doubt.warns for doubt in doubts)
    page.line(f"{term('warnings', language)}: {warned}" if warned else term("no_errors", language))
    if open_ones:
        page.line(f"{term('not_proven', language)}: {open_ones}")


def _paragraph(doubt: Issue, titles: dict[str, str], page: Page, language: Language) -> None:
    """Write one finding: what it is, and below it, indented, where it is and what shows it."""
    first, *rest = doubt.lines(language, titles)
    page.line()
    page.line(first, hang=4)
    for line in rest:
        page.line(line.strip(), indent=4, hang=6)


def _doubt_json(issue: Issue, language: Language) -> dict[str, Any]:
    return {
        "code": issue.code,
        "at": str(issue.position),
        "path": issue.path,
        "text": issue.text(language),
        "clauses": list(issue.clauses),
        "others_at": [str(place) for place in issue.there],
        "examples": [example_json(example) for example in issue.examples],
    }


def example_json(example: Example) -> dict[str, Any]:
    """Return readings that show an issue as plain data."""
    shown = {"clause": example.clause, "unit_kind": example.unit_kind, "readings": dict(example.readings)}
    return {**shown, "points": dict(example.points), "total": example.total} if example.total else shown
