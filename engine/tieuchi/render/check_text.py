"""What ``check`` says of a rulebook that loads: its size, how surely its numbers are known, and warnings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tieuchi.errors import Issue
from tieuchi.model.number import exact_text
from tieuchi.model.plan import compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.render.page import Page
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term


def summary_json(book: Rulebook, warnings: list[Issue], sha256: str, language: Language) -> dict[str, Any]:
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
        "warnings": [
            {"code": w.code, "at": str(w.position), "path": w.path, "text": w.text(language)} for w in warnings
        ],
    }


def summary_text(book: Rulebook, warnings: list[Issue], page: Page, language: Language) -> None:
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
    page.line()
    for warning in warnings:
        page.line(warning.text(language))
    page.line(term("no_errors", language) if not warnings else term("warnings", language) + f": {len(warnings)}")
