"""Sums as SQL: criteria, fields, blocks and the total, as intervals while something lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from tieuchi.columnar.doubt import doubts_of
from tieuchi.columnar.layout import DECLARED
from tieuchi.columnar.program import NodeOp, RoundOp
from tieuchi.sql.exact import End, Exact, Term, capped, over_one, rescaled
from tieuchi.sql.leaves import BEYOND, Cell
from tieuchi.sql.rounding import rounded_to
from tieuchi.sql.values import Writer, added, case, chained, either, half_up, is_number, times


class Part(NamedTuple):
    """One part of a sum; each field is a name or a number. ``most`` counts in the program's unit of maxima.

    ``tells``: for each state a condition that holds in it alone; without that the ``state`` is asked for.
    """

    low: End
    high: End
    state: str
    states: frozenset[int]
    most: str
    tells: Mapping[int, str] = MappingProxyType({})
    sure: str = "0"
    """How much of the maximum applies whatever is still open, where some sum asks for it."""

    def among(self, *wanted: int) -> str:
        """Return the condition that the state is one of some: empty where it always is, ``1 = 0`` where never."""
        there = [code for code in wanted if code in self.states]
        if len(there) == len(self.states):
            return ""
        return " OR ".join(self.tells.get(code) or f"{self.state} = {code}" for code in there) or "1 = 0"

    def where(self, *wanted: int) -> str:
        """Return the maximum where the state is one of some, else 0."""
        there = self.among(*wanted)
        return "0" if there == "1 = 0" else case([(there, self.most)], "0") if there else self.most


class _Quotient(NamedTuple):
    """An end on its way through a sum: ``top / bottom`` quanta, ``factor`` being what they were multiplied with."""

    top: str
    bottom: str
    exact: Exact | None
    factor: str = "1"


def write_sums(writer: Writer, cells: list[Cell]) -> list[Part]:
    """Return every sum, in the order of the program's nodes."""
    nodes = writer.program.nodes
    parts: list[list[Part]] = [[] for _ in nodes]
    aside: list[Part] = []
    for op, cell in zip(writer.program.leaves, cells, strict=True):
        part = Part(cell.low, cell.high, cell.state, cell.states, str(op.most), cell.tells)
        parts[op.node].append(part._replace(sure=part.where(0, 1, *((2, 3, BEYOND) if op.firm else ()))))
    done, doubts = list[Part](), doubts_of(writer.program)
    total = len(nodes) - 1
    for place, node in enumerate(nodes):
        writer.owner = node.id
        own = _sum(writer, node, parts[place], aside if place == total else [])
        own = _block(writer, node, own, doubts[place]) if node.block else own
        done.append(own)
        if node.block and node.parent == total:
            aside.append(own)
        elif place != total:
            parts[node.parent].append(own)
    return done


def _sum(writer: Writer, node: NodeOp, parts: list[Part], aside: list[Part]) -> Part:
    low, high = _ends(writer, parts, "sum")
    most = writer.name(_maxima(writer, [part.where(0, 1, 2, 3, BEYOND) for part in parts]), "applies")
    state, states = _state(writer, parts, aside)
    gone = f"{state} = 4" if 4 in states else ""
    ends = [_Quotient(low.quanta, "1", low.exact), _Quotient(high.quanta, "1", high.exact)]
    if node.rescale:
        lighter, unsettled = most, [code for code in (2, 3) if code in states]
        if unsettled:
            known = " OR ".join(f"{state} = {code}" for code in unsettled)
            surely = _surely(writer, node, parts)
            lighter = writer.name(case([(f"{low.quanta} < 0 AND ({known})", surely)], most), "lighter")
        ends = [_rescaled(writer, node, end, at, gone) for end, at in zip(ends, (lighter, most), strict=True)]
        most = str(node.most)
    elif gone:
        most = writer.name(case([(gone, str(node.most))], most), "most")
    if aside:
        blocks = _ends(writer, aside, "blocks")
        ends = [_with_blocks(writer, end, more, gone) for end, more in zip(ends, blocks, strict=True)]
    same = ends[0] == ends[1]
    lows = _settled(writer, node, ends[0], most)
    highs = lows if same else _settled(writer, node, ends[1], most)
    if node.rounding is not None and node.doubt:
        lost = " OR ".join(dict.fromkeys(f"{end.quanta} IS NULL" for end in (lows, highs)))
        state, states = writer.name(case([(lost, str(BEYOND))], state), "state"), states | {BEYOND}
    made = Part(lows, highs, state, states, most)
    return made if node.block else made._replace(sure=_sure(writer, made, parts))


