"""A sub-criterion as SQL: which piece a unit lands on, and from that points, state and clause."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tieuchi.columnar.layout import DECLARED, MISSING
from tieuchi.columnar.program import Ends, LeafOp, PieceOp, RouteOp, TestOp
from tieuchi.sql.codes import Choice, Codes, Found, Landing, Outcome, Reckoned
from tieuchi.sql.exact import End, Exact, Term
from tieuchi.sql.findings import after_findings
from tieuchi.sql.values import (
    Lack,
    Value,
    Writer,
    added,
    answer,
    case,
    compared,
    either,
    floored,
    half_up,
    is_number,
    times,
    value,
)

BEYOND = 5
"""State of a cell that this database can't reckon: it would turn numbers of more than 64 bits into floats."""
Rows = list[tuple[str, Landing | Choice]]
HALF = 10
"""Bits of the lower half of a rate: points on a slope are multiplied in two halves, so that they fit 64 bits."""


class Best(NamedTuple):
    """What a value is multiplied with above and below, both names; ``far`` says that the best was beyond reckoning."""

    up: str
    down: str
    far: str = ""


class Cell(NamedTuple):
    """What one sub-criterion comes to. ``points`` are NULL while there are none.

    ``tells``: for each state a condition that holds in it alone. Without that, ``state`` is a name or a number.
    """

    points: str
    low: End
    high: End
    state: str
    states: frozenset[int]
    clause: str
    tells: Mapping[int, str] = MappingProxyType({})


class _Leaf(NamedTuple):
    """What writing one sub-criterion needs at hand."""

    writer: Writer
    op: LeafOp
    codes: Codes
    relatives: dict[int, Best]

    @property
    def unit(self) -> int:
        """In how many parts of a quantum exact points are counted."""
        return self.op.share * (self.op.declared_scale[1] if self.op.plain else 1)

    def lacks(self, lack: Lack, ends: Ends, *, opened: bool = False) -> Rows:
        """Return the rows for what a lack leaves."""
        parts = self.unit // self.op.share
        exact = str(ends.low_exact * parts), str(ends.high_exact * parts)
        return self.codes.lacks(lack, (str(ends.low), str(ends.high)), exact, opened=opened)

    def constant(self, code: int, piece: PieceOp) -> int:
        """Note a piece whose points are always the same; return its number."""
        points, exact = str(piece.points), str(piece.exact)
        return self.codes.piece(code, Outcome(points, points, exact=(exact, exact)))


def write_leaf(writer: Writer, op: LeafOp, relatives: dict[int, Best]) -> Cell:
    """Return a sub-criterion in quanta; where the database has no wide numbers, ``BEYOND`` rather than wrong ones."""
    writer.owner = op.id
    narrow = writer.wide
    # Points that are still worked on are products of three figures where a value is set against another.
    needs = op.bits < 0 or (not op.plain and any(r.relative >= 0 for r in op.routes))
    writer.wide = narrow or (bool(writer.dialect.wide) and needs)
    cell = _written(writer, op, relatives)
    writer.wide = narrow
    return cell


def _written(writer: Writer, op: LeafOp, relatives: dict[int, Best]) -> Cell:
    leaf = _Leaf(writer, op, Codes(writer), relatives)
    rows = _applies(leaf)
    more, otherwise = _declared(leaf) if op.declared >= 0 else _routes(leaf)
    cell = _cell(leaf, Found(leaf.codes, Choice([*rows, *more], otherwise)))
    over = _beyond(leaf)
    if not over:
        return cell
    state = writer.name(case([(" OR ".join(over), str(BEYOND))], cell.state), "state")
    points = f"CASE WHEN {state} <> {BEYOND} THEN {cell.points} END"
    return cell._replace(points=points, state=state, states=cell.states | {BEYOND}, tells={})


