"""The best value of each group, in sub-selects of their own that read only the columns they need."""

from __future__ import annotations

from collections.abc import Callable

from tieuchi.columnar.limits import form_peaks
from tieuchi.columnar.program import FormOp, RelativeOp
from tieuchi.sql.leaves import Best
from tieuchi.sql.values import Writer, case, either, floored, linear, times

ROUGH = 1 << 16
"""Of the first digit behind the point, by which what may be the best is told from the rest."""
_DIGITS = (1 << 60, 2)
_NARROW_DIGITS = (1 << 16, 6)
"""Base and number of the digits that tell two quotients apart whose denominators are below 2^60; without wide numbers,
below 2^47."""
_LARGEST = 46
_FAR = 1 << 40

Given = Callable[[set[int]], str]
"""Writes the SELECT of the group and of some columns of the table, by the names that they have in the query."""


def write_best(writer: Writer, place: int, op: RelativeOp, given: Given, key: str) -> tuple[list[str], Best]:
    """Return the sub-selects that find the best value of each group, and what a value is multiplied with.

    The last of them, ``best`` and the place, is joined to the lowest layer. What is not the best by its whole part and
    a first digit is sorted out first, which needs no order; the rest is ordered by all digits, which is exact.
    """
    narrow, name, q = not writer.dialect.wide, writer.layers.sub_select("best") + str(place), writer.dialect.column
    slots = {slot for slot, _ in (*op.form.above, *op.form.below)} | set(op.form.names)
    above, below, lack = _value(writer, op.form)
    far = f", {_far(writer, op.form)} AS far" if narrow else ""
    top, turn = ("MAX", " DESC") if op.best == "largest" else ("MIN", "")
    first = writer.divided(f"rest * {ROUGH}", "below")
    rough = case([(f"whole > {_FAR}", str(_FAR * ROUGH)), (f"whole < -{_FAR}", str(-_FAR * ROUGH))],
                 f"whole * {ROUGH} + {first}")  # fmt: skip
    order = ", ".join(f"{digit}{turn}" for digit in ("whole", *_digits(writer)))
    up, down = _multipliers(op)
    flag, most = (", t.far", ", MAX(far) AS far") if narrow else ("", "")
    names = [q(f"best {place} {part}") for part in ("group", "up", "down", *(["far"] if narrow else []))]
    titled = ", ".join(f"{text} AS {name}" for text, name in zip(("grp", up, down, "far"), names, strict=False))
    titled += f", above AS {q(f'best {place} top')}, below AS {q(f'best {place} bottom')}"
    values = (
        f"{name}_values AS (\n  SELECT v.*, {rough} AS rough\n"
        f"  FROM (SELECT v.*, above - whole * below AS rest\n"
        f"  FROM (SELECT v.*, {floored(writer, 'above', 'below')} AS whole\n"
        f"  FROM (SELECT {q('own group')} AS grp, {above} AS above, {below} AS below{far}\n"
        f"  FROM ({given(slots)}) AS v{lack and f' WHERE NOT ({lack})'}) AS v) AS v) AS v\n)"
    )
    best = (
        f"{name} AS (\n  SELECT {titled}\n"
        f"  FROM (SELECT r.grp, above, below{flag}, ROW_NUMBER() OVER (PARTITION BY r.grp ORDER BY {order}) AS turn\n"
        f"  FROM {name}_values AS r JOIN (\n"
        f"    SELECT grp, {top}(rough) AS rough{most} FROM {name}_values GROUP BY grp\n"
        f"  ) AS t ON r.grp = t.grp AND r.rough = t.rough) AS first WHERE turn = 1\n)"
    )
    writer.layers.join(names, f"LEFT JOIN {name} ON {key} = {names[0]}" if key else f"LEFT JOIN {name} ON 1 = 1")
    return [values, best], Best(names[1], names[2], names[3] if narrow else "")


def _digits(writer: Writer) -> list[str]:
    """Return the digits behind the point, one after the other."""
    wide = bool(writer.dialect.wide)
    base, count = _DIGITS if wide else _NARROW_DIGITS
    rest, digits = writer.widened("rest"), []
    for _ in range(count):
        digits.append(writer.divided(f"{rest} * {base}", "below", wide=wide))
        rest = f"{rest} * {base} % below"
    return digits


def _value(writer: Writer, form: FormOp) -> tuple[str, str, str]:
    """Return numerator, denominator and the condition under which there is no value, of columns as they are."""
    above, below = (
        linear(writer, *side) for side in ((form.above, form.above_constant), (form.below, form.below_constant))
    )
    lack = writer.absent(form.names).when
    if form.below or form.below_constant <= 0:
        lack = either(lack, f"{below} <= 0")
    if form.step is None:
        return above, below, lack
    step, parts = form.step
    return times(step, floored(writer, times(f"({above})", parts), times(f"({below})", step))), str(parts), lack


def _far(writer: Writer, form: FormOp) -> str:
    """Return 1 where a value may be beyond 64 bits."""
    limit = (1 << _LARGEST) // max(1, *form_peaks(form))
    names = sorted({slot for slot, _ in (*form.above, *form.below)})
    over = " OR ".join(f"{writer.columns[slot]} NOT BETWEEN -{limit} AND {limit}" for slot in names)
    return case([(over, "1")], "0") if over else "0"


def _multipliers(op: RelativeOp) -> tuple[str, str]:
    """Return what numerator and denominator are multiplied with; NULL where there is no best to compare with.

    Where the best is not beyond the target, values become 0.
    """
    if op.target is not None:
        aim, parts = op.target
        excess = f"{times(parts, 'above')} - {times(aim, 'below')}" if aim else times(parts, "above")
        return case([(f"{excess} > 0", "below")], "0"), case([(f"{excess} > 0", excess)], "1")
    if op.best == "smallest":
        return "CASE WHEN above >= 0 THEN above END", "below"
    return "CASE WHEN above > 0 THEN below END", "above"
