"""Which indicator stands on which sheet of a form. Each stands once: where the rulebook first asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Criterion
from tieuchi.words.language import Language
from tieuchi.workbook.labels import label

DECLARED = "declared:"
CAUSE = "cause:"
KEYS_ROW = 3
"""Row of a sheet, counted from 1, whose hidden cells name its columns."""
UNIT_KEYS = ("value", "na", "source", "evidence", "refused")
META_SHEET = "_tieuchi"
FORM_SCHEMA = "tieuchi/form/1"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: an indicator, or the declared points of a criterion, and the sub-criteria that ask for it."""

    key: str
    criteria: tuple[str, ...]
    owner: str | None

    @property
    def declared(self) -> str:
        """The criterion whose points are declared here, or nothing."""
        return self.key[len(DECLARED) :] if self.key.startswith(DECLARED) else ""


@dataclass(slots=True)
class FormSheet:
    """One sheet: a top-level field of the rulebook, or what no criterion asks for."""

    title: str
    heading: str
    rows: list[FormRow] = field(default_factory=list)


def leaf_indicators(plan: Plan, leaf: LeafPlan) -> Iterator[str]:
    """Yield every indicator that the points of a sub-criterion hang on, findings included."""
    yield from leaf.indicators
    for index, consequence in leaf.consequences:
        yield from _finding_indicators(plan, index)
        if consequence.for_each is not None:
            yield consequence.for_each


def _finding_indicators(plan: Plan, index: int) -> Iterator[str]:
    """Yield what a finding reads, and what the findings it tests read."""
    names = {p.finding.id: place for place, p in enumerate(plan.findings)}
    for test in plan.findings[index].tests:
        inner = getattr(test, "finding", None)
        if inner is not None:
            yield from _finding_indicators(plan, names[inner])
    yield from plan.findings[index].indicators


def form_sheets(plan: Plan, language: Language, owner: str | None = None) -> list[FormSheet]:
    """Return the sheets of a form in the order of the rulebook; with ``owner`` only the rows of that office."""
    asked: dict[str, list[str]] = {}
    first: dict[str, LeafPlan] = {}
    for leaf in plan.leaves:
        for name in dict.fromkeys(leaf_indicators(plan, leaf)):
            asked.setdefault(name, []).append(leaf.id)
            first.setdefault(name, leaf)
    sheets = []
    for criterion in plan.book.criteria:
        heading = f"{criterion.id}. {criterion.title.of(language)}"
        sheet = FormSheet(_sheet_title(heading), heading)
        for leaf in plan.leaves:
            if _top(leaf, criterion):
                sheet.rows += _leaf_rows(plan, leaf, first, asked)
        sheets.append(sheet)
    rest = FormSheet(label("others", language), label("others", language))
    rest.rows = [FormRow(name, (), i.owner) for name, i in plan.indicators.items() if name not in asked]
    sheets.append(rest)
    if owner is not None:
        for sheet in sheets:
            sheet.rows = [row for row in sheet.rows if row.owner == owner]
    return [sheet for sheet in sheets if sheet.rows]


def _top(leaf: LeafPlan, criterion: Criterion) -> bool:
    return (leaf.ancestors[0] if leaf.ancestors else leaf.id) == criterion.id


def _leaf_rows(
    plan: Plan, leaf: LeafPlan, first: dict[str, LeafPlan], asked: dict[str, list[str]]
) -> Iterator[FormRow]:
    if leaf.declared:
        yield FormRow(f"{DECLARED}{leaf.id}", (leaf.id,), leaf.owner)
    for name in dict.fromkeys(leaf_indicators(plan, leaf)):
        if first[name] is leaf:
            yield FormRow(name, tuple(asked[name]), plan.indicators[name].owner or leaf.owner)


def _sheet_title(heading: str) -> str:
    """Return a heading as Excel allows a sheet to be called: 31 characters, some of them forbidden."""
    return re.sub(r"[\[\]:*?/\\]", " ", heading).strip().strip("'")[:31].strip()
