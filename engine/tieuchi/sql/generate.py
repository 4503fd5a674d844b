"""One SELECT for a rulebook: points, states and clauses of every unit of a table, as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieuchi.columnar.layout import DECLARED_PREFIX, MISSING
from tieuchi.columnar.program import Program, RelativeOp
from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.sql.dialects import Dialect, DialectName, dialect_of
from tieuchi.sql.layers import Layers
from tieuchi.sql.leaves import BEYOND, write_leaf
from tieuchi.sql.sums import part_of, write_sums
from tieuchi.sql.values import Writer, case, floored, times, value, write_findings

__all__ = ["TableShape", "generate"]

_DIGIT = 1 << 16
_DIGITS = 6


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
    """

    name: str = "units"
    keep: tuple[str, ...] = ("unit",)
    kind: str = "unit_kind"
    group: str = ""
    states: bool = False
    complete: bool = False
    wide: bool = False


def generate(program: Program, dialect: DialectName, shape: TableShape | None = None) -> str:
    """Return the SELECT. Beside each criterion's id, with its points in quanta, stand its state and clause as codes.

    A sub-criterion's points are NULL while it has none; sums have ``low`` and ``high``, equal where they are settled.
    """
    shape = shape or TableShape()
    words = dialect_of(dialect)
    writer = Writer(program, words, Layers(words), shape.complete, shape.wide and bool(words.wide))
    _write_columns(writer, shape)
    write_findings(writer)
    relatives = {place: _best(writer, op) for place, op in enumerate(program.relatives)}
    cells = [write_leaf(writer, leaf, relatives) for leaf in program.leaves]
    sums = write_sums(writer, [part_of(c, leaf.most) for c, leaf in zip(cells, program.leaves, strict=True)])
    final: list[tuple[str, str]] = []
    for leaf, cell in zip(program.leaves, cells, strict=True):
        points = cell.high if cell.state == "0" else f"(CASE WHEN {cell.state} IN (0, 1) THEN {cell.high} END)"
        final += [(points, leaf.id), (cell.state, f"{leaf.id} state"), (cell.clause, f"{leaf.id} clause")]
    for node, part in zip(program.nodes, sums, strict=True):
        low, high = part.low, part.high
        if not words.wide:
            low, high = (f"(CASE WHEN {part.state} <> {BEYOND} THEN {end} END)" for end in (low, high))
        fields = (("low", low), ("high", high), ("state", part.state), ("most", part.most))
        final += [(expression, f"{node.id} {field}") for field, expression in fields]
    _check_names(words, [*shape.keep, *(title for _, title in final)])
    states = [f"{slot.name}__state" for slot in program.layout.slots if shape.states and not slot.below]
    _check_names(words, [*column_titles(program), *states])
    return writer.layers.select(words.table(shape.name), [words.column(name) for name in shape.keep], final)


def _check_names(words: Dialect, names: Sequence[str]) -> None:
    """Refuse names that the database can't tell apart.

    Raises:
        RulebookError: B640 two columns that are one to the database.
    """
    first: dict[str, tuple[str, int]] = {}
    issues = []
    for place, name in enumerate(names):
        other, at = first.setdefault(words.same(name), (name, place))
        if at != place:
            facts = {"name": name, "other": other, "dialect": words.name}
            issues.append(Issue("B640", Position("sql"), facts=facts))
    if issues:
        raise RulebookError(issues)


def _write_columns(writer: Writer, shape: TableShape) -> None:
    """Name every column and its state, in the first layer."""
    words, layers = writer.dialect, writer.layers
    whole = "INTEGER" if words.name == "sqlite" else "BIGINT"
    for place, slot in enumerate(writer.program.layout.slots):
        title = slot.name + ("__below" if slot.below else "")
        column = words.column(title)
        given = f"CAST({column} AS {whole})"
        given = writer.number(given)
        lack = f"CASE WHEN {column} IS NULL THEN {MISSING} ELSE 0 END"
        if not shape.complete:
            given = f"COALESCE({given}, {1 if slot.below else 0})"
        layers.name(f"c{place}", given)
        if not shape.complete:
            state = words.column(f"{slot.name}__state")
            layers.name(f"s{place}", f"COALESCE({state}, {lack})" if shape.states else f"({lack})")
    kinds = writer.program.layout.kinds
    column = words.column(shape.kind)
    named = [(f"{column} = '{kind}'", str(code)) for code, kind in enumerate(kinds)] if shape.kind else []
    layers.name("kind0", case(named, "-1"))
    layers.name("group0", words.column(shape.group) if shape.group else "0")


def _best(writer: Writer, op: RelativeOp) -> tuple[str, str, str]:
    """Return what a value is multiplied with above and below, and what to say where it can't be.

    The best quotient of a group is the first by its digits to the base 2^16: exact for denominators below 2^47, of
    which two different quotients differ within 96 bits.
    """
    above, below, lack = value(writer, op.form)
    whole = writer.fresh(floored(writer, above, below))
    rest = writer.fresh(f"({above} - {times(whole, below)})")
    digits = [whole]
    for _ in range(_DIGITS):
        digit = writer.fresh(writer.divided(times(rest, _DIGIT), below))
        rest = writer.fresh(f"({times(rest, _DIGIT)} - {times(digit, below)})")
        digits.append(digit)
    turn = " DESC" if op.best == "largest" else ""
    order = ", ".join([f"CASE WHEN {lack} = 0 THEN 0 ELSE 1 END", *(f"{digit}{turn}" for digit in digits)])
    window = f"OVER (PARTITION BY group0 ORDER BY {order})"
    there = writer.fresh(f"FIRST_VALUE({lack}) {window}")
    top = writer.fresh(f"FIRST_VALUE({above}) {window}")
    bottom = writer.fresh(f"FIRST_VALUE({below}) {window}")
    return _multipliers(writer, op, there, top, bottom)


def _multipliers(writer: Writer, op: RelativeOp, there: str, top: str, bottom: str) -> tuple[str, str, str]:
    if op.target is not None:
        aim, parts = op.target
        excess = writer.fresh(f"({times(top, parts)} - {times(aim, bottom)})")
        return bottom, excess, writer.fresh(case([(f"{there} <> 0", "2"), (f"{excess} <= 0", "1")], "0"))
    if op.best == "smallest":
        return top, bottom, writer.fresh(case([(f"{there} <> 0 OR {top} < 0", "2")], "0"))
    return bottom, top, writer.fresh(case([(f"{there} <> 0 OR {top} <= 0", "2")], "0"))


def column_titles(program: Program) -> Sequence[str]:
    """Return the columns that a table to be scored must have."""
    return [slot.name + ("__below" if slot.below else "") for slot in program.layout.slots]


def is_declared(title: str) -> bool:
    """Say whether a column holds declared points."""
    return title.startswith(DECLARED_PREFIX)
