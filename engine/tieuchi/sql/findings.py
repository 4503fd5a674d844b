"""What findings take from a sub-criterion, and how it is rounded: exact points, least and most, then quanta."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tieuchi.columnar.layout import MISSING, REFUSED
from tieuchi.columnar.program import ConsequenceOp, LeafOp, RoundOp
from tieuchi.sql.codes import Found
from tieuchi.sql.exact import End, Exact, Term
from tieuchi.sql.rounding import rounded_to
from tieuchi.sql.values import Writer, case, half_up, is_number, times


class Taken(NamedTuple):
    """A sub-criterion after its findings; each field is a name, a number or, of the clause, an expression."""

    low: End
    high: End
    state: str
    states: frozenset[int]
    clause: str


@dataclass(slots=True)
class _Running:
    """The ends as they are after each finding; all but ``clause`` names or numbers."""

    low: str
    high: str
    bottom: str
    clause: str = "-1"


def after_findings(writer: Writer, leaf: LeafOp, where: Found) -> Taken:
    """Take what findings take, one after the other, then round and bring to quanta."""
    lows, highs, bottom = where.exact()
    low = writer.number(lows, "least")
    now = _Running(low, low if lows == highs else writer.number(highs, "most"), writer.number(bottom, "bottom"))
    state, states = writer.name(where.state(), "state"), where.states
    clause = where.clause()
    if leaf.consequences:
        hits = [_take(writer, leaf, taken, where, now) for taken in leaf.consequences]
        state, states = _settled(writer, where, now, hits, state)
        clause = clause if now.clause == "-1" else case([(f"{now.clause} >= 0", now.clause)], clause)
        lacking = " OR ".join(f"{state} = {code}" for code in (MISSING, REFUSED) if code in states)
        clause = writer.name(case([(lacking, "-1")], clause) if lacking else clause, "clause")
    gone = where.among([code for code, outcome in where.outcomes.items() if outcome.state != 4])
    least = _quanta(writer, leaf, now.low, now.bottom, gone)
    most = least if now.low == now.high else _quanta(writer, leaf, now.high, now.bottom, gone)
    return Taken(least, most, state, states, clause)


def _take(writer: Writer, leaf: LeafOp, taken: ConsequenceOp, where: Found, now: _Running) -> str:
    """Let a finding take points: for certain where it holds and its count is known, else perhaps. Return when."""
    found, least, greatest = writer.findings[taken.finding], writer.dialect.least, writer.dialect.greatest
    touch = where.among(
        [c for c, outcome in where.outcomes.items() if outcome.state in (0, 2, 3) and not outcome.opened]
    )
    unknown = ""
    if taken.at_most is not None:
        limit = times(taken.at_most, now.bottom)
        low, high = f"{least}({now.low}, {limit})", f"{least}({now.high}, {limit})"
    else:
        floor = times(leaf.floor, now.bottom)
        off = times(taken.deduct, now.bottom, writer.columns[taken.slot] if taken.slot >= 0 else 1)
        low, high = f"{greatest}({now.low} - {off}, {floor})", f"{greatest}({now.high} - {off}, {floor})"
        if taken.slot >= 0 and not writer.complete:
            unknown = f"{writer.columns[taken.slot]} IS NULL"
            low = case([(unknown, floor)], low)
    known = f"{writer.columns[taken.slot]} IS NOT NULL" if unknown else ""
    hit = " AND ".join(part for part in (touch, found.holds, known) if part)
    maybe = f"COALESCE({found.holds}, 1 = 1)" if found.lack.when else found.holds
    touched = f"{touch} AND {maybe}" if touch else maybe
    before = now.high
    after_high = writer.number(case([(hit, high)], before), "most")
    sure = now.low == now.high and hit == touched
    now.low = after_high if sure else writer.number(case([(touched, low)], now.low), "least")
    now.high = after_high
    now.clause = writer.name(case([(f"{now.high} <> {before}", str(taken.clause))], now.clause), "taken")
    return hit


def _settled(writer: Writer, where: Found, now: _Running, hits: list[str], state: str) -> tuple[str, frozenset[int]]:
    """Return the state: findings may settle what lacks, and leave open what did not."""
    lacking = [code for code, o in where.outcomes.items() if o.state in (MISSING, REFUSED) and not o.opened]
    rows, states = [], set(where.states)
    if lacking:
        one = f"{where.piece} IN ({', '.join(map(str, lacking))}) AND " if not is_number(where.piece) else ""
        any_hit = " OR ".join(f"({hit})" for hit in hits)
        rows.append((f"{one}{now.low} = {now.high} AND ({any_hit})", "0"))
        states.add(0)
    if now.low != now.high:
        rows.append((f"{state} = 0 AND {now.low} <> {now.high}", str(MISSING)))
        states.add(MISSING)
    return writer.name(case(rows, state), "state"), frozenset(states)


def _quanta(writer: Writer, leaf: LeafOp, end: str, bottom: str, applies: str) -> End:
    """Round an end where the rule says, then bring it to quanta."""
    unit = writer.name(times(leaf.share, bottom), "unit")
    negative = min(leaf.floor, leaf.whole.low_exact) < 0
    plain = half_up(writer, end, unit, negative=negative)
    if leaf.rounding is None:
        return End(writer.points(plain, "points"), Exact((Term(end, leaf.share, bottom),)))
    made, exact = _rounded(writer, leaf, leaf.rounding, (end, unit, bottom), negative=negative)
    if applies:
        made, exact = case([(applies, made)], plain), case([(applies, exact)], "0")
    term = Term(writer.number(exact, "exact"), leaf.share * leaf.rounding.down)
    return End(writer.points(made, "points"), Exact((term,)))


def _rounded(
    writer: Writer, leaf: LeafOp, rounding: RoundOp, given: tuple[str, str, str], *, negative: bool
) -> tuple[str, str]:
    """Return points rounded by the rule, but not past their least or most: in quanta, and exactly, in shares.

    They are ``given`` as shares, with what these are to be divided by, for quanta and for shares.
    """
    end, unit, bottom = given
    steps, quanta = rounded_to(writer, end, unit, rounding, negative=negative)
    ends, reach = leaf.whole, times(steps, rounding.up * leaf.share)
    past = f"{end} <= {times(ends.high_exact, bottom)} AND {reach} > {ends.high_exact * rounding.down}"
    short = f"{end} >= {times(leaf.floor, bottom)} AND {reach} < {leaf.floor * rounding.down}"
    made = case([(past, str(ends.high)), (short, str(ends.low))], quanta)
    exact = case([(past, str(ends.high_exact * rounding.down)), (short, str(leaf.floor * rounding.down))], reach)
    return made, exact
