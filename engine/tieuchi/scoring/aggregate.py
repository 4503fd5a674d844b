"""Add up: sums are exact, rounded only where the rulebook says, and intervals while something is missing."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tieuchi.model.number import common_sum, exact_sum, round_within
from tieuchi.model.rulebook import Criterion, Grades, Rounding, Rulebook, least_maximum
from tieuchi.model.scorecard import Narrowing, Score, Share, State, Trace
from tieuchi.scoring.compiled import Found, points_of
from tieuchi.scoring.settled import trace_of

ZERO = Fraction(0)
Result = Found | Trace
"""What was found of a sub-criterion: what a trace is made of where nothing is out of the common, else a trace."""
Part = Result | Score


class _Node(NamedTuple):
    """A criterion as it is added up."""

    criterion: Criterion
    id: str
    most: Fraction
    first: int
    """The place of its first sub-criterion among all of them."""
    end: int
    """The place after its last one."""
    parts: tuple[_Node, ...]
    maxima: tuple[Fraction, ...]
    """Maxima of the parts where they come to its own, else none."""
    least: Fraction
    """See ``least_maximum``."""
    rounding: Rounding | None
    flat: bool
    """Whether all parts are sub-criteria."""
    plain: bool
    """Whether it is just the sum of its parts: not rounded, brought back to a maximum or capped."""


@dataclass(slots=True)
class _Unread:
    """Parts of a criterion that nobody has read."""

    node: _Node
    parts: tuple[Part, ...]

    def __call__(self) -> tuple[Score, ...]:
        return _scores(self.node.parts, self.parts)


class Sums:
    """How points are added up by one rulebook. Holds nothing of any unit."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._tops = _nodes(book.criteria, 0, book.rounding.sums)
        self._maxima = _maxima(book.max_points, [node for node in self._tops if node.criterion.block is None])
        self._least = least_maximum(book.max_points, book.criteria)
        blocks = any(criterion.block is not None for criterion in book.criteria)
        self._plain = not blocks and not book.rescale and book.rounding.total is None
        assessed = [pair for criterion in book.criteria for pair in _assessed(criterion, None)]
        self._assessed = {
            name: tuple((place, most) for place, (by, most) in enumerate(assessed) if by == name)
            for name in book.assessors
        }

    def total(self, results: Iterable[Result]) -> Score:
        """Return the tree of scores, from sub-criteria in the order of the rulebook."""
        given = tuple(results)
        return self._total(_scores(self._tops, [_part(node, given) for node in self._tops]))

    def renewed(self, total: Score, new: Mapping[int, Trace]) -> Score:
        """Return a total with some sub-criteria replaced, by place; sums that none of them enters are taken over."""
        parts = list(total.parts)
        steps = {_step_to(place, self._tops) for place in new}
        for step in steps:
            parts[step] = _score(self._tops[step], _renewed(self._tops[step], parts[step], new))
        moved = _moved(total, total.parts[step], parts[step]) if self._plain and len(steps) == 1 else None
        if moved is None:
            return self._total(tuple(parts))
        moved.kept = tuple(parts)
        return moved

    def shares(self, results: Sequence[Result]) -> tuple[Share, ...]:
        """Return what the sub-criteria of each assessor come to."""
        shares = []
        for name, assessed in self._assessed.items():
            own = [(results[place], most) for place, most in assessed if _applies(results[place])]
            ends = _ends([result for result, _ in own], rescale=False) if own else None
            if ends is not None:
                low, high, undecided = ends
                most = exact_sum([most for _, most in own])
                shares.append(Share(name, most, None if undecided else high, low, high))
        return tuple(shares)

    def _total(self, parts: tuple[Score, ...]) -> Score:
        """Return the total over the scores of the top level."""
        book = self.book
        blocks = [part for part in parts if part.block]
        counted = [part for part in parts if not part.block] if blocks else parts
        whole = _whole(counted, self._maxima)
        total = _plain_sum(book.id, book.max_points, counted, rescale=book.rescale) if whole else None
        if total is None:
            total = _summed(book.id, book.max_points, counted, rescale=book.rescale, least=self._least)
        total.kept = parts
        if total.state == "not_applicable":
            return total
        for block in blocks:
            total.low += block.low
            total.high += block.high
            total.points = None if total.points is None or block.points is None else total.points + block.points
        if blocks and total.points is None:
            total.state = _sum_state([part for part in parts if part.state != "not_applicable"], settled=False)
        if book.rounding.total is not None:
            _round(total, book.rounding.total)
        return total


def build_total(book: Rulebook, traces: Iterable[Trace]) -> Score:
    """Return the tree of scores of one unit; for many units ``Sums`` is made once."""
    return Sums(book).total(traces)


