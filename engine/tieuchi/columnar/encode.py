"""From a program to code: sub-criterion by sub-criterion, routes from the last to the first, then the sums.

A route written later overrides those before it where its tests hold or can't be told, so that in the end every unit
has what its first route gives, without any choice in the loops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieuchi.columnar.code import BLOCKS, MODES, OPERATORS, THRESHOLDS, WIDTH, Code, Op, Writer
from tieuchi.columnar.layout import NOT_APPLICABLE
from tieuchi.columnar.program import (
    Ends,
    FormOp,
    LeafOp,
    NodeOp,
    PieceOp,
    Program,
    RoundOp,
    RouteOp,
    Term,
    TestOp,
    Tests,
)

NO_CLAUSE = -1


def code_of(program: Program) -> Code:
    """Return the code of a program, written once and kept with it."""
    if "code" not in program.made:
        program.made["code"] = encode(program)
    code: Code = program.made["code"]
    return code


def encode(program: Program) -> Code:
    """Write the code of a program."""
    writer = Writer(program)
    for place, tests in enumerate(program.findings):
        start = writer.open()
        answer = _group(writer, tests, writer.registers.answers)
        writer.put(Op.FINDING, writer.registers.finding + place, answer, -1)
        writer.close(start)
    for place, leaf in enumerate(program.leaves):
        start = writer.open()
        _leaf(writer, leaf)
        writer.put(Op.KEEP, writer.registers.result, place, leaf.node, leaf.most, int(leaf.firm))
        writer.close(start)
    unit = (program.most_unit / program.quantum).as_integer_ratio()
    for place, node in enumerate(program.nodes):
        _node(writer, place, node, unit)
    return writer.code()


def _node(w: Writer, place: int, op: NodeOp, unit: tuple[int, int]) -> None:
    rounding = _rounding(op.rounding)
    limit = (int(op.at_most is not None), op.at_most or 0)
    last = w.registers.sums - 1
    numbers = (op.most, int(op.rescale), *rounding, BLOCKS.index(op.block), *limit, *unit, last, op.doubt, op.least)
    w.put(Op.CLOSE, w.registers.sum + WIDTH * place, place, op.parent, *numbers)


def _rounding(op: RoundOp | None) -> tuple[int, int, int]:
    return (-1, 1, 1) if op is None else (MODES.index(op.mode), op.up, op.down)


# --- tests ----------------------------------------------------------------------------------------------


def _group(w: Writer, tests: Tests, out: int) -> int:
    """Write tests that must all hold; return the register of the answer."""
    answer = -1
    for test in tests:
        spare = out if answer < 0 else w.registers.answers + 2
        here = _test(w, test, spare)
        if answer >= 0:
            w.put(Op.AND, out, answer, here)
            here = out
        answer = here
    return answer


def _guarded(w: Writer, route: RouteOp) -> int:
    """Write the tests of a route, those that guard it first; return the register of the answer."""
    out, first, others = w.registers.answers, route.tests[: route.guards], route.tests[route.guards :]
    if not first or not others:
        return _group(w, route.tests, out)
    w.put(Op.THEN, out, _group(w, first, out), _group(w, others, out + 1))
    return out


def _test(w: Writer, test: TestOp, out: int) -> int:
    """Write one test; return the register of its answer."""
    if test.kind == "finding":
        return w.registers.finding + test.finding
    if test.kind == "unit_kind":
        w.put(Op.KIND, out, w.use(w.registers.kinds), -1, *test.kinds)
    elif test.kind == "equal":
        w.put(Op.EQUAL, out, w.use(test.slot), -1, test.expected)
    else:
        assert test.form is not None
        above, raw, same = _form(w, test.form)
        below, same = (raw, same) if test.form.step is None else (-1, test.form.step[1])
        numbers = (OPERATORS.index(test.operator), *test.threshold, same, raw, *map(w.use, test.form.names))
        w.put(Op.COMPARE, out, above, below, *numbers)
    return out


# --- values ---------------------------------------------------------------------------------------------


def _linear(w: Writer, terms: Sequence[Term], constant: int, out: int) -> int:
    """Write a linear form; return the register it is in, which may be a column itself."""
    if len(terms) == 1 and terms[0][1] == 1 and not constant:
        return w.use(terms[0][0])
    w.put(Op.LINEAR, out, -1, -1, constant, *(number for place, c in terms for number in (w.use(place), c)))
    return out


def _form(w: Writer, form: FormOp) -> tuple[int, int, int]:
    """Write a value; return the registers of numerator and denominator, -1 and the number where it is constant.

    Of a value that is cut to a step the denominator still says where it lacks; what is reckoned on with is its parts.
    """
    above = _linear(w, form.above, form.above_constant, w.registers.above)
    below, same = -1, form.below_constant
    if form.below or form.below_constant <= 0:
        below = _linear(w, form.below, form.below_constant, w.registers.above + 1)
        same = 0
    if form.step is not None:
        w.put(Op.CUT, w.registers.above, above, below, same, *form.step)
        above = w.registers.above
    return above, below, same


def _measured(w: Writer, leaf: LeafOp, route: RouteOp, out: int) -> None:
    """Write the points of a value on its pieces."""
    assert route.form is not None
    above, raw, same = _form(w, route.form)
    below, mask, parts = raw, -1, same
    if route.form.step is not None:
        below, parts = -1, route.form.step[1]
    if route.kind == "relative":
        top, bottom = route.target or (0, 1)
        aim = (route.relative, int(route.swapped), int(route.target is not None), top, bottom, parts)
        w.use(w.registers.groups)
        kept = -1
        if raw >= 0 and below < 0:  # of a value cut to a step, where it lacks is known by what it was divided by
            kept = w.registers.answers + 1
            w.put(Op.LINEAR, kept, -1, -1, 0, raw, 1)
        w.put(Op.RELATIVE, w.registers.above, above, below, *aim)
        above, below, mask, parts = w.registers.above, w.registers.above + 1, w.registers.above + 2, 0
        raw = kept
    _bands(w, leaf, route, out, (above, below, parts))
    for place, piece in enumerate(route.pieces):
        _moving(w, leaf, piece, out, route.clause + place, (above, below, parts))
    names = tuple(map(w.use, route.form.names))
    if names or mask >= 0 or raw >= 0:
        bound = int(not _zero_taken(leaf, route))
        w.put(Op.LACK, out, mask, raw, *_ends(leaf, route.ends), int(not leaf.plain), bound, *names)


def _bands(w: Writer, leaf: LeafOp, route: RouteOp, out: int, value: tuple[int, int, int]) -> None:
    above, below, same = value
    points = [piece.points if leaf.plain else piece.exact for piece in route.pieces]
    heads = ((0, 0, route.cuts, same), (points[0], route.clause, route.cuts, same))
    if len(points) == 1:
        w.put(Op.CONSTANT, out, -1, -1, points[0], route.clause, 0)
    for start in range(1, len(points), THRESHOLDS):
        numbers: list[int] = []
        for place in range(start, start + THRESHOLDS):
            at = min(place, len(points) - 1)
            piece, own = route.pieces[at], int(place == at)
            reach = -((-(piece.n * same + piece.open)) // route.cuts)
            numbers += (piece.n, piece.open, own * (points[at] - points[at - 1]), own, reach)
        w.put(Op.BANDS, out, above, below, int(start == 1), *heads[start == 1], *numbers)


def _moving(w: Writer, leaf: LeafOp, piece: PieceOp, out: int, clause: int, value: tuple[int, int, int]) -> None:
    above, below, same = value
    if piece.kind == "slope":
        numbers = (clause, piece.base, piece.rate, leaf.share, same, int(not leaf.plain))
        w.put(Op.SLOPE, out, above, below, *numbers)
    elif piece.kind == "stair":
        share = leaf.share if leaf.plain else 1
        w.put(Op.STAIR, out, above, below, clause, piece.base, piece.rate, *piece.stair, piece.started, share, same)


# --- sub-criteria ---------------------------------------------------------------------------------------


def _ends(leaf: LeafOp, ends: Ends) -> tuple[int, int]:
    return (ends.low, ends.high) if leaf.plain else (ends.low_exact, ends.high_exact)


def _leaf(w: Writer, leaf: LeafOp) -> None:
    out, exact = w.registers.result, int(not leaf.plain)
    if exact:
        w.put(Op.BEGIN, out, -1, -1)
    if leaf.declared >= 0:
        factor = 1 if leaf.plain else leaf.share
        w.put(Op.DECLARED, out, w.use(leaf.declared), -1, *leaf.declared_scale, factor, *_ends(leaf, leaf.whole))
    else:
        _routes(w, leaf, out)
    if leaf.applies:
        answer = _group(w, leaf.applies, w.registers.answers)
        w.put(Op.APPLIES, out, answer, -1, *_ends(leaf, leaf.whole), exact)
    if leaf.consequences:
        _consequences(w, leaf, out)
    if exact:
        numbers = (leaf.share, *_rounding(leaf.rounding), leaf.floor, leaf.whole.high_exact)
        w.put(Op.QUANTA, out, -1, -1, *numbers)


def _routes(w: Writer, leaf: LeafOp, out: int) -> None:
    routes = list(_reached(leaf.routes))
    if not routes or routes[-1].tests:
        w.put(Op.CONSTANT, out, -1, -1, 0, NO_CLAUSE, 0)
    for route in reversed(routes):
        if route.tests:
            _tested_route(w, leaf, route, out)
        else:
            _on_route(w, leaf, route, out)


def _tested_route(w: Writer, leaf: LeafOp, route: RouteOp, out: int) -> None:
    """Write a route over what came before it, wherever its tests hold or can't be told."""
    column = _zero_tested(route.tests[0])
    rest = (*_ends(leaf, route.hull), int(not leaf.plain), int(route.opens))
    if column >= 0 and len(route.tests) == 1 and _constant(route):
        w.put(Op.ZERO, out, w.use(column), -1, *_settled(leaf, route), *rest)
        return
    jump = w.jump(Op.POSITIVE, w.use(column)) if column >= 0 else -1
    answer = _guarded(w, route)
    if _constant(route):
        w.put(Op.PUT, out, answer, -1, *_settled(leaf, route), *rest)
    else:
        own = w.jump(Op.JUMP, answer)
        if not leaf.plain:
            w.put(Op.BEGIN, out + WIDTH, -1, -1)
        _on_route(w, leaf, route, out + WIDTH)
        w.put(Op.MERGE, out, answer, -1, *rest)
        w.land(own)
    if column >= 0:
        w.land(jump)