def _cell(leaf: _Leaf, where: Found) -> Cell:
    writer, op = leaf.writer, leaf.op
    if not op.plain:
        taken = after_findings(writer, op, where)
        settled = [code for code in sorted(taken.states) if code <= DECLARED]
        when = " OR ".join(f"{taken.state} = {code}" for code in settled) or "1 = 0"
        points = taken.high.quanta
        points = points if len(settled) == len(taken.states) else f"CASE WHEN {when} THEN {points} END"
        return Cell(points, taken.low, taken.high, taken.state, taken.states, taken.clause)
    text, plain = where.points(at_once=not (writer.exact or writer.full) and where.at_once())
    points = writer.points(text, "points", plain=plain)
    ends = where.ends(points)
    low, high = _exact_ends(leaf, where, ends) if writer.exact else map(End, ends)
    tells = where.tells(points)
    if tells:
        state = f"CASE WHEN {tells[MISSING]} THEN {MISSING} ELSE {min(where.states)} END"
    else:
        state = writer.name(where.state(), "state")
    return Cell(points, low, high, state, where.states, where.clause() if writer.full else "", tells)


def _exact_ends(leaf: _Leaf, where: Found, ends: tuple[str, str]) -> tuple[End, End]:
    """Return the ends with what they are exactly."""
    outcomes = where.outcomes.values()
    whole = [(str(int(p) * leaf.unit) if is_number(p) else "") for o in outcomes for p in (o.low, o.high)]
    if whole == [top for o in outcomes for top in o.exact]:
        low, high = (End(end, Exact((Term(end),))) for end in ends)
        return low, high
    *tops, bottom = where.exact()
    under = leaf.writer.name(bottom, "under")
    names = [leaf.writer.name(top, "exact") for top in tops]
    low, high = (End(end, Exact((Term(name, leaf.unit, under),))) for end, name in zip(ends, names, strict=True))
    return low, (low if ends[0] == ends[1] and tops[0] == tops[1] else high)


def _beyond(leaf: _Leaf) -> list[str]:
    """Return under which conditions numbers may pass 64 bits in a database that has no wider ones."""
    writer, op = leaf.writer, leaf.op
    if writer.dialect.wide or (not op.slots and op.bits >= 0):
        return []
    if op.bits < 0:
        return ["1 = 1"]
    limit = 1 << max(op.bits - 1, 0)
    if any(not _halves(op, route, piece) for route in op.routes for piece in route.pieces if piece.kind == "slope"):
        limit = min(limit, op.fast)
    over = [f"{writer.columns[place]} NOT BETWEEN -{limit} AND {limit}" for place in op.slots]
    for route in op.routes:
        if route.relative >= 0:
            best = leaf.relatives[route.relative]
            over.append(f"{best.far} = 1")
            over += [f"{by} NOT BETWEEN -{limit >> 20} AND {limit >> 20}" for by in (best.up, best.down)]
            over += [f"{writer.columns[place]} NOT BETWEEN -{1 << 20} AND {1 << 20}" for place in op.slots]
    return over


def _applies(leaf: _Leaf) -> Rows:
    if not leaf.op.applies:
        return []
    applies = answer(leaf.writer, leaf.op.applies, "applies")
    rows = leaf.lacks(applies.lack, leaf.op.whole, opened=True)
    return [*rows, (f"NOT ({applies.holds})", leaf.codes.gone())]


def _declared(leaf: _Leaf) -> tuple[Rows, Landing]:
    writer, op = leaf.writer, leaf.op
    up, down = op.declared_scale
    points = half_up(writer, times(writer.columns[op.declared], up), str(down), negative=op.floor < 0)
    exact = times(writer.columns[op.declared], up * op.share) if op.plain else times(op.share, points)
    lack = Lack(writer.absent((op.declared,)).when)
    return leaf.lacks(lack, op.whole), leaf.codes.declared(Outcome(points, points, DECLARED, (exact, exact)))


def _routes(leaf: _Leaf) -> tuple[Rows, Landing | Choice]:
    """Return the rows of a CASE over the routes, in their order, and what is left."""
    rows: Rows = []
    for place, route in enumerate(leaf.op.routes):
        if not route.tests:
            more, otherwise = _on_route(leaf, route)
            return [*rows, *more], otherwise
        taken = answer(leaf.writer, route.tests, f"when {place}", route.guards)
        rows += leaf.lacks(taken.lack, route.hull, opened=route.opens)
        more, otherwise = _on_route(leaf, route)
        rows.append((taken.holds, Choice(more, otherwise) if more else otherwise))
    return rows, leaf.codes.gone()