def _sure(writer: Writer, whole: Part, parts: list[Part]) -> str:
    """Return how much of the maximum of a sum applies whatever is still open."""
    settled = whole.among(0, 1)
    if not settled or not any(node.rescale for node in writer.program.nodes):
        return whole.most
    return writer.name(case([(settled, whole.most)], _maxima(writer, [part.sure for part in parts])), "surely")


def _maxima(writer: Writer, terms: list[str]) -> str:
    """Return maxima added up, in 64 bits where databases would take fewer for numbers that these hold."""
    large = max(node.most for node in writer.program.nodes) >> 31
    return added(writer.dialect.long(term) if large and not is_number(term) else term for term in terms)


def _block(writer: Writer, node: NodeOp, part: Part, doubt: Fraction) -> Part:
    """Turn a sum, of which quanta leave a ``doubt``, into what its block adds to the total or takes off."""
    ends = [part.low, part.high]
    if node.at_most is not None:
        ends = [
            End(
                writer.name(f"{writer.dialect.least}({end.quanta}, {node.at_most})", "limited"),
                end.exact and capped(writer, end.exact, end.quanta, node.limit, doubt),
            )
            for end in ends
        ]
    if node.block == "penalty":
        ends = [End(writer.name(f"-{end.quanta}", "taken"), end.exact and end.exact.negative()) for end in ends[::-1]]
    state, states = part.state, part.states
    if 4 in states:
        state, states = writer.name(case([(f"{state} = 4", "0")], state), "state"), states - {4} | {0}
    return Part(ends[0], ends[1] if ends[0] != ends[1] else ends[0], state, states, part.most)


def _ends(writer: Writer, parts: Sequence[Part], what: str) -> tuple[End, End]:
    """Return the sums of the ends of some parts."""
    # What is settled comes first: databases add up once what two sums begin with.
    inner = sorted(parts, key=lambda part: part.low != part.high)
    lows, highs = [part.low for part in inner], [part.high for part in inner]
    low = _added(writer, lows, what)
    return low, low if lows == highs else _added(writer, highs, what)


def _added(writer: Writer, ends: list[End], what: str) -> End:
    quanta = writer.name(added(end.quanta for end in ends), what)
    exact: Exact | None = Exact(())
    for end in ends:
        exact = exact.plus(end.exact) if exact and end.exact else None
    return End(quanta, exact)


def _rescaled(writer: Writer, node: NodeOp, end: _Quotient, parts: str, gone: str) -> _Quotient:
    """Return an end brought from the maximum of its parts to the whole one."""
    if parts == str(node.most) and not gone:
        return end
    same = f"{parts} = {node.most}" + (f" OR {gone}" if gone else "")
    factor = writer.number(case([(same, "1")], str(node.most)), "factor")
    under = writer.number(case([(same, "1")], parts), "parts")
    exact = end.exact and rescaled(writer, end.exact, node.most, factor, under)
    return _Quotient(writer.name(writer.product(end.top, factor), "scaled"), under, exact, factor)


def _surely(writer: Writer, node: NodeOp, parts: list[Part]) -> str:
    """Return how much of the maximum applies whatever is still open, or, if nothing, the least that may.

    Should what is open turn out not to apply, points taken off weigh more.
    """
    known = writer.name(_maxima(writer, [part.sure for part in parts]), "sure")
    return case([(f"{known} > 0", known)], str(node.least))


def _with_blocks(writer: Writer, end: _Quotient, blocks: End, gone: str) -> _Quotient:
    more, exact = blocks.quanta, blocks.exact
    if gone:
        more = writer.name(case([(gone, "0")], more), "blocks")
        exact = exact and Exact(tuple(
            Term(writer.name(case([(gone, "0")], term.top), "part"), term.bottom, term.under) for term in exact.terms
        ), exact.peak)  # fmt: skip
    both = end.exact.plus(exact) if end.exact and exact else None
    more = more if end.bottom == "1" else writer.product(more, end.bottom)
    return end._replace(top=writer.name(added((end.top, more)), "whole"), exact=both)


