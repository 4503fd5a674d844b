"""Add up: sums are exact, rounded only where the rulebook says, and intervals while something is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from tieuchi.model.number import exact_sum, round_within
from tieuchi.model.rulebook import Criterion, Grades, Rounding, Rulebook
from tieuchi.model.scorecard import Narrowing, Score, Share, State, Trace

ZERO = Fraction(0)


def build_total(book: Rulebook, traces: Iterator[Trace]) -> Score:
    """Return the tree of scores, from sub-criteria in the order of the rulebook."""
    return total_score(book, tuple(_node(criterion, traces, book.rounding.sums) for criterion in book.criteria))


def total_score(book: Rulebook, parts: tuple[Score, ...]) -> Score:
    """Return the total over the scores of the top level, in the order of the rulebook."""
    counted = [part for part in parts if not part.block]
    total = _summed(book.id, book.max_points, counted, rescale=book.rescale)
    total.parts = parts
    if total.state == "not_applicable":
        return total
    for block in (part for part in parts if part.block):
        total.low += block.low
        total.high += block.high
        total.points = None if total.points is None or block.points is None else total.points + block.points
    if total.points is None:
        total.state = _sum_state([part for part in parts if part.state != "not_applicable"], settled=False)
    _round(total, book.rounding.total)
    return total


def _node(criterion: Criterion, traces: Iterator[Trace], rounding: Rounding | None) -> Score:
    if criterion.criteria is None:
        return leaf_score(criterion, next(traces))
    return group_score(criterion, tuple(_node(part, traces, rounding) for part in criterion.criteria), rounding)


def leaf_score(criterion: Criterion, trace: Trace) -> Score:
    """Return the score of a sub-criterion."""
    return Score(criterion.id, criterion.max_points, trace.points, trace.low, trace.high, trace.state, trace=trace)


def group_score(criterion: Criterion, parts: tuple[Score, ...], rounding: Rounding | None) -> Score:
    """Return the score of a criterion over those of its parts; ``rounding`` is the rulebook's for sums."""
    node = _summed(criterion.id, criterion.max_points, parts, rescale=criterion.rescale)
    node.parts = parts
    _round(node, criterion.rounding or rounding)
    if criterion.block is not None:
        _make_block(node, criterion)
    return node


def _summed(name: str, declared_max: Fraction, parts: Iterable[Score], *, rescale: bool) -> Score:
    applicable = [part for part in parts if part.state != "not_applicable"]
    if not applicable:
        return Score(name, declared_max, None, ZERO, ZERO, "not_applicable")
    most = exact_sum(part.max_points for part in applicable)
    settled = all(part.points is not None for part in applicable)
    high = exact_sum(part.high for part in applicable)
    low = high if settled else exact_sum(part.low for part in applicable)
    if rescale and low < 0 and not settled:
        # Should what is open turn out not to apply, points taken off weigh more.
        low *= most / _least_maximum(applicable)
    if rescale and most != declared_max:
        factor = declared_max / most
        low, high, most = low * factor, high * factor, declared_max
    return Score(name, most, high if settled else None, low, high, _sum_state(applicable, settled=settled))


def _least_maximum(parts: list[Score]) -> Fraction:
    """Return the maximum of the parts that surely apply, or, where none does, the smallest of all."""
    sure = [part.max_points for part in parts if part.points is not None]
    return exact_sum(sure) if sure else min(part.max_points for part in parts)


def _sum_state(parts: list[Score], *, settled: bool) -> State:
    if settled:
        return "declared" if all(part.state == "declared" for part in parts) else "scored"
    return "missing" if any(part.state == "missing" for part in parts) else "refused"


def _round(node: Score, rounding: Rounding | None) -> None:
    if rounding is None:
        return
    places, mode, most = rounding.places, rounding.mode, node.max_points
    node.low, node.high = (round_within(end, places, mode, None, most) for end in (node.low, node.high))
    node.points = None if node.points is None else round_within(node.points, places, mode, None, most)


def _make_block(node: Score, criterion: Criterion) -> None:
    """Turn a sum into what its block adds to the total or takes off."""
    block = criterion.block
    assert block is not None
    node.block = block.kind
    if node.state == "not_applicable":
        # A block of which nothing applies neither adds nor takes.
        node.points, node.state = ZERO, "scored"
    if block.at_most is not None:
        node.low, node.high = min(node.low, block.at_most), min(node.high, block.at_most)
        node.points = None if node.points is None else min(node.points, block.at_most)
    if block.kind == "penalty":
        node.low, node.high = -node.high, -node.low
        node.points = None if node.points is None else -node.points


def shares_of(book: Rulebook, leaves: list[Trace]) -> tuple[Share, ...]:
    """Return what the sub-criteria of each assessor come to."""
    shares = []
    for name in book.assessors:
        own = [t for t in leaves if t.plan.assessed_by == name and t.state != "not_applicable"]
        if not own:
            continue
        low, high = exact_sum(t.low for t in own), exact_sum(t.high for t in own)
        points = high if all(t.points is not None for t in own) else None
        shares.append(Share(name, exact_sum(t.plan.criterion.max_points for t in own), points, low, high))
    return tuple(shares)


def narrowing(leaves: list[Trace]) -> tuple[Narrowing, ...]:
    """Return the missing readings by how much of the total they leave open, widest first."""
    widths: dict[str, Fraction] = {}
    for trace in leaves:
        if trace.points is None and trace.state == "missing":
            for name in trace.lacking:
                widths[name] = widths.get(name, ZERO) + trace.high - trace.low
    order = sorted(widths.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Narrowing(name, width) for name, width in order if width)


def grades_of(grades: Grades | None, total: Score) -> tuple[str, ...]:
    """Return the grades that the total can have, the best first; one where it is settled."""
    if grades is None or (total.state == "not_applicable"):
        return ()
    divisor = total.max_points if grades.by == "rate" else Fraction(1)
    places = []
    for figure in (total.high, total.low):
        value = figure / divisor
        cuts = (grade.at_least is None or value >= grade.at_least for grade in grades.classes)
        places.append(next(place for place, reached in enumerate(cuts) if reached))
    return tuple(grade.grade for grade in grades.classes[places[0] : places[1] + 1])
