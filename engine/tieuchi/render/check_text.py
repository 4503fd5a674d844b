"""What ``check`` says of a rulebook that loads: its size, how surely its numbers are known, and what is doubtful."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.plan import compile_plan
from tieuchi.model.rulebook import Rulebook
from tieuchi.proofs.doubt import Doubt
from tieuchi.render.page import Page
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term


def summary_json(book: Rulebook, doubts: list[Doubt], sha256: str, language: Language) -> dict[str, Any]:
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


def summary_text(book: Rulebook, doubts: list[Doubt], page: Page, language: Language) -> None:
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
    for doubt in doubts:
        page.line(doubt_text(doubt, language))
    warned, open_ones = sum(doubt.warns for doubt in doubts), sum(not doubt.warns for doubt in doubts)
    page.line(f"{term('warnings', language)}: {warned}" if warned else term("no_errors", language))
    if open_ones:
        page.line(f"{term('not_proven', language)}: {open_ones}")


def doubt_text(doubt: Doubt, language: Language) -> str:
    """Return a doubt with the readings that show it and the place of the other clause."""
    lines = [doubt.issue.text(language)]
    if doubt.there is not None:
        lines.append(f"    {term('and_at', language):<5} {doubt.there} ({doubt.clauses[-1]})")
    if doubt.witness or doubt.unit_kind:
        kind = [f"{term('unit', language)}: {doubt.unit_kind}"] if doubt.unit_kind else []
        shown = [f"{name} = {_value_text(value, language)}" for name, value in doubt.witness.items()]
        lines.append(f"    {term('witness', language):<5} {', '.join([*kind, *shown])}")
    return "\n".join(lines)


def _doubt_json(doubt: Doubt, language: Language) -> dict[str, Any]:
    issue = doubt.issue
    return {
        "code": issue.code,
        "at": str(issue.position),
        "path": issue.path,
        "text": issue.text(language),
        "clauses": list(doubt.clauses),
        "other_at": None if doubt.there is None else str(doubt.there),
        "witness": {name: _plain(value) for name, value in doubt.witness.items()},
        "unit_kind": doubt.unit_kind,
    }


def _plain(value: Fraction | bool | str) -> bool | str:
    return exact_text(value) if isinstance(value, Fraction) else value


def _value_text(value: Fraction | bool | str, language: Language) -> str:
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    return localised(exact_text(value), language) if isinstance(value, Fraction) else value