def _zero_tested(test: TestOp) -> int:
    """Return the column that a test asks to be 0, or -1."""
    form = test.form
    if form is None or test.operator != "exactly" or test.threshold[0] or form.step or form.below:
        return -1
    if form.above_constant or form.below_constant <= 0 or len(form.above) != 1 or not form.above[0][1]:
        return -1
    column = form.above[0][0]
    return column if form.names == (column,) else -1


def _zero_taken(leaf: LeafOp, route: RouteOp) -> bool:
    """Say whether a route before this one takes every unit whose denominator is 0."""
    assert route.form is not None
    below, constant = route.form.below, route.form.below_constant
    if len(below) != 1 or constant or below[0][1] <= 0:
        return False
    before = leaf.routes[: leaf.routes.index(route)]
    return any(len(r.tests) == 1 and _zero_tested(r.tests[0]) == below[0][0] for r in before)


def _reached(routes: Sequence[RouteOp]) -> Iterator[RouteOp]:
    """Yield routes up to the first that has no tests, after which none is taken."""
    for route in routes:
        yield route
        if not route.tests:
            return


def _constant(route: RouteOp) -> bool:
    """Say whether a route gives the same to every unit that takes it."""
    if route.form is None:
        return route.kind != "tally"
    one = route.kind == "form" and len(route.pieces) == 1 and route.pieces[0].kind == "constant"
    tested = {place for test in route.tests if test.form is not None for place in test.form.names}
    return one and not route.form.below and route.form.below_constant > 0 and tested.issuperset(route.form.names)