def shares_of(book: Rulebook, traces: Sequence[Trace]) -> tuple[Share, ...]:
    """Return what the sub-criteria of each assessor come to, likewise."""
    return Sums(book).shares(traces)


def _nodes(criteria: Iterable[Criterion], first: int, rounding: Rounding | None) -> tuple[_Node, ...]:
    """Return criteria as they are added up; ``first`` is the place of their first sub-criterion."""
    nodes: list[_Node] = []
    for criterion in criteria:
        own, most = criterion.rounding or rounding, criterion.max_points
        if criterion.criteria is None:
            node = _Node(criterion, criterion.id, most, first, first + 1, (), (), most, own, flat=False, plain=False)
        else:
            parts = _nodes(criterion.criteria, first, rounding)
            flat = not any(part.parts for part in parts)
            plain = own is None and criterion.block is None and not criterion.rescale
            end, maxima, least = parts[-1].end, _maxima(most, parts), least_maximum(most, criterion.criteria)
            node = _Node(criterion, criterion.id, most, first, end, parts, maxima, least, own, flat, plain)
        nodes.append(node)
        first = node.end
    return tuple(nodes)


def _step_to(place: int, nodes: Sequence[_Node]) -> int:
    """Return which of some criteria a sub-criterion stands in, by its place."""
    return bisect(nodes, place, key=lambda node: node.end)


def _maxima(most: Fraction, parts: Sequence[_Node]) -> tuple[Fraction, ...]:
    maxima = tuple(part.most for part in parts)
    return maxima if exact_sum(maxima) == most else ()


def _assessed(criterion: Criterion, above: str | None) -> Iterator[tuple[str | None, Fraction]]:
    """Yield who assesses each sub-criterion, and its maximum."""
    own = criterion.assessed_by or above
    if criterion.criteria is None:
        yield own, criterion.max_points
    for part in criterion.criteria or ():
        yield from _assessed(part, own)


def _part(node: _Node, results: tuple[Result, ...]) -> Part:
    if not node.parts:
        return results[node.first]
    own = results[node.first : node.end] if node.flat else tuple([_part(part, results) for part in node.parts])
    return _group_score(node, own)


def _renewed(node: _Node, old: Part, new: Mapping[int, Trace]) -> Part:
    if not isinstance(old, Score) or not node.parts:
        return new[node.first]
    before = old.kept.parts if isinstance(old.kept, _Unread) else old.parts
    parts = list(before)
    steps = {_step_to(place, node.parts) for place in new if node.first <= place < node.end}
    for step in steps:
        parts[step] = _renewed(node.parts[step], parts[step], new)
    moved = _moved(old, before[step], parts[step]) if node.plain and len(steps) == 1 else None
    if moved is None:
        return _group_score(node, tuple(parts))
    moved.kept = _Unread(node, tuple(parts))
    return moved


def _moved(old: Score, before: Part, after: Part) -> Score | None:
    """Return a plain sum of which one part has other points; None where more than that may be different."""
    was, now = _settled(before), _settled(after)
    if was is None or now is None or old.state == "declared":
        return None
    if isinstance(before, Score) and isinstance(after, Score) and before.max_points is not after.max_points:
        return None
    (gone, gone_parts), (come, come_parts) = was.as_integer_ratio(), now.as_integer_ratio()
    change, parts = come * gone_parts - gone * come_parts, gone_parts * come_parts
    above, below = old.high.as_integer_ratio()
    high = low = Fraction(above * parts + change * below, below * parts)
    if old.points is None:
        above, below = old.low.as_integer_ratio()
        low = Fraction(above * parts + change * below, below * parts)
    return Score(old.id, old.max_points, None if old.points is None else high, low, high, old.state)


def _settled(part: Part) -> Fraction | None:
    """Return the points of a part that is scored and settled, not taken over."""
    if isinstance(part, tuple):
        return points_of(part)
    return part.points if part.state == "scored" else None


def _score(node: _Node, part: Part) -> Score:
    """Return a part as a node of the scorecard."""
    if isinstance(part, Score):
        return part
    trace = part if isinstance(part, Trace) else trace_of(part)
    return Score(node.id, node.most, trace.points, trace.low, trace.high, trace.state, (), trace)


def _scores(nodes: Iterable[_Node], parts: Iterable[Part]) -> tuple[Score, ...]:
    return tuple([_score(node, part) for node, part in zip(nodes, parts, strict=True)])


