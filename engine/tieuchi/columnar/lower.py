"""From a plan to a program: leaves, findings, and the tree of sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, gcd, lcm

from tieuchi.columnar.doubt import with_doubts
from tieuchi.columnar.layout import layout_of
from tieuchi.columnar.limits import TOTAL_BITS, Limit, fast_limit, finding_limits, leaf_limit, sum_peak
from tieuchi.columnar.lower_forms import tests_op
from tieuchi.columnar.lower_leaf import leaf_op, quanta, round_op
from tieuchi.columnar.program import LeafOp, NodeOp, Program, RelativeOp
from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.model.number import exact_sum
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Criterion, least_maximum

MOST_ITEMS = 60
"""Parts of a checklist: which of them hold is one number in the clause column."""
MOST_QUANTA = 1 << 52


def compile_program(plan: Plan, scales: Mapping[str, int] | None = None, *, wide: bool = False) -> Program:
    """Return a rulebook in whole numbers over columns.

    Args:
        plan: The rulebook.
        scales: What the readings of an indicator are multiplied with to be whole; see ``layout_of``.
        wide: Only for Python integers, so that nothing is too large.

    Raises:
        RulebookError: B601, B602, B653: it can't be tabled, and what it is that can't.
    """
    layout = layout_of(plan, scales)
    findings = {finding.finding.id: place for place, finding in enumerate(plan.findings)}
    nodes, parents, unit = _nodes(plan)
    finding_tests = tuple(tests_op(finding.tests, layout, findings) for finding in plan.findings)
    limits = finding_limits(finding_tests)
    relatives: list[RelativeOp] = []
    summed = any(node.rounding is not None for node in nodes)
    leaves = [
        _placed(
            leaf_op(plan, leaf, layout, findings, relatives, summed=summed),
            parent,
            _times(leaf.criterion.max_points, unit),
            limits,
        )
        for leaf, parent in zip(plan.leaves, parents, strict=True)
    ]
    doubted, most = with_doubts(nodes, leaves, unit / plan.book.quantum), _most_points(plan, nodes, leaves)
    peak = max(sum_peak(node, most, (unit / plan.book.quantum).denominator) for node in doubted)
    program = Program(
        layout, plan.book.quantum, tuple(leaves), finding_tests, doubted, tuple(relatives), unit, most, peak
    )
    if not wide:
        _check(plan, program)
    return program


def _placed(op: LeafOp, parent: int, most: int, limits: Sequence[Limit]) -> LeafOp:
    """Return a sub-criterion at its place in the tree, with its limits."""
    slots, bits = leaf_limit(op, limits)
    return op._replace(node=parent, most=most, slots=tuple(sorted(slots)), bits=bits, fast=fast_limit(op))


def _most_points(plan: Plan, nodes: Sequence[NodeOp], leaves: Sequence[LeafOp]) -> int:
    """Return how far from zero points and sums can be, in quanta.

    Brought back to a maximum of which little is left, or surely left, points below zero weigh as many times more, and
    so does what they are rounded away from it.
    """
    quantum, total = plan.book.quantum, len(nodes) - 1
    outside, lightest = [Fraction(0)] * len(nodes), [node.least for node in nodes]
    below = any(leaf.floor < 0 for leaf in plan.leaves)
    for op, leaf in zip(leaves, plan.leaves, strict=True):
        outside[op.node] += _outside(leaf, quantum)
    for place, node in enumerate(nodes):
        if outside[place] or place == total:  # penalties bring a total below zero
            times = Fraction(node.most, lightest[place]) if node.rescale else 1
            outside[place] = outside[place] * times + _step(node)
        if place != total:
            outside[node.parent] += outside[place]
            lightest[node.parent] = min(lightest[node.parent], lightest[place] if below else node.most)
    most = exact_sum(leaf.criterion.max_points / quantum for leaf in plan.leaves)
    declared = exact_sum(c.max_points / quantum for c in plan.book.criteria)
    return ceil(outside[-1] + most + declared + plan.book.max_points / quantum)


def _outside(leaf: LeafPlan, quantum: Fraction) -> Fraction:
    """Return how many quanta points are below zero or, being counted in them, above their maximum, at most."""
    whole = (leaf.criterion.max_points / quantum).denominator == 1
    return max(-leaf.floor / quantum, Fraction(0)) + (0 if whole and leaf.floor >= 0 else 1)


def _step(node: NodeOp) -> Fraction:
    """Return how many quanta a sum is moved at most where it is rounded, be it to quanta."""
    return Fraction(1) if node.rounding is None else Fraction(node.rounding.up, node.rounding.down) + 1


def _check(plan: Plan, program: Program) -> None:
    """Refuse by name what the tables can't hold."""
    issues = []
    place = Position(plan.book.id)
    if program.most_points >= MOST_QUANTA:
        issues.append(Issue("B601", place, facts={"quantum": str(plan.book.quantum)}))
    elif max(node.most for node in program.nodes) >= 1 << (TOTAL_BITS - 1):
        issues.append(Issue("B653", place, facts={"unit": str(program.most_unit)}))
    long = (leaf for leaf in program.leaves if leaf.clause_count >= 2 << MOST_ITEMS)
    issues += [Issue("B602", place, leaf.id, {"most": str(MOST_ITEMS)}) for leaf in long]
    if issues:
        raise RulebookError(issues)