def _on_route(leaf: _Leaf, route: RouteOp) -> tuple[Rows, Landing]:
    """Return the rows of a CASE over the pieces of a route, and the last one."""
    codes = leaf.codes
    if route.kind == "not_applicable":
        return [], codes.piece(route.clause, Outcome("0", "0", 4))
    if route.kind == "tally":
        return _tally(leaf, route)
    if route.form is None:
        return [], leaf.constant(route.clause, route.pieces[0])
    own = value(leaf.writer, route.form, positive=_positive(leaf, route))
    if route.kind == "relative":
        own = _relative(leaf, route, own)
    rows = leaf.lacks(own.lack, route.ends)
    for place in range(len(route.pieces) - 1, 0, -1):
        piece = route.pieces[place]
        reach, edge = compared(route.cuts, own.above, piece.n, own.below)
        rows.append((f"{reach} {'>' if piece.open else '>='} {edge}", _piece(leaf, route, place, own)))
    return rows, _piece(leaf, route, 0, own)


def _positive(leaf: _Leaf, route: RouteOp) -> bool:
    """Say whether a denominator must be above 0: nothing in it is negative, and a route before took those of 0."""
    form, slots = route.form, leaf.writer.program.layout.slots
    assert form is not None
    if not form.below or form.below_constant < 0:
        return False
    natural = all(slots[place].natural and factor > 0 for place, factor in form.below)
    before = leaf.op.routes[: leaf.op.routes.index(route)]
    taken = {_zero_column(other.tests[0]) for other in before if len(other.tests) == 1}
    return natural and (form.below_constant > 0 or any(place in taken for place, _ in form.below))


def _zero_column(test: TestOp) -> int:
    """Return the column that a test asks to be 0, or -1."""
    form = test.form
    if form is None or test.operator != "exactly" or test.threshold[0] or form.step or form.below:
        return -1
    alone = len(form.above) == 1 and form.names == (form.above[0][0],) and not form.above_constant
    return form.above[0][0] if alone and form.below_constant > 0 else -1


def _relative(leaf: _Leaf, route: RouteOp, own: Value) -> Value:
    """Set a value against the best of its group."""
    writer, best = leaf.writer, leaf.relatives[route.relative]
    above, below, lack = own
    if route.target is not None:
        top, bottom = route.target
        above = f"({times(above, bottom)} - {times(top, below)})" if top else times(above, bottom)
    elif route.swapped:
        above, below = below, above
    over, under = (
        f"{writer.widened(by)} * {own}" if is_number(own) else times(writer.widened(own), by)
        for own, by in ((above, best.up), (below, best.down))
    )
    under = writer.name(under, "under")
    if route.swapped:
        # A unit that has the smallest value of its group, 0, is the best, though nothing is divided by 0.
        over = case([(f"{under} <= 0", "1")], over)
        under = writer.name(case([(f"{under} <= 0", "1")], under), "under")
    over = writer.name(over, "over")
    return Value(over, under, lack._replace(when=either(lack.when, f"{best.up} IS NULL")))


def _piece(leaf: _Leaf, route: RouteOp, place: int, own: Value) -> int:
    """Note what one piece of a route comes to; return its number."""
    writer, op, piece, code = leaf.writer, leaf.op, route.pieces[place], route.clause + place
    if piece.kind == "constant":
        return leaf.constant(code, piece)
    above, below, _ = own
    negative = route.ends.low < 0
    if piece.kind == "stair":
        shares = _stair_shares(writer, piece, above, below)
        points = half_up(writer, shares, str(op.share), negative=negative)
        return leaf.codes.piece(code, Outcome(points, points, exact=(shares, shares)))
    wide = op.plain and below != "1" and route.kind == "form"
    shares = added((times(piece.base, below), times(piece.rate, writer.widened(above) if wide else above)))
    if _halves(op, route, piece):
        points = _slope(writer, piece, above, below, max(abs(op.whole.low), abs(op.whole.high)))
    else:
        points = half_up(writer, shares, times(op.share, below), wide=bool(writer.dialect.wide), negative=negative)
    return leaf.codes.piece(code, Outcome(points, points, exact=(shares, shares), bottom=below))