def _settled(leaf: LeafOp, route: RouteOp) -> tuple[int, int, int]:
    """Return points, clause and state of a route that gives the same to all."""
    if route.kind == "not_applicable":
        return 0, route.clause, NOT_APPLICABLE
    piece = route.pieces[0]
    return piece.points if leaf.plain else piece.exact, route.clause, 0


def _on_route(w: Writer, leaf: LeafOp, route: RouteOp, out: int) -> None:
    if _constant(route):
        w.put(Op.CONSTANT, out, -1, -1, *_settled(leaf, route))
    elif route.kind == "tally":
        w.put(Op.TALLY, out, -1, -1, route.clause)
        for place, item in enumerate(route.items):
            _item(w, item.tests, item.exact, 1 << place, out)
        w.put(Op.TALLIED, out, -1, -1, leaf.share if leaf.plain else 1)
    else:
        _measured(w, leaf, route, out)


def _item(w: Writer, tests: Tests, points: int, bit: int, out: int) -> None:
    if len(tests) == 1 and tests[0].kind == "equal":
        w.put(Op.ITEM_EQUAL, out, w.use(tests[0].slot), -1, tests[0].expected, points, bit)
    else:
        w.put(Op.ITEM, out, _group(w, tests, w.registers.answers + 1), -1, points, bit)


def _consequences(w: Writer, leaf: LeafOp, out: int) -> None:
    """Write what findings take, deductions first."""
    w.put(Op.FINDINGS, out, -1, -1)
    for op in leaf.consequences:
        answer = w.registers.finding + op.finding
        if op.at_most is not None:
            w.put(Op.LIMIT, out, answer, -1, op.clause, op.at_most)
        else:
            slot = w.use(op.slot) if op.slot >= 0 else -1
            w.put(Op.DEDUCT, out, answer, slot, op.clause, op.deduct, leaf.floor)
    w.put(Op.SETTLE, out, -1, -1)