@dataclass(slots=True)
class _Tree:
    """Sums with parts before wholes, and for each sum and each leaf the place of the sum it is part of."""

    criteria: list[Criterion | None] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    above_leaf: list[int] = field(default_factory=list)

    def add(self, criterion: Criterion) -> int:
        """Add a criterion with its parts; return the place of its sum, or the complement of the place of its leaf."""
        if criterion.criteria is None:
            self.above_leaf.append(-1)
            return ~(len(self.above_leaf) - 1)
        return self.close(criterion, [self.add(part) for part in criterion.criteria])

    def close(self, criterion: Criterion | None, parts: list[int]) -> int:
        """Add a sum whose parts are there."""
        here = len(self.criteria)
        self.criteria.append(criterion)
        self.above.append(-1)
        for part in parts:
            if part >= 0:
                self.above[part] = here
            else:
                self.above_leaf[~part] = here
        return here


def _nodes(plan: Plan) -> tuple[tuple[NodeOp, ...], list[int], Fraction]:
    """Return the sums, the sum each leaf is part of, and the unit maxima are counted in."""
    tree = _Tree()
    tree.close(None, [tree.add(criterion) for criterion in plan.book.criteria])
    unit = _unit(plan)
    nodes = (_node(plan, c, above, unit) for c, above in zip(tree.criteria, tree.above, strict=True))
    return tuple(nodes), tree.above_leaf, unit


def _unit(plan: Plan) -> Fraction:
    """Return the greatest number of which all maxima are multiples."""
    maxima = [leaf.criterion.max_points for leaf in plan.leaves] + [plan.book.max_points]
    maxima += [criterion.max_points for criterion in _groups(plan.book.criteria)]
    bottom = lcm(*(m.denominator for m in maxima))
    return Fraction(gcd(*(m.numerator * (bottom // m.denominator) for m in maxima)), bottom)


def _times(points: Fraction, unit: Fraction) -> int:
    """Return how many times a maximum is the unit, of which all are multiples."""
    return points.numerator * unit.denominator // (points.denominator * unit.numerator)


def _groups(criteria: tuple[Criterion, ...]) -> list[Criterion]:
    return [g for c in criteria if c.criteria is not None for g in (c, *_groups(c.criteria))]


def _node(plan: Plan, criterion: Criterion | None, parent: int, unit: Fraction) -> NodeOp:
    book = plan.book
    if criterion is None:
        rounding = round_op(book.rounding.total, book.quantum)
        least = _times(least_maximum(book.max_points, book.criteria), unit)
        return NodeOp(book.id, -1, _times(book.max_points, unit), least, book.rescale, rounding)
    rounding = round_op(criterion.rounding or book.rounding.sums, book.quantum)
    most = _times(criterion.max_points, unit)
    least = _times(least_maximum(criterion.max_points, criterion.criteria or ()), unit)
    made = NodeOp(criterion.id, parent, most, least, bool(criterion.rescale), rounding)
    block = criterion.block
    if block is None:
        return made
    if block.at_most is None:
        return made._replace(block=block.kind)
    limit = (block.at_most / book.quantum).as_integer_ratio()
    return made._replace(block=block.kind, at_most=quanta(block.at_most, book.quantum), limit=limit)
