"""Sums as formulas: fields, blocks, the total, the grade. An interval while something is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tieuchi.model.canonical import ZERO
from tieuchi.model.rulebook import Criterion, Grades, Rulebook, least_maximum
from tieuchi.workbook.formula import Expr, Ref, chain, expr, fn, if_, total
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.live_leaf import LiveLeaf
from tieuchi.workbook.live_params import Parameters
from tieuchi.workbook.live_rounding import cleaned, rounded


@dataclass(frozen=True, slots=True)
class LiveScore:
    """One node to its parent and to the page: state code, maximum that counts, least and most points."""

    id: str
    code: Expr
    most: Expr
    low: Expr
    high: Expr
    parts: tuple[LiveScore, ...] = ()
    leaf: LiveLeaf | None = None
    block: str = ""
    sure: Expr = field(default_factory=lambda: expr(0))
    """How much of its maximum applies whatever is still open, where some sum asks for it."""

    @property
    def settled(self) -> Expr:
        """Whether it has points."""
        return fn("OR", self.code.eq(0), self.code.eq(4))

    def walk(self) -> Iterator[LiveScore]:
        """Yield this node and all below it, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()


class Sums:
    """Lays the sums of one rulebook."""

    def __init__(self, book: Rulebook, calc: Calculation) -> None:
        self.book, self.calc = book, calc
        self._rescales = book.rescale or any(map(_rescales, book.criteria))

    def score(self, leaves: Iterator[LiveLeaf]) -> LiveScore:
        """Return the tree of sums, from sub-criteria in the order of the rulebook."""
        parts = tuple(self._node(criterion, leaves) for criterion in self.book.criteria)
        counted = [part for part in parts if not part.block]
        state, most, low, high = self._summed("Σ", self.book, counted)
        code: Expr = state
        blocks = [part for part in parts if part.block]
        if blocks:
            low, high = (
                total([end, *more]) for end, more in ((low, [b.low for b in blocks]), (high, [b.high for b in blocks]))
            )
            every = [[part.code.eq(n) for part in parts] for n in (1, 2)]
            missing, refused = (fn("OR", *tests) for tests in every)
            code = self.calc.step("Σ state", chain([(state.eq(3), 3), (missing, 1), (refused, 2)], state))
        rounding = self.book.rounding.total
        ends = [rounded(self.calc, "Σ", end, rounding, most) if rounding else cleaned(end) for end in (low, high)]
        laid = [self.calc.step("Σ", if_(state.eq(3), 0, end)) for end in ends]
        return LiveScore(self.book.id, code, most, laid[0], laid[1], parts)

    def _node(self, criterion: Criterion, leaves: Iterator[LiveLeaf]) -> LiveScore:
        if criterion.criteria is None:
            leaf = next(leaves)
            own = self.calc.step(f"{criterion.id} max", if_(leaf.code.eq(3), 0, criterion.max_points))
            made = LiveScore(criterion.id, leaf.code, own, leaf.low, leaf.high, leaf=leaf)
            return replace(made, sure=own if leaf.plan.firm else if_(made.settled, own, 0))
        parts = tuple(self._node(part, leaves) for part in criterion.criteria)
        name = f"{criterion.id} Σ"
        code, most, low, high = self._summed(name, criterion, parts)
        rounding = criterion.rounding or self.book.rounding.sums
        ends = [rounded(self.calc, name, end, rounding, most) if rounding else cleaned(end) for end in (low, high)]
        low, high = (self.calc.step(name, end) for end in ends)
        if criterion.block is None:
            made = LiveScore(criterion.id, code, most, low, high, parts)
            if not self._rescales:
                return made
            sure = if_(made.settled, most, total([part.sure for part in parts]))
            return replace(made, sure=self.calc.step(f"{name} sure", sure))
        return self._block(criterion, code, most, low, high, parts)

    def _summed(self, name: str, of: Rulebook | Criterion, parts: Sequence[LiveScore]) -> tuple[Expr, Expr, Expr, Expr]:
        """Return state, maximum, least and most of the parts of a rulebook or a criterion together."""
        whole = expr(of.max_points)
        if not parts:
            return expr(3), whole, expr(0), expr(0)
        all_out = fn("AND", *(p.code.eq(3) for p in parts))
        low = total([if_(p.code.eq(3), 0, p.low) for p in parts])
        high = total([if_(p.code.eq(3), 0, p.high) for p in parts])
        counted = self.calc.step(f"{name} counted", total([if_(p.code.eq(3), 0, p.most) for p in parts]))
        most: Expr = counted
        if of.rescale:
            factor = self.calc.step(f"{name} ×", if_(counted.gt(0), whole / if_(counted.gt(0), counted, 1), 1))
            low = self.calc.step(f"{name} low", low)
            left = least_maximum(of.max_points, of.criteria or ())
            low = low * if_(low.lt(0), self._weight(name, parts, counted, left), 1)
            low, high, most = low * factor, high * factor, if_(counted.gt(0), whole, counted)
        most = if_(all_out, whole, most)
        missing = fn("OR", *(p.code.eq(1) for p in parts))
        refused = fn("OR", *(p.code.eq(2) for p in parts))
        declared = fn("AND", *(fn("OR", p.code.eq(3), p.code.eq(4)) for p in parts))
        state = self.calc.step(f"{name} state", chain([(all_out, 3), (missing, 1), (refused, 2), (declared, 4)], 0))
        return state, self.calc.step(f"{name} max", most), low, high

    def _weight(self, name: str, parts: Sequence[LiveScore], counted: Expr, left: Fraction) -> Expr:
        """Return how much more points taken off weigh, should what is open turn out not to apply."""
        sure = self.calc.step(f"{name} surely", total([p.sure for p in parts]))
        surely = if_(sure.gt(0), sure, left)
        is_open = fn("OR", *(fn("OR", p.code.eq(1), p.code.eq(2)) for p in parts))
        return self.calc.step(f"{name} weight", if_(is_open, counted / surely, 1))

    def _block(
        self, criterion: Criterion, code: Expr, most: Expr, low: Expr, high: Expr, parts: tuple[LiveScore, ...]
    ) -> LiveScore:
        """Turn a sum into what its block adds to the total or takes off."""
        block = criterion.block
        assert block is not None
        name = f"{criterion.id} ±"
        code = self.calc.step(f"{name} state", if_(code.eq(3), 0, code))
        if block.at_most is not None:
            low, high = fn("MIN", low, block.at_most), fn("MIN", high, block.at_most)
        if block.kind == "penalty":
            low, high = expr(ZERO) - high, expr(ZERO) - low
        low, high = self.calc.step(f"{name} low", low), self.calc.step(f"{name} high", high)
        return LiveScore(criterion.id, code, most, low, high, parts, block=block.kind)


def _rescales(criterion: Criterion) -> bool:
    return criterion.rescale or any(map(_rescales, criterion.criteria or ()))


def grade_of(grades: Grades, score: LiveScore, parameters: Parameters) -> Expr:
    """Return the grade, or the two between which it lies."""
    divisor = score.most if grades.by == "rate" else expr(1)
    cuts: list[tuple[Ref, str]] = []
    last = ""
    for grade in grades.classes:
        if grade.at_least is None:
            last = grade.grade
            continue
        cell = parameters.cell(f"grades/{grade.grade}/at_least", grade.at_least, grade.grade, share=grades.by == "rate")
        cuts.append((cell, grade.grade))

    def of(points: Expr) -> Expr:
        value = cleaned(points / if_(divisor.eq(0), 1, divisor))
        return chain([(value.ge(cell), name) for cell, name in cuts], last)

    between = of(score.low) & " – " & of(score.high)
    same = of(score.low).eq(of(score.high))
    return if_(same, of(score.high), between)


__all__ = ["LiveScore", "Ref", "Sums", "grade_of"]
