"""One SELECT for a rulebook: points, states and clauses of every unit of a table, as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tieuchi.columnar.layout import Slot
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.sql.best import write_best
from tieuchi.sql.dialects import Dialect, DialectName, dialect_of
from tieuchi.sql.layers import Layers
from tieuchi.sql.leaves import BEYOND, Best, write_leaf
from tieuchi.sql.sums import Part, write_sums
from tieuchi.sql.values import Writer, case, write_findings

__all__ = ["Detail", "TableShape", "best_queries", "generate"]

Detail = Literal["totals", "points", "full"]
COLUMNS: dict[Detail, int] = {"totals": 0, "points": 1, "full": 3}
"""How many of a sub-criterion's columns are given: points, state, clause."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """How the table to be scored looks.

    Its columns carry the names of the indicators and hold whole numbers at the program's scales; NULL is missing.

    Attributes:
        name: The table, as the database knows it; dots separate schema and table.
        keep: Columns to hand through, such as the unit's id.
        kind: Column with the kind of the unit; none if empty.
        group: Column within whose groups relative scales compare; the whole table if empty.
        states: Every column ``x`` has one ``x__state`` beside it: 0, or missing (2), refused (3), not applicable (4).
        complete: No cell is NULL, which spares asking.
        wide: Reckon in 128 bits throughout, where the database has them.
        detail: ``totals``, ``points`` of every sub-criterion as well, or ``full``: their states and clauses, too.
        exact_sums: Rounded sums that quanta leave in doubt are added up exactly; else they have the state ``BEYOND``.
    """

    name: str = "units"
    keep: tuple[str, ...] = ("unit",)
    kind: str = "unit_kind"
    group: str = ""
    states: bool = False
    complete: bool = False
    wide: bool = False
    detail: Detail = "full"
    exact_sums: bool = True


def generate(program: Program, dialect: DialectName, shape: TableShape | None = None) -> str:
    """Return the SELECT. Beside each criterion's id, with its points in quanta, stand its state and clause as codes.

    A sub-criterion's points are NULL while it has none; sums have ``low`` and ``high``, equal where they are settled.
    What the database can't reckon exactly has the state ``BEYOND`` and no points.

    Raises:
        RulebookError: B603 a sum needs wider numbers; B640 two columns are one to the database; B650 it does not
            take so many.
    """
    shape = shape or TableShape()
    table = _table(program, dialect, shape)
    writer, words = table.writer, table.writer.dialect
    write_findings(writer)
    before, relatives = table.best()
    cells = [write_leaf(writer, leaf, relatives) for leaf in program.leaves]
    sums = write_sums(writer, cells)
    final = [(name, title) for name, title in zip(table.kept, shape.keep, strict=True)]
    for leaf, cell in zip(program.leaves, cells, strict=True):
        titled = [(cell.points, leaf.id), (cell.state, f"{leaf.id} state"), (cell.clause, f"{leaf.id} clause")]
        final += titled[: COLUMNS[shape.detail]]
    for node, part in zip(program.nodes, sums, strict=True):
        final += [(_end(part, part.low.quanta), f"{node.id} low"), (_end(part, part.high.quanta), f"{node.id} high")]
        final += [(part.state, f"{node.id} state"), (part.most, f"{node.id} most")]
    _check_names(words, [title for _, title in final])
    states = [f"{slot.name}__state" for slot in program.layout.slots if shape.states and not slot.below]
    _check_names(words, [*column_titles(program), *states])
    text = writer.layers.select(before, final)
    _check_columns(words, max(writer.layers.widest, len(final), len(program.layout.slots) + len(states)))
    return text


def best_queries(program: Program, dialect: DialectName, shape: TableShape) -> list[str]:
    """Return for each value that is compared the SELECT of its best by group.

    Its first column is the group, as text, ``=`` before it; 0 if the whole table is one. Its last two are the best
    value's numerator and denominator.
    """
    table = _table(program, dialect, shape)
    parts, _ = table.best()
    name = table.writer.layers.sub_select("best")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [f"WITH {values},\n{best}\nSELECT * FROM {name}{place}" for place, (values, best) in enumerate(pairs)]


def _table(program: Program, dialect: DialectName, shape: TableShape) -> _Table:
    """Return the table with its columns named."""
    words = dialect_of(dialect)
    full, wide = shape.detail == "full", (shape.wide or program.wide_sums) and bool(words.wide)
    _check_sums(words, program)
    exact = program.doubtful and shape.exact_sums
    layers = Layers(words, source=words.table(shape.name))
    writer = Writer(program, words, layers, complete=shape.complete, wide=wide, full=full, exact=exact)
    table = _Table(writer, shape)
    table.name_columns()
    return table


def _end(part: Part, end: str) -> str:
    return f"CASE WHEN {part.state} <> {BEYOND} THEN {end} END" if BEYOND in part.states else end


def _check_names(words: Dialect, names: Sequence[str]) -> None:
    """Refuse names that the database can't tell apart.

    Raises:
        RulebookError: B640 two columns that are one to the database.
    """
    if len(set(map(words.same, names))) == len(names):
        return
    first: dict[str, tuple[str, int]] = {}
    issues = []
    for place, name in enumerate(names):
        other, at = first.setdefault(words.same(name), (name, place))
        if at != place:
            facts = {"name": name, "other": other, "dialect": words.name}
            issues.append(Issue("B640", Position("sql"), facts=facts))
    if issues:
        raise RulebookError(issues)


def _check_columns(words: Dialect, count: int) -> None:
    """Refuse more columns than the database takes.

    Raises:
        RulebookError: B650 the query, or the table, would have more.
    """
    if words.columns and count > words.columns:
        facts = {"count": str(count), "dialect": words.name, "most": str(words.columns)}
        raise RulebookError([Issue("B650", Position("sql"), facts=facts)])


def _check_sums(words: Dialect, program: Program) -> None:
    """Refuse sums for which the database's widest numbers, or 64 bits for what comes out, are too short.

    Raises:
        RulebookError: B603 some number on the way to a sum is larger.
    """
    doubt = max(node.doubt * (-(-node.most // node.least) if node.rescale else 1) for node in program.nodes)
    if program.sum_peak >= 1 << words.wide_bits or program.most_points + doubt >= 1 << 62:
        facts = {"dialect": words.name, "quantum": str(program.quantum)}
        raise RulebookError([Issue("B603", Position("sql"), facts=facts)])


class _Table:
    """The columns of the table, named in the lowest layer."""

    def __init__(self, writer: Writer, shape: TableShape) -> None:
        self.writer, self.shape = writer, shape
        self.kept: list[str] = []
        self.group = ""

    def name_columns(self) -> None:
        """Name every column and its state, what is handed through, the kind and the group."""
        writer, shape, words = self.writer, self.shape, self.writer.dialect
        given, slots = writer.layers.given, writer.program.layout.slots
        self.kept = [given(f"kept {place}", words.column(name)) for place, name in enumerate(shape.keep)]
        asks = shape.states and not shape.complete
        writer.columns = [given(slot.name + (": below" if slot.below else ""), self._number(slot)) for slot in slots]
        if asks:
            writer.states = [given(f"{slot.name}: state", self._state(slot)) for slot in slots]
        if shape.kind:
            writer.kind = given("own kind", f"COALESCE({words.column(shape.kind)}, '')")
        if writer.program.relatives and shape.group:
            self.group = given("own group", self._group())

    def _number(self, slot: Slot) -> str:
        words = self.writer.dialect
        column = words.column(column_title(slot))
        number = words.widened(column) if self.writer.wide else words.long(column)
        if not self.shape.states or self.shape.complete:
            return number
        return f"CASE WHEN {words.column(f'{slot.name}__state')} <> 0 THEN NULL ELSE {number} END"

    def _state(self, slot: Slot) -> str:
        words = self.writer.dialect
        state = words.column(f"{slot.name}__state")
        return f"COALESCE({state}, {case([(f'{words.column(column_title(slot))} IS NULL', '2')], '0')})"

    def _group(self) -> str:
        """Return the group as text, so that units without one are a group, too."""
        words = self.writer.dialect
        return f"COALESCE('=' || CAST({words.column(self.shape.group)} AS {words.text}), '')"

    def best(self) -> tuple[list[str], dict[int, Best]]:
        """Return the sub-selects that find the best of each group, and what values are multiplied with."""
        writer, program = self.writer, self.writer.program
        parts, found = [], {}
        for place, op in enumerate(program.relatives):
            writer.owner = program.leaves[op.leaf].id
            made, found[place] = write_best(writer, place, op, self._given, self.group)
            parts += made
        return parts, found

    def _given(self, places: set[int]) -> str:
        """Return the SELECT of the group and of some columns of the table."""
        words, slots = self.writer.dialect, self.writer.program.layout.slots
        columns = [f"{self._group() if self.shape.group else '0'} AS {words.column('own group')}"]
        columns += [f"{self._number(slots[place])} AS {self.writer.columns[place]}" for place in sorted(places)]
        return f"SELECT {', '.join(columns)}\n  FROM {self.writer.layers.source}"


def column_title(slot: Slot) -> str:
    """Return how the table must name a column."""
    return slot.name + ("__below" if slot.below else "")


def column_titles(program: Program) -> Sequence[str]:
    """Return the columns that a table to be scored must have."""
    return [column_title(slot) for slot in program.layout.slots]
