"""Quanta and codes that the SELECT gives on Spark, as points and words, under the names that ``batch`` gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tieuchi.batch.output import MANY_DIGITS, MOST_DIGITS, Detail
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import LeafOp, NodeOp, Program
from tieuchi.columnar.result import clause_label, clause_spans, parts_of
from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.model.canonical import Route, TallyItem
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.sql.dialects import dialect_of

_COLUMN = dialect_of("spark").column


def told(plan: Plan, program: Program, kept: Sequence[str], detail: Detail) -> str:
    """Return the SELECT that turns quanta and codes into points and words.

    Raises:
        RulebookError: B652 the quantum is no power of ten, so that points are no decimals.
    """
    if program.quantum != Fraction(1, 10 ** _places(program)):
        raise RulebookError([Issue("B652", Position("spark"), facts={"quantum": str(program.quantum)})])
    columns = [_COLUMN(name) for name in kept]
    for place, op in enumerate(program.leaves if detail != "totals" else ()):
        columns += _leaf(plan, program, place, op, detail)
    for node in program.nodes:
        columns += _sum(program, node, detail)
    return f"SELECT {', '.join(columns)} FROM tieuchi_scored"


def _leaf(plan: Plan, program: Program, place: int, op: LeafOp, detail: Detail) -> Iterator[str]:
    points, state, clause = (_COLUMN(op.id + title) for title in ("", " state", " clause"))
    yield f"{_points(points, program)} AS {_COLUMN(op.id)}"
    if detail == "full":
        yield f"{_points(f'({op.whole.high} - {points})', program)} AS {_COLUMN(op.id + ':lost')}"
        yield f"{_labelled(plan.leaves[place], op.clause_count, clause)} AS {_COLUMN(op.id + ':clause')}"
        yield f"{_word(state)} AS {_COLUMN(op.id + ':state')}"


def _sum(program: Program, node: NodeOp, detail: Detail) -> Iterator[str]:
    name = "total" if node is program.nodes[-1] else node.id
    low, high, state, most = (_COLUMN(f"{node.id} {title}") for title in ("low", "high", "state", "most"))
    settled = f"CASE WHEN {state} < 2 THEN {high} END"
    for title, expression in ((name, settled), (f"{name}:low", low), (f"{name}:high", high)):
        yield f"{_points(expression, program)} AS {_COLUMN(title)}"
    yield f"{_word(state)} AS {_COLUMN(name + ':state')}"
    if detail == "full":
        unit, parts = (program.most_unit / program.quantum).as_integer_ratio()
        whole = f"CAST({most} AS DECIMAL(38,0)) * {unit} div {parts}"
        yield f"{_points(f'CASE WHEN {state} < 2 THEN {whole} - {high} END', program)} AS {_COLUMN(name + ':lost')}"


def _places(program: Program) -> int:
    return len(str(program.quantum.denominator)) - 1


def _points(expression: str, program: Program) -> str:
    places = _places(program)
    digits = MANY_DIGITS if 2 * program.most_points < 10**MANY_DIGITS else MOST_DIGITS
    unit = f"CAST('{_decimal(places)}' AS DECIMAL({places + 1},{places}))"
    return f"CAST(CAST({expression} AS DECIMAL({digits},0)) * {unit} AS DECIMAL({digits},{places}))"


def _decimal(places: int) -> str:
    return "1" if not places else "0." + "0" * (places - 1) + "1"


def _word(state: str) -> str:
    return f"CASE {state} {' '.join(f'WHEN {code} THEN {word!r}' for code, word in enumerate(STATES))} END"


def _labelled(leaf: LeafPlan, count: int, clause: str) -> str:
    """Return the word of a clause; of a checklist it is made of the parts that hold."""
    rows, end = [], 0
    for first, size, route in clause_spans(leaf):
        items, end = parts_of(route), first + size
        if items is None:
            rows += _each(leaf, range(first, end), clause)
        else:
            rows.append(
                f"WHEN {clause} BETWEEN {first} AND {end - 1} THEN {_parts(route, items, f'{clause} - {first}')}"
            )
    rows += _each(leaf, range(end, count), clause)
    return f"CASE {' '.join(rows)} END" if rows else "CAST(NULL AS STRING)"


def _each(leaf: LeafPlan, codes: range, clause: str) -> list[str]:
    return [f"WHEN {clause} = {code} THEN '{clause_label(leaf, code)}'" for code in codes]


def _parts(route: Route, items: Sequence[TallyItem], mask: str) -> str:
    named = ", ".join(f"IF(({mask}) & {1 << place}L <> 0, '{item.clause}', NULL)" for place, item in enumerate(items))
    inner = f"COALESCE(NULLIF(concat_ws('+', {named}), ''), 'none')"
    if route.clause is None:
        return inner
    return f"IF({inner} = '{route.clause}', {inner}, concat('{route.clause}/', {inner}))"
