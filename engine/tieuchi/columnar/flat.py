"""A program as flat tables: one row of whole numbers for each form, test, piece, route, sub-criterion and sum.

The kernel interprets these rows, so it is compiled once for all rulebooks. The names below are the columns of each
table; lists of varying length are rows of another table from one place to another.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.limits import TOTAL_BITS
from tieuchi.columnar.program import (
    ConsequenceOp,
    FormOp,
    LeafOp,
    NodeOp,
    PieceOp,
    Program,
    RoundOp,
    RouteOp,
    TestOp,
    Tests,
)

Table = NDArray[np.int64]


class Flat(NamedTuple):
    """The tables. All are 64-bit integers; ``terms``, ``names`` and ``kinds`` are lists that others point into.

    ``groups`` are tests that must all hold: first one for each finding, then those of each sub-criterion together,
    which its routes and parts count from the first of them (-1: no test).
    """

    terms: Table
    names: Table
    kinds: Table
    forms: Table
    tests: Table
    groups: Table
    items: Table
    pieces: Table
    routes: Table
    consequences: Table
    leaves: Table
    nodes: Table


class Form(IntEnum):
    """Columns of ``forms``."""

    ABOVE, ABOVE_END, ABOVE_CONSTANT, BELOW, BELOW_END, BELOW_CONSTANT = range(6)
    NAMES, NAMES_END, STEP, PARTS = range(6, 10)


class Test(IntEnum):
    """Columns of ``tests``."""

    KIND, FORM, OPERATOR, TOP, BOTTOM, SLOT, EXPECTED, KINDS, KINDS_END, FINDING = range(10)


class Piece(IntEnum):
    """Columns of ``pieces``."""

    KIND, START, OPEN, POINTS, BASE, RATE, STAIR, ORIGIN, STEP, STARTED = range(10)


class Route(IntEnum):
    """Columns of ``routes``."""

    KIND, GROUP, CLAUSE, LOW, HIGH, HULL_LOW, HULL_HIGH, CUTS, PIECES, PIECES_END = range(10)
    FORM, ITEMS, ITEMS_END, RELATIVE, SWAPPED, AIMED, TARGET_TOP, TARGET_BOTTOM, OPENS = range(10, 19)


class Leaf(IntEnum):
    """Columns of ``leaves``."""

    NODE, SHARE, LOW, HIGH, MOST, FLOOR, ROUTES, ROUTES_END, GROUPS, GROUPS_END, APPLIES = range(11)
    DECLARED, UP, DOWN, CONSEQUENCES, CONSEQUENCES_END, MODE, ROUND_UP, ROUND_DOWN, PLAIN, FAST, SHAPE = range(11, 22)


class Consequence(IntEnum):
    """Columns of ``consequences``."""

    FINDING, CLAUSE, LIMITS, LIMIT, DEDUCT, SLOT = range(6)


class Node(IntEnum):
    """Columns of ``nodes``."""

    PARENT, MOST, RESCALE, MODE, ROUND_UP, ROUND_DOWN, BLOCK, LIMITS, LIMIT = range(9)


TEST_KINDS = ("number", "equal", "unit_kind", "finding")
OPERATORS = ("at_least", "more_than", "at_most", "less_than", "exactly")
PIECE_KINDS = ("constant", "slope", "stair")
ROUTE_KINDS = ("constant", "form", "tally", "relative", "not_applicable")
MODES = ("half_up", "half_down", "half_even", "down", "up", "floor", "ceiling")
BLOCKS = ("", "bonus", "penalty")
_LARGEST = (1 << TOTAL_BITS) - 1


class _Builder:
    """Gathers rows; every list that a row points into is appended before the row itself."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[int]]] = {name: [] for name in Flat._fields}
        self.first_group = 0

    def put(self, table: str, row: list[int]) -> int:
        """Append a row and return its place. A number too large for 64 bits belongs to what is always wide."""
        self.rows[table].append([number if -_LARGEST <= number <= _LARGEST else 0 for number in row])
        return len(self.rows[table]) - 1

    def span(self, table: str, rows: list[list[int]]) -> tuple[int, int]:
        """Append rows and return from where to where they stand."""
        start = len(self.rows[table])
        for row in rows:
            self.put(table, row)
        return start, start + len(rows)

    def form(self, form: FormOp) -> int:
        above, below = (self.span("terms", [list(term) for term in terms]) for terms in (form.above, form.below))
        names = self.span("names", [[place] for place in form.names])
        constants = (form.above_constant, form.below_constant)
        return self.put("forms", [*above, constants[0], *below, constants[1], *names, *(form.step or (0, 0))])

    def group(self, tests: Tests) -> int:
        """Append tests that must all hold; return their place, counted from the first of this sub-criterion."""
        if not tests:
            return -1
        span = self.span("tests", [self._test(test) for test in tests])
        return self.put("groups", list(span)) - self.first_group

    def _test(self, test: TestOp) -> list[int]:
        form = self.form(test.form) if test.form is not None else -1
        kinds = self.span("kinds", [[kind] for kind in test.kinds])
        numbers = [TEST_KINDS.index(test.kind), form, OPERATORS.index(test.operator), *test.threshold]
        return [*numbers, test.slot, test.expected, *kinds, test.finding]

    def piece(self, piece: PieceOp, *, plain: bool) -> list[int]:
        points = piece.points if plain else piece.exact
        head = [PIECE_KINDS.index(piece.kind), piece.n, int(piece.open), points, piece.base, piece.rate]
        return [*head, *piece.stair, int(piece.started)]

    def route(self, route: RouteOp, *, plain: bool) -> list[int]:
        group = self.group(route.tests)
        ends = [(e.low, e.high) if plain else (e.low_exact, e.high_exact) for e in (route.ends, route.hull)]
        pieces = self.span("pieces", [self.piece(piece, plain=plain) for piece in route.pieces])
        form = self.form(route.form) if route.form is not None else -1
        items = self.span("items", [[self.group(item.tests), item.exact] for item in route.items])
        aim = [0, 0, 1] if route.target is None else [1, *route.target]
        head = [ROUTE_KINDS.index(route.kind), group, route.clause, *ends[0], *ends[1], route.cuts, *pieces]
        return [*head, form, *items, route.relative, int(route.swapped), *aim, int(route.opens)]

    def leaf(self, leaf: LeafOp) -> list[int]:
        self.first_group = len(self.rows["groups"])
        applies = self.group(leaf.applies)
        whole = leaf.whole
        ends = [whole.low, whole.high] if leaf.plain else [whole.low_exact, whole.high_exact]
        routes = self.span("routes", [self.route(route, plain=leaf.plain) for route in leaf.routes])
        groups = [self.first_group, len(self.rows["groups"])]
        taken = self.span("consequences", [_consequence(consequence) for consequence in leaf.consequences])
        head = [leaf.node, leaf.share, *ends, leaf.most, leaf.floor, *routes, *groups, applies]
        return [
            *head,
            leaf.declared,
            *leaf.declared_scale,
            *taken,
            *_rounding(leaf.rounding),
            int(leaf.plain),
            leaf.fast,
            _shape(leaf),
        ]


