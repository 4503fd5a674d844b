"""Sums as SQL: criteria, fields, blocks and the total, as intervals while something lacks."""

from __future__ import annotations

from dataclasses import dataclass

from tieuchi.columnar.program import NodeOp
from tieuchi.sql.leaves import BEYOND, Cell, rounded_to
from tieuchi.sql.values import Writer, case, half_up, times

NONE = 1 << 53
"""More than any maximum of a part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sum; each field is a name or a number. ``most`` counts in the program's unit of maxima."""

    low: str
    high: str
    state: str
    most: str


def part_of(cell: Cell, most: int) -> Part:
    """Return a sub-criterion as part of a sum."""
    return Part(cell.low, cell.high, cell.state, str(most))


def write_sums(writer: Writer, leaves: list[Part]) -> list[Part]:
    """Return every sum, in the order of the program's nodes."""
    nodes = writer.program.nodes
    parts: list[list[Part]] = [[] for _ in nodes]
    aside: list[Part] = []
    for op, part in zip(writer.program.leaves, leaves, strict=True):
        parts[op.node].append(part)
    done: list[Part] = []
    total = len(nodes) - 1
    for place, node in enumerate(nodes):
        own = _sum(writer, node, parts[place], aside if place == total else [])
        done.append(own)
        if node.block and node.parent == total:
            aside.append(own)
        elif place != total:
            parts[node.parent].append(own)
    return done


def _added(writer: Writer, terms: list[str]) -> str:
    kept = [term for term in terms if term != "0"]
    return writer.fresh(f"({' + '.join(kept)})" if len(kept) > 1 else kept[0] if kept else "0")


def _sum(writer: Writer, node: NodeOp, parts: list[Part], aside: list[Part]) -> Part:
    low, high = _added(writer, [p.low for p in parts]), _added(writer, [p.high for p in parts])
    there = [p.most if p.state == "0" else f"(CASE WHEN {p.state} <> 4 THEN {p.most} ELSE 0 END)" for p in parts]
    most = _added(writer, there)
    state = _state(writer, parts, aside)
    bottom = above = "1"
    if node.rescale:
        lighter = f"CASE WHEN {low} < 0 AND {state} IN (2, 3) THEN {_surely(writer, parts)} ELSE {most} END"
        low, bottom = _rescaled(writer, node, low, writer.fresh(f"({lighter})"), state)
        high, above = _rescaled(writer, node, high, most, state)
        most = str(node.most)
    else:
        most = writer.fresh(f"(CASE WHEN {state} = 4 THEN {node.most} ELSE {most} END)")
    if aside:
        low = _with_blocks(writer, low, [block.low for block in aside], bottom, state)
        high = _with_blocks(writer, high, [block.high for block in aside], above, state)
    low, high = _settled(writer, node, low, bottom, most), _settled(writer, node, high, above, most)
    if not node.block:
        return Part(low, high, state, most)
    if node.at_most is not None:
        low, high = (writer.fresh(f"{writer.dialect.least}({end}, {node.at_most})") for end in (low, high))
    if node.block == "penalty":
        low, high = writer.fresh(f"(-{high})"), writer.fresh(f"(-{low})")
    return Part(low, high, writer.fresh(f"(CASE WHEN {state} = 4 THEN 0 ELSE {state} END)"), most)


def _rescaled(writer: Writer, node: NodeOp, end: str, parts: str, state: str) -> tuple[str, str]:
    """Return an end brought from the maximum of its parts to the whole one, as a quotient."""
    short = f"{state} <> 4 AND {parts} <> {node.most}"
    factor = writer.fresh(case([(short, str(node.most))], "1"))
    return writer.fresh(f"({times(end, factor)})"), writer.fresh(case([(short, parts)], "1"))


def _surely(writer: Writer, parts: list[Part]) -> str:
    """Return the maximum that surely applies, or, where none does, the least of all that may.

    Should what is open turn out not to apply, points taken off weigh more.
    """
    sure = [case([(f"{p.state} IN (0, 1)", p.most)], "0") for p in parts]
    opens = [case([(f"{p.state} IN (2, 3)", p.most)], str(NONE)) for p in parts]
    least = f"{writer.dialect.least}({', '.join(opens)})" if len(opens) > 1 else opens[0]
    known = _added(writer, sure)
    return f"(CASE WHEN {known} > 0 THEN {known} ELSE {least} END)"


def _with_blocks(writer: Writer, end: str, blocks: list[str], bottom: str, state: str) -> str:
    more = times(f"({' + '.join(blocks)})", bottom)
    return writer.fresh(f"({end} + (CASE WHEN {state} = 4 THEN 0 ELSE {more} END))")


def _state(writer: Writer, parts: list[Part], aside: list[Part]) -> str:
    states = [p.state for p in parts]
    if all(state == "0" for state in (*states, *(b.state for b in aside))):
        return "0"

    def some(code: int, more: list[str]) -> str:
        return " OR ".join(f"{s} = {code}" for s in (*states, *more)) or "1 = 0"

    open_blocks = [b.state for b in aside]
    none = " AND ".join(f"{s} = 4" for s in states) or "1 = 1"
    beyond = [] if writer.dialect.wide else [(some(BEYOND, open_blocks), str(BEYOND))]
    rows = [*beyond, (none, "4"), (some(2, open_blocks), "2"), (some(3, open_blocks), "3"), (some(0, []), "0")]
    return writer.fresh(case(rows, "1"))


def _settled(writer: Writer, node: NodeOp, top: str, bottom: str, most: str) -> str:
    """Return a sum in quanta, rounded by the rule where there is one, but not past its maximum."""
    if node.rounding is None:
        return writer.fresh(half_up(writer, top, bottom))
    steps, quanta = rounded_to(writer, top, bottom, node.rounding)
    unit, parts = (writer.program.most_unit / writer.program.quantum).as_integer_ratio()
    whole = writer.fresh(f"({times(most, unit)})")
    reach, limit = times(steps, node.rounding.up * parts), times(whole, node.rounding.down)
    past = f"{times(top, parts)} <= {times(whole, bottom)} AND {reach} > {limit}"
    return writer.fresh(case([(past, half_up(writer, whole, str(parts), negative=False))], quanta))