def _stair_shares(writer: Writer, piece: PieceOp, above: str, below: str) -> str:
    """Return the points on a stair in shares."""
    first, origin, step = piece.stair
    top = f"{times(first, above)} - {times(origin, below)}" if origin else times(first, above)
    steps = floored(writer, f"-({top})" if piece.started else top, times(step, below))
    rate = -piece.rate if piece.started else piece.rate
    moved = f"{'-' if rate < 0 else '+'} {times(abs(rate), steps)}"
    return f"{piece.base} {moved}" if piece.base or rate < 0 else times(rate, steps)


def _halves(op: LeafOp, route: RouteOp, piece: PieceOp) -> bool:
    """Say whether a rate can be multiplied in two halves: nothing is negative, quanta have no shares."""
    first = piece is route.pieces[0]
    return op.plain and op.share == 1 and route.kind == "form" and not first and piece.n >= 0 and route.ends.low >= 0


def _slope(writer: Writer, piece: PieceOp, above: str, below: str, most: int) -> str:
    """Return the points on a slope, halves going up, with no product that passes 64 bits.

    One division is enough while points, ``most`` at most, fit 64 bits doubled and times the denominator.
    """
    rate = abs(piece.rate)
    high, low = rate >> HALF, rate & ((1 << HALF) - 1)
    tie = below if piece.rate > 0 else f"{below} - 1"
    once = writer.divided(f"{times(2 * rate, above)} + {tie}", times(2, below))
    room = ((1 << 63) - 1) // (2 * (most + abs(piece.base)) + 1)
    if not high or writer.wide or (is_number(below) and int(below) <= room):
        return _from_base(piece, once)
    product = f"({times(high, above)})"
    rest = added((f"{2 << HALF} * ({product} % {below})", times(2 * low, above)))
    whole = f"{1 << HALF} * {writer.divided(product, below)}"
    halves = f"{whole} + {writer.divided(f'{rest} + {tie}', times(2, below))}"
    return _from_base(piece, case([(f"{below} <= {room}", once)], halves))


def _from_base(piece: PieceOp, moved: str) -> str:
    if piece.rate > 0:
        return f"{piece.base} + {moved}" if piece.base else moved
    return f"{piece.base} - ({moved})"


def _tally(leaf: _Leaf, route: RouteOp) -> tuple[Rows, Landing]:
    """Add up the parts that hold; parts that are not known leave the sum open."""
    writer, op = leaf.writer, leaf.op
    answers = [answer(writer, item.tests, f"part {place}") for place, item in enumerate(route.items)]
    items = list(zip(answers, route.items, strict=True))
    sure = added(case([(a.known, str(i.exact))], "0") for a, i in items)
    most = added(case([(either(a.lack.when, a.holds), str(i.exact))], "0") for a, i in items)
    if 4 * op.whole.high_exact >> 31:
        sure, most = f"{writer.dialect.long('0')} + {sure}", f"{writer.dialect.long('0')} + {most}"
    bits = added(case([(a.holds, str(1 << place))], "0") for place, a in enumerate(answers))
    bits = f"{writer.dialect.long('0')} + {bits}" if op.clause_count >> 31 else bits
    low, high = (half_up(writer, total, str(op.share), negative=False) for total in (sure, most))
    leaf.codes.span_of(route.clause, 1 << len(items), Outcome(low, low, exact=(sure, sure)))
    lack = Lack(either(*(a.lack.when for a in answers)), tuple(s for a in answers for s in a.lack.states))
    rows = leaf.codes.lacks(lack, (low, high), (sure, most))
    return rows, Reckoned(added((bits, str(route.clause))), route.clause)