def _group_score(node: _Node, parts: tuple[Part, ...]) -> Score:
    """Return the score of a criterion over its parts."""
    rescale = node.criterion.rescale
    whole = node.maxima if node.flat else _whole(parts, node.maxima)
    made = _plain_sum(node.id, node.most, parts, rescale=rescale) if whole else None
    if made is not None:
        made.kept = _Unread(node, parts)
    else:
        scores = _scores(node.parts, parts)
        made = _summed(node.id, node.most, scores, rescale=rescale, least=node.least)
        made.kept = scores
    if node.rounding is not None:
        _round(made, node.rounding)
    if node.criterion.block is not None:
        _make_block(made, node.criterion)
    return made


def _whole(parts: Sequence[Part], maxima: Sequence[Fraction]) -> bool:
    """Say whether these are the maxima of the parts, so that all that is in them applies."""
    if not maxima:
        return False
    return all(not isinstance(part, Score) or part.max_points is most for part, most in zip(parts, maxima, strict=True))


def _plain_sum(name: str, most: Fraction, parts: Sequence[Part], *, rescale: bool) -> Score | None:
    """Return the sum of parts that all apply with their whole maxima; None where they do not, or that is open."""
    ends = _ends(parts, rescale=rescale)
    if ends is None:
        return None
    low, high, undecided = ends
    if undecided:
        return Score(name, most, None, low, high, _sum_state(undecided, settled=False))
    return Score(name, most, high, low, high, _sum_state(parts, settled=True))


def _ends(parts: Sequence[Part], *, rescale: bool) -> tuple[Fraction, Fraction, list[Trace | Score]] | None:
    """Return least and most of a sum of parts, and those that are undecided.

    None where some part does not apply, or where that is open and points are brought back to the whole maximum.
    """
    flat, common = 0, 1
    sure: dict[int, int] = {}
    undecided: list[Trace | Score] = []
    for part in parts:
        if isinstance(part, tuple):
            landing, above, below = part
            if not landing.rise:
                # All of these are in the same parts of a point.
                flat += landing.start
                common = landing.parts
                continue
            above, below = landing.start * below + landing.rise * above, landing.parts * below
        elif part.points is not None:
            above, below = part.points.as_integer_ratio()
        elif rescale or part.state == "not_applicable":
            return None
        else:
            undecided.append(part)
            continue
        sure[below] = sure.get(below, 0) + above
    sure[common] = sure.get(common, 0) + flat
    known = common_sum(sure)
    if not undecided:
        return known, known, undecided
    low = exact_sum([known, *[part.low for part in undecided]])
    return low, exact_sum([known, *[part.high for part in undecided]]), undecided


def _summed(name: str, declared_max: Fraction, parts: Sequence[Score], *, rescale: bool, least: Fraction) -> Score:
    """Return the sum of parts of which not all apply, or not wholly; ``least`` is the least maximum it can have."""
    applicable = [part for part in parts if part.state != "not_applicable"]
    if not applicable:
        return Score(name, declared_max, None, ZERO, ZERO, "not_applicable")
    most = exact_sum(part.max_points for part in applicable)
    settled = all(part.points is not None for part in applicable)
    high = exact_sum(part.high for part in applicable)
    low = high if settled else exact_sum(part.low for part in applicable)
    if rescale and low < 0 and not settled:
        # Should what is open turn out not to apply, points taken off weigh more.
        low *= most / (exact_sum(map(_sure_maximum, applicable)) or least)
    if rescale and most != declared_max:
        factor = declared_max / most
        low, high, most = low * factor, high * factor, declared_max
    return Score(name, most, high if settled else None, low, high, _sum_state(applicable, settled=settled))


def _sure_maximum(part: Score) -> Fraction:
    """Return how much of the maximum of a part applies whatever is still open."""
    if part.points is not None:
        return part.max_points
    if part.trace is None:
        return exact_sum(map(_sure_maximum, part.parts))
    return part.max_points if part.trace.plan.firm and part.state != "not_applicable" else ZERO


def _sum_state(parts: Iterable[Part], *, settled: bool) -> State:
    if settled:
        for part in parts:
            if isinstance(part, tuple) or part.state != "declared":
                return "scored"
        return "declared"
    return "missing" if any(not isinstance(part, tuple) and part.state == "missing" for part in parts) else "refused"


def _applies(result: Result) -> bool:
    return isinstance(result, tuple) or result.state != "not_applicable"


def _round(node: Score, rounding: Rounding) -> None:
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


def narrowing(results: Iterable[Result]) -> tuple[Narrowing, ...]:
    """Return the missing readings by how much of the total they leave open, widest first."""
    widths: dict[str, Fraction] = {}
    for result in results:
        if isinstance(result, Trace) and result.points is None and result.state == "missing":
            for name in result.lacking:
                widths[name] = widths.get(name, ZERO) + result.high - result.low
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
