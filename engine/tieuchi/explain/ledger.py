"""The ledger of lost points: rows that add up exactly to maximum less points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tieuchi.model.plan import full_reference
from tieuchi.model.provenance import BasisName, Reference
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scale.bands import Band
from tieuchi.model.scale.branches import Branch
from tieuchi.model.scorecard import Score, Scorecard, Taken, Trace

Cause = Literal["clause", "finding", "rounding", "rescale", "cap", "declared"]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One cause of lost points. ``lost`` is below zero where points were gained beyond the maximum.

    While something is missing ``lost`` is None and lies between ``least`` and ``most``.
    """

    criterion: str
    field: str
    owner: str | None
    cause: Cause
    clause: str | None
    lost: Fraction | None
    least: Fraction
    most: Fraction
    reference: Reference
    basis: BasisName
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows of one scorecard. Exactly: the sum of rows is the maximum less the points."""

    rows: tuple[LedgerRow, ...]
    lost: Fraction | None
    least: Fraction
    most: Fraction

    def by_field(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Return least and most lost points of each top-level field."""
        return _grouped((row.field, row) for row in self.rows)

    def by_owner(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Return least and most lost points of each responsible office; the empty name is nobody's."""
        return _grouped((row.owner or "", row) for row in self.rows)


def _grouped(pairs: Iterator[tuple[str, LedgerRow]]) -> dict[str, tuple[Fraction, Fraction]]:
    sums: dict[str, tuple[Fraction, Fraction]] = {}
    for name, row in pairs:
        least, most = sums.get(name, (Fraction(0), Fraction(0)))
        sums[name] = (least + row.least, most + row.most)
    return sums


def ledger_of(card: Scorecard) -> Ledger:
    """Read the lost points off a scorecard.

    Rows with nothing lost are left out. Rounding, rescaling and caps of blocks have rows of their own, so that the
    rows of each field, and all rows together, add up exactly.
    """
    rows = [row for part in card.total.parts for row in _rows(card.plan.book, part, part.id, "")]
    rows += _adjustment(card.plan.book, card.total, rows, card.plan.book.id)
    kept = tuple(row for row in rows if row.least or row.most)
    total = card.total
    return Ledger(kept, total.lost, total.max_points - total.high, total.max_points - total.low)


def _rows(book: Rulebook, node: Score, field: str, block: str) -> Iterator[LedgerRow]:
    block = block or node.block
    if node.trace is not None:
        yield from _leaf_rows(book, node, field, block)
        return
    below = [row for part in node.parts for row in _rows(book, part, field, block)]
    yield from below
    yield from _adjustment(book, node, below, field)


def _adjustment(book: Rulebook, node: Score, below: list[LedgerRow], field: str) -> Iterator[LedgerRow]:
    """Yield the row that rounding, rescaling or a cap puts between a sum and its parts."""
    if node.state == "not_applicable":
        return
    if node.block:
        least, most = -node.high, -node.low
    else:
        least, most = node.max_points - node.high, node.max_points - node.low
    least -= sum((row.least for row in below), Fraction(0))
    most -= sum((row.most for row in below), Fraction(0))
    if not least and not most:
        return
    maxima = sum((p.max_points for p in node.parts if p.state != "not_applicable" and not p.block), Fraction(0))
    cause: Cause = "cap" if node.block else "rescale" if maxima != node.max_points else "rounding"
    lost = least if least == most else None
    reference = full_reference(book, book.reference)
    yield LedgerRow(node.id, field, None, cause, None, lost, least, most, reference, book.basis)


def _leaf_rows(book: Rulebook, node: Score, field: str, block: str) -> Iterator[LedgerRow]:
    trace = node.trace
    assert trace is not None
    if trace.state == "not_applicable":
        return
    leaf = trace.plan
    base = {"bonus": Fraction(0), "penalty": Fraction(0)}.get(block, node.max_points)
    sign = -1 if block == "penalty" else 1
    least, most = sorted((base - sign * node.high, base - sign * node.low))
    reference, basis = provenance(book, trace, trace.base_clause)
    cause: Cause = "declared" if trace.state == "declared" else "clause"
    if node.points is None or trace.base_points is None:
        lost = least if node.points is not None else None
        yield LedgerRow(leaf.id, field, leaf.owner, cause, trace.clause, lost, least, most, reference, basis)
        return
    by_scale = base - sign * trace.base_points
    yield LedgerRow(
        leaf.id, field, leaf.owner, cause, trace.base_clause, by_scale, by_scale, by_scale, reference, basis
    )
    left = trace.base_points
    for taken in trace.taken:
        left -= taken.amount
        yield _finding_row(book, trace, taken, field, sign * taken.amount)
    if left != node.points:
        off = sign * (left - node.points)
        yield LedgerRow(leaf.id, field, leaf.owner, "rounding", None, off, off, off, reference, basis)


def _finding_row(book: Rulebook, trace: Trace, taken: Taken, field: str, lost: Fraction) -> LedgerRow:
    reference, basis = consequence_provenance(book, trace, taken)
    return LedgerRow(
        trace.plan.id,
        field,
        trace.plan.owner,
        "finding",
        taken.clause,
        lost,
        lost,
        lost,
        reference,
        basis,
        taken.finding,
    )


def consequence_provenance(book: Rulebook, trace: Trace, taken: Taken) -> tuple[Reference, BasisName]:
    """Return reference and basis of what a finding took: the consequence's own, else the finding's."""
    finding = next(f for f in book.findings if f.id == taken.finding)
    own = next(c for c in finding.consequences if (c.criterion, c.clause) == (trace.plan.id, taken.clause))
    return full_reference(book, own.reference or finding.reference), own.basis or finding.basis


def provenance(book: Rulebook, trace: Trace, clause: str | None) -> tuple[Reference, BasisName]:
    """Return reference and basis of the rule that gave the points: the clause's own, else the sub-criterion's."""
    criterion = trace.plan.criterion
    part = _clause_part(trace, clause)
    reference = getattr(part, "reference", None) or criterion.reference
    basis: BasisName = getattr(part, "basis", None) or criterion.basis.scale
    return full_reference(book, reference), basis


def _clause_part(trace: Trace, clause: str | None) -> object:
    """Return the band, branch or other entry of the rulebook that a clause names."""
    criterion = trace.plan.criterion
    if clause is None or criterion.scale is None:
        return None
    rule = criterion.nothing_assigned
    if rule is not None and rule.clause == clause and trace.route == 0:
        return rule
    names = clause.split("/")
    listed: tuple[Band | Branch, ...] = (*(criterion.scale.bands or ()), *(criterion.scale.branches or ()))
    return next((entry for entry in listed if entry.clause in names), None)
