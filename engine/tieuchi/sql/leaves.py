"""A sub-criterion as SQL: least and most points, state and clause."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE
from tieuchi.columnar.program import ConsequenceOp, Ends, LeafOp, PieceOp, RoundOp, RouteOp
from tieuchi.sql.values import Writer, answer, case, floored, half_up, times, value, worst

NONE = "-1"
BEYOND = 5
"""State of a cell that this database can't reckon: it would turn numbers of more than 64 bits into floats."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one sub-criterion comes to; each field is a name or a number.

    ``bottom``: of exact points not yet
    quanta. ``opened``: whether it is unknown if the sub-criterion applies at all, where findings narrow nothing.
    """

    low: str
    high: str
    state: str
    clause: str
    bottom: str = "1"
    opened: str = "0"


@dataclass(slots=True)
class _Choices:
    """Columns of one CASE: conditions that are tried in order, and what each gives."""

    rows: list[tuple[str, Cell]]

    def add(self, when: str, cell: Cell) -> None:
        self.rows.append((when, cell))

    def named(self, writer: Writer, field: str, last: Cell) -> str:
        otherwise = getattr(last, field)
        rows = [(when, getattr(cell, field)) for when, cell in self.rows]
        while rows and rows[-1][1] == otherwise:
            rows.pop()
        return writer.fresh(case(rows, otherwise))


def write_leaf(writer: Writer, leaf: LeafOp, relatives: dict[int, tuple[str, str, str]]) -> Cell:
    """Return a sub-criterion in quanta; where the database has no wide numbers, ``BEYOND`` rather than wrong ones."""
    narrow = writer.wide
    writer.wide = narrow or (bool(writer.dialect.wide) and any(route.relative >= 0 for route in leaf.routes))
    cell = _within(writer, leaf, relatives)
    writer.wide = narrow
    if writer.dialect.wide or not leaf.slots:
        return cell
    limit = (
        min(1 << leaf.bits, leaf.fast) if any(r.kind in ("form", "relative") for r in leaf.routes) else 1 << leaf.bits
    )
    over = [f"c{place} NOT BETWEEN -{limit} AND {limit}" for place in leaf.slots]
    for route in leaf.routes:
        if route.relative >= 0:
            over += [f"{by} NOT BETWEEN -{limit >> 20} AND {limit >> 20}" for by in relatives[route.relative][:2]]
            over += [f"c{place} NOT BETWEEN -{1 << 20} AND {1 << 20}" for place in leaf.slots]
    state = writer.fresh(f"(CASE WHEN {' OR '.join(over)} THEN {BEYOND} ELSE {cell.state} END)")
    return Cell(cell.low, cell.high, state, cell.clause)


def _within(writer: Writer, leaf: LeafOp, relatives: dict[int, tuple[str, str, str]]) -> Cell:
    choices = _Choices([])
    if leaf.applies:
        applies = answer(writer, leaf.applies)
        choices.add(f"{applies} IN (0, 4)", Cell("0", "0", str(NOT_APPLICABLE), NONE))
        if not writer.complete or any(test.form for test in leaf.applies):
            choices.add(f"{applies} > 1", replace(_ends(leaf, leaf.whole, applies), opened="1"))
    cell = _declared(writer, leaf, choices) if leaf.declared >= 0 else _routes(writer, leaf, choices, relatives)
    if leaf.consequences:
        return _after_findings(writer, leaf, cell)
    if leaf.rounding is not None:
        return _quanta(writer, leaf, cell)
    clause = writer.fresh(f"(CASE WHEN {cell.state} IN (1, 2, 3) THEN -1 ELSE {cell.clause} END)")
    return Cell(cell.low, cell.high, cell.state, clause)


def _ends(leaf: LeafOp, ends: Ends, state: str) -> Cell:
    low, high = (ends.low, ends.high) if leaf.plain else (ends.low_exact, ends.high_exact)
    return Cell(str(low), str(high), state, NONE)


def _declared(writer: Writer, leaf: LeafOp, choices: _Choices) -> Cell:
    up, down = leaf.declared_scale
    points = half_up(writer, times(f"c{leaf.declared}", up), str(down))
    points = writer.fresh(points if leaf.plain else f"{leaf.share} * {points}")
    lack = worst(writer, (leaf.declared,))
    if lack != "0":
        choices.add(f"{lack} <> 0", _ends(leaf, leaf.whole, str(MISSING)))
    return _chosen(writer, choices, Cell(points, points, str(DECLARED), NONE))


def _chosen(writer: Writer, choices: _Choices, last: Cell) -> Cell:
    names = (choices.named(writer, field, last) for field in ("low", "high", "state", "clause", "bottom", "opened"))
    return Cell(*names)


def _routes(writer: Writer, leaf: LeafOp, choices: _Choices, relatives: dict[int, tuple[str, str, str]]) -> Cell:
    last = Cell("0", "0", str(NOT_APPLICABLE), NONE)
    for route in leaf.routes:
        if not route.tests:
            return _chosen(writer, choices, _lacking_first(writer, leaf, route, choices, relatives, ""))
        taken = answer(writer, route.tests)
        lacking = [t for t in route.tests if t.kind != "unit_kind"]
        if lacking and (not writer.complete or any(t.form and t.form.below for t in lacking)):
            choices.add(f"{taken} = 4", Cell("0", "0", "4", NONE))
            opened = "1" if route.opens else "0"
            choices.add(f"{taken} > 1", replace(_ends(leaf, route.hull, taken), opened=opened))
        choices.add(f"{taken} = 1", _lacking_first(writer, leaf, route, choices, relatives, f"{taken} = 1 AND "))
    return _chosen(writer, choices, last)


def _lacking_first(
    writer: Writer,
    leaf: LeafOp,
    route: RouteOp,
    choices: _Choices,
    relatives: dict[int, tuple[str, str, str]],
    when: str,
) -> Cell:
    """Return what a route gives where nothing lacks, having added to the choices what it gives where something does."""
    if route.kind == "not_applicable":
        return Cell("0", "0", str(NOT_APPLICABLE), str(route.clause))
    if route.kind == "tally":
        return _tally(writer, leaf, route)
    if route.form is None:
        piece = route.pieces[0]
        points = str(piece.points if leaf.plain else piece.exact)
        return Cell(points, points, "0", str(route.clause))
    above, below, lack = value(writer, route.form)
    if route.kind == "relative":
        above, below, lack = _relative(writer, route, above, below, lack, relatives)
    if lack != "0":
        choices.add(f"{when}{lack} = 4", Cell("0", "0", "4", NONE))
        choices.add(f"{when}{lack} <> 0", _ends(leaf, route.ends, lack))
    return _pieces(writer, leaf, route, above, below)


def _relative(
    writer: Writer, route: RouteOp, above: str, below: str, lack: str, relatives: dict[int, tuple[str, str, str]]
) -> tuple[str, str, str]:
    """Set a value against the best of its group: ``says`` is 0 to reckon, 1 for a value of 0, else a lack."""
    up, down, says = relatives[route.relative]
    if route.target is not None:
        top, bottom = route.target
        above = writer.fresh(f"({times(above, bottom)} - {times(top, below)})")
    elif route.swapped:
        above, below = below, above
    over, under = (
        writer.fresh(f"({times(writer.dialect.widened(own), by)})") for own, by in ((above, up), (below, down))
    )
    first = [(f"{lack} <> 0", lack)] if lack != "0" else []
    lack = writer.fresh(case([*first, (f"{says} > 1", says)], "0"))
    plain = f"{says} = 0 AND {under} > 0"
    # A unit that has the smallest value of its group, 0, is the best, though nothing is divided by 0.
    level = f"WHEN {says} = 0 THEN 1 " if route.swapped else ""
    over = writer.fresh(f"(CASE WHEN {plain} THEN {over} {level}ELSE 0 END)")
    return over, writer.fresh(f"(CASE WHEN {plain} THEN {under} ELSE 1 END)"), lack


def _pieces(writer: Writer, leaf: LeafOp, route: RouteOp, above: str, below: str) -> Cell:
    reach = times(route.cuts, above)
    starts = []
    for place, piece in enumerate(route.pieces):
        if place:
            starts.append((f"{reach} {'>' if piece.open else '>='} {times(piece.n, below)}", place))
    starts.reverse()
    place_name = writer.fresh(case([(when, str(place + route.clause)) for when, place in starts], str(route.clause)))
    cells = [_piece(writer, leaf, piece, above, below) for piece in route.pieces]
    choices = [(f"{place_name} = {p + route.clause}", c) for p, c in enumerate(cells)][1:]
    choices.reverse()
    points = writer.fresh(case([(when, points) for when, (points, _) in choices], cells[0][0]))
    bottom = (
        writer.fresh(case([(w, b) for w, (_, b) in choices], cells[0][1])) if any(b != "1" for _, b in cells) else "1"
    )
    return Cell(points, points, "0", place_name, bottom)


def _piece(writer: Writer, leaf: LeafOp, piece: PieceOp, above: str, below: str) -> tuple[str, str]:
    """Return the points of a piece and what they are still to be divided by."""
    if piece.kind == "constant":
        return str(piece.points if leaf.plain else piece.exact), "1"
    if piece.kind == "stair":
        first, origin, step = piece.stair
        top, bottom = f"{times(first, above)} - {times(origin, below)}", times(step, below)
        steps = f"-{floored(writer, f'-({top})', bottom)}" if piece.started else floored(writer, top, bottom)
        shares = f"({piece.base} + {piece.rate} * ({steps}))"
        return (half_up(writer, shares, str(leaf.share)) if leaf.plain else shares), "1"
    wide = leaf.plain and bool(writer.dialect.wide)
    up = writer.dialect.widened(above) if wide else above
    shares = f"({times(piece.base, below)} + {times(piece.rate, up)})" if piece.base else f"({times(piece.rate, up)})"
    if not leaf.plain:
        return shares, below
    unit = times(leaf.share, below)
    negative = leaf.whole.low < 0 or piece.base < 0
    return half_up(writer, shares, unit, wide=wide, negative=negative), "1"


def _tally(writer: Writer, leaf: LeafOp, route: RouteOp) -> Cell:
    """Add up the parts that hold; parts that are not known leave the sum open."""
    answers = [answer(writer, item.tests) for item in route.items]
    sure = " + ".join(
        f"(CASE WHEN {a} = 1 THEN {i.exact} ELSE 0 END)" for a, i in zip(answers, route.items, strict=True)
    )
    most = " + ".join(
        f"(CASE WHEN {a} <> 0 THEN {i.exact} ELSE 0 END)" for a, i in zip(answers, route.items, strict=True)
    )
    bits = " + ".join(f"(CASE WHEN {a} = 1 THEN {1 << p} ELSE 0 END)" for p, a in enumerate(answers))
    state = answers[0]
    for other in answers[1:]:
        state = f"{writer.dialect.greatest}({state}, {other})"
    state = writer.fresh(f"(CASE WHEN {state} > 1 THEN {state} ELSE 0 END)")
    if leaf.plain:
        sure, most = (half_up(writer, total, str(leaf.share), negative=False) for total in (f"({sure})", f"({most})"))
    low = writer.fresh(f"(CASE WHEN {state} = 4 THEN 0 ELSE {sure} END)")
    high = writer.fresh(f"(CASE WHEN {state} = 4 THEN 0 ELSE {most} END)")
    return Cell(low, high, state, writer.fresh(f"(CASE WHEN {state} = 4 THEN -1 ELSE {route.clause} + {bits} END)"))


def _after_findings(writer: Writer, leaf: LeafOp, cell: Cell) -> Cell:
    """Take what findings take, one after the other, then round and bring to quanta."""
    low, high, clause = cell.low, cell.high, NONE
    hits = []
    for consequence in leaf.consequences:
        hits.append(_counted(writer, consequence))
        low, high, clause = _after(writer, leaf, consequence, cell, (low, high, clause))
    settled = f"{cell.state} IN (2, 3) AND {cell.opened} = 0 AND {low} = {high} AND ({' OR '.join(hits)})"
    state = writer.fresh(case([(settled, "0"), (f"{cell.state} = 0 AND {low} <> {high}", "2")], cell.state))
    clause = writer.fresh(f"(CASE WHEN {clause} >= 0 THEN {clause} ELSE {cell.clause} END)")
    after = Cell(low, high, state, clause, cell.bottom)
    return _quanta(writer, leaf, after)


def _counted(writer: Writer, taken: ConsequenceOp) -> str:
    """Return whether a finding holds and what it counts, if anything, is known."""
    known = f" AND s{taken.slot} = 0" if taken.slot >= 0 and not writer.complete else ""
    return f"({writer.findings[taken.finding]} = 1{known})"


def _after(
    writer: Writer, leaf: LeafOp, taken: ConsequenceOp, cell: Cell, before: tuple[str, str, str]
) -> tuple[str, str, str]:
    low, high, clause = before
    found, least, greatest = writer.findings[taken.finding], writer.dialect.least, writer.dialect.greatest
    counted = "1 = 1"
    if taken.at_most is not None:
        limit = times(taken.at_most, cell.bottom)
        new_low, new_high = f"{least}({low}, {limit})", f"{least}({high}, {limit})"
    else:
        floor = times(leaf.floor, cell.bottom)
        off = times(taken.deduct, cell.bottom, f"c{taken.slot}" if taken.slot >= 0 else 1)
        new_low, new_high = f"{greatest}({low} - {off}, {floor})", f"{greatest}({high} - {off}, {floor})"
        if taken.slot >= 0 and not writer.complete:
            counted = f"s{taken.slot} = 0"
            new_low = f"(CASE WHEN {counted} THEN {new_low} ELSE {floor} END)"
            new_high = f"(CASE WHEN {counted} THEN {new_high} ELSE {high} END)"
    open_to = f"{cell.state} IN (0, 2, 3) AND {cell.opened} = 0"
    touched, hit = f"{open_to} AND {found} <> 0", f"{open_to} AND {found} = 1 AND {counted}"
    next_high = writer.fresh(f"(CASE WHEN {hit} THEN {new_high} ELSE {high} END)")
    next_low = writer.fresh(f"(CASE WHEN {touched} THEN {new_low} ELSE {low} END)")
    return next_low, next_high, writer.fresh(f"(CASE WHEN {next_high} <> {high} THEN {taken.clause} ELSE {clause} END)")


def _quanta(writer: Writer, leaf: LeafOp, cell: Cell) -> Cell:
    """Round both ends where the rule says, then bring them to quanta."""
    unit = times(leaf.share, cell.bottom)
    unit = writer.fresh(f"({unit})") if not unit.isalnum() else unit
    ends = []
    for end in (cell.low, cell.high):
        rows: list[tuple[str, str]] = []
        if leaf.rounding is not None:
            rows.append((f"{cell.state} <> 4", _rounded_leaf(writer, leaf, leaf.rounding, replace(cell, high=end))))
        ends.append(writer.fresh(case(rows, half_up(writer, end, unit))))
    low, high = ends
    clause = writer.fresh(f"(CASE WHEN {cell.state} IN (1, 2, 3) THEN -1 ELSE {cell.clause} END)")
    return Cell(low, high, cell.state, clause)


def _rounded_leaf(writer: Writer, leaf: LeafOp, rounding: RoundOp, cell: Cell) -> str:
    """Return points rounded by the rule, but not past their least or most."""
    bottom = writer.fresh(times(leaf.share, cell.bottom))
    steps, quanta = rounded_to(writer, cell.high, bottom, rounding)
    ends = leaf.whole
    reach, scale = times(steps, rounding.up * leaf.share), rounding.down
    past = f"{cell.high} <= {times(ends.high_exact, cell.bottom)} AND {reach} > {ends.high_exact * scale}"
    short = f"{cell.high} >= {times(leaf.floor, cell.bottom)} AND {reach} < {leaf.floor * scale}"
    return writer.fresh(case([(past, str(ends.high)), (short, str(ends.low))], quanta))


def rounded_to(writer: Writer, top: str, bottom: str, rounding: RoundOp) -> tuple[str, str]:
    """Return ``top / bottom`` quanta rounded by a mode: in the rounding's own steps, and in quanta."""
    size = writer.fresh(f"({times(rounding.down, f'(CASE WHEN {top} < 0 THEN -({top}) ELSE {top} END)')})")
    unit = writer.fresh(f"({times(rounding.up, bottom)})")
    whole = writer.fresh(writer.divided(size, unit))
    twice = writer.fresh(f"(2 * ({size} - {whole} * {unit}))")
    up = {
        "half_up": f"{twice} >= {unit}",
        "half_down": f"{twice} > {unit}",
        "half_even": f"({twice} > {unit} OR ({twice} = {unit} AND {whole} - 2 * {writer.divided(whole, '2')} = 1))",
        "down": "1 = 0",
        "up": "1 = 1",
        "floor": f"{top} < 0",
        "ceiling": f"{top} >= 0",
    }[rounding.mode]
    more = f"(CASE WHEN {twice} > 0 AND {up} THEN {whole} + 1 ELSE {whole} END)"
    more = writer.fresh(more)
    steps = writer.fresh(f"(CASE WHEN {top} < 0 THEN -{more} ELSE {more} END)")
    return steps, writer.fresh(half_up(writer, times(steps, rounding.up), str(rounding.down)))