GENERAL, QUOTIENT, FLAGS = range(3)
"""Shapes of sub-criteria: those that ``kernel_direct`` scores, and the others."""


def _shape(leaf: LeafOp) -> int:
    """Return which short way a sub-criterion can take: a value on pieces, a checklist of yes/no readings, or none."""
    if not leaf.plain or leaf.declared >= 0 or leaf.applies or not leaf.routes:
        return GENERAL
    first, last = leaf.routes[0], leaf.routes[-1]
    if len(leaf.routes) == 1 and first.kind == "tally" and not first.tests and leaf.share == 1:
        single = all(len(item.tests) == 1 and item.tests[0].kind == "equal" for item in first.items)
        return FLAGS if single else GENERAL
    form = last.form
    if last.kind != "form" or last.tests or form is None or form.step:
        return GENERAL
    if len(leaf.routes) == 1:
        return QUOTIENT if form.below or form.below_constant > 0 else GENERAL
    return QUOTIENT if len(leaf.routes) == 2 and _nothing_assigned(first, form) else GENERAL


def _nothing_assigned(route: RouteOp, form: FormOp) -> bool:
    """Say whether a route gives points where the denominator of a value is 0."""
    if route.kind != "form" or len(route.tests) != 1 or len(route.pieces) != 1 or not form.below:
        return False
    test = route.tests[0]
    tested = test.form
    if tested is None or test.operator != "exactly" or test.threshold[0] or tested.step or tested.below:
        return False
    same = (tested.above, tested.above_constant) == (form.below, form.below_constant)
    return same and tested.below_constant > 0 and route.pieces[0].kind == "constant"


def _consequence(op: ConsequenceOp) -> list[int]:
    return [op.finding, op.clause, int(op.at_most is not None), op.at_most or 0, op.deduct, op.slot]


def _rounding(op: RoundOp | None) -> list[int]:
    return [-1, 1, 1] if op is None else [MODES.index(op.mode), op.up, op.down]


def _node(op: NodeOp) -> list[int]:
    limit = [int(op.at_most is not None), op.at_most or 0]
    return [op.parent, op.most, int(op.rescale), *_rounding(op.rounding), BLOCKS.index(op.block), *limit]


def flatten(program: Program) -> Flat:
    """Return the tables of a program."""
    builder = _Builder()
    for tests in program.findings:
        builder.group(tests)
    for leaf in program.leaves:
        builder.put("leaves", builder.leaf(leaf))
    for node in program.nodes:
        builder.put("nodes", _node(node))
    return Flat(**{name: _table(rows) for name, rows in builder.rows.items()})


def _table(rows: list[list[int]]) -> Any:
    return np.array(rows, np.int64) if rows else np.zeros((0, 1), np.int64)