def _state(writer: Writer, parts: list[Part], aside: list[Part]) -> tuple[str, frozenset[int]]:
    """Return the state of a sum and which states there can be."""
    possible = frozenset(code for part in (*parts, *aside) for code in part.states)
    if possible <= {0, 1} and any(part.states == {0} for part in parts):
        return "0", frozenset({0})

    def some(code: int, among: Sequence[Part]) -> str:
        tests = [part.among(code) for part in among if code in part.states]
        return "1 = 1" if "" in tests else either(*tests)

    whole = [part.among(4) for part in parts]
    none = "" if "1 = 0" in whole else chained([test for test in whole if test], " AND ") or "1 = 1"
    everything = [*parts, *aside]
    # Blocks count for nothing where nothing applies, so that comes before what is beyond reckoning in them.
    rows = [(none, 4), (some(BEYOND, everything), BEYOND), (some(2, everything), 2), (some(3, everything), 3)]
    # Where none can be declared, what is left is scored.
    scored = some(0, parts) if any(DECLARED in part.states for part in parts) else "1 = 1"
    rows = [(when, code) for when, code in (*rows, (scored, 0)) if when]
    certain = next((place for place, (when, _) in enumerate(rows) if when == "1 = 1"), len(rows))
    last = rows[certain][1] if certain < len(rows) else 1
    rows = rows[:certain]
    text = case([(when, str(code)) for when, code in rows], str(last))
    return writer.name(text, "state"), frozenset({last, *(code for _, code in rows)})


def _settled(writer: Writer, node: NodeOp, end: _Quotient, most: str) -> End:
    """Return a sum in quanta, rounded by the rule where there is one, but not past its maximum."""
    if node.rounding is None:
        points = half_up(writer, end.top, end.bottom)
        points = points if end.bottom == "1" else writer.dialect.long(points)
        return End(writer.name(points, "points"), end.exact)
    top = writer.name(writer.long(end.top), "long")
    if not node.doubt:
        return _rounded(writer, node.rounding, top, end.bottom, most)
    # Both ends of what the exact sum can be are rounded. Where they differ, the exact sum is.
    doubt = times(node.doubt, end.factor)
    least, greatest = (
        _rounded(writer, node.rounding, writer.name(f"{top} {sign} {doubt}", "near"), end.bottom, most) for sign in "-+"
    )
    near = f"{least.quanta} <> {greatest.quanta}"
    whole = _whole(writer, node.rounding, end.exact, near)
    if whole is None:
        return End(writer.name(case([(near, "NULL")], least.quanta), "points"))
    exact = _rounded(writer, node.rounding, *whole, most, wide=True)
    quanta = writer.name(case([(near, exact.quanta)], least.quanta), "points")
    if not (least.exact and exact.exact):
        return End(quanta)
    tops = case([(near, exact.exact.terms[0].top)], least.exact.terms[0].top)
    return End(quanta, Exact((Term(writer.name(tops, "exact"), least.exact.terms[0].bottom),)))


def _whole(writer: Writer, rounding: RoundOp, exact: Exact | None, near: str) -> tuple[str, str] | None:
    """Return an exact sum as one quotient, if the database can add it up."""
    unders = len({term.under for term in exact.terms} - {"1"}) if exact else 0
    if not writer.exact or exact is None or unders > writer.dialect.denominators:
        return None
    return over_one(writer, exact, near, (max(rounding.down, _unit(writer)[1]), rounding.up))


def _unit(writer: Writer) -> tuple[int, int]:
    return (writer.program.most_unit / writer.program.quantum).as_integer_ratio()


def _rounded(writer: Writer, rounding: RoundOp, top: str, bottom: str, most: str, *, wide: bool = False) -> End:
    """Return a quotient rounded, but not past a maximum."""
    steps, quanta = rounded_to(writer, top, bottom, rounding, wide=wide)
    unit, parts = _unit(writer)
    whole = writer.name(
        times(most, unit)
        if is_number(most)
        else times(writer.widened(most), unit)
        if wide
        else writer.product(most, unit),
        "maximum",
    )
    reach, limit = times(steps, rounding.up * parts), times(whole, rounding.down)
    past = f"{times(top, parts)} <= {times(whole, bottom)} AND {reach} > {limit}"
    made = case([(past, half_up(writer, whole, str(parts), wide=wide, negative=False))], quanta)
    points = writer.name(writer.dialect.long(made), "rounded")
    exact = writer.name(case([(past, limit)], reach), "steps")
    return End(points, Exact((Term(exact, rounding.down * parts),)))
