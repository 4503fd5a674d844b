"""The best value of each group, in sub-selects of their own that read only the columns they need."""

from __future__ import annotations

from collections.abc import Callable

from tieuchi.columnar.limits import form_peaks
from tieuchi.columnar.program import FormOp, RelativeOp
from tieuchi.sql.leaves import Best
from tieuchi.sql.values import Writer, case, either, floored, linear, times

DIGIT = 1 << 16
DIGITS = 6
"""Digits behind the point that tell two quotients apart whose denominators are below 2^47."""
_LARGEST = 46
_FAR = 1 << 40

Given = Callable[[set[int]], str]
"""Writes the SELECT of the group and of some columns of the table, by the names that they have in the query."""


def write_best(writer: Writer, place: int, op: RelativeOp, given: Given, key: str) -> tuple[list[str], Best]:
    """Return the sub-selects that find the best value of each group, and what a value is multiplied with.

    The last of them is joined to the lowest layer. What is not the best by its whole part and first digit is sorted
    out first, which needs no order; the rest is ordered by all digits, which is exact.
    """
    narrow, name, q = not writer.dialect.wide, f"best{place}", writer.dialect.column
    slots = {slot for slot, _ in (*op.form.above, *op.form.below)} | set(op.form.names)
    above, below, lack = _value(writer, op.form)
    far = f", {_far(writer, op.form)} AS far" if narrow else ""
    digits = [writer.divided(f"rest * {DIGIT}" + f" % below * {DIGIT}" * n, "below") for n in range(DIGITS)]
    top, turn = ("MAX", " DESC") if op.best == "largest" else ("MIN", "")
    order = ",\n      ".join(f"{digit}{turn}" for digit in ("whole", *digits))
    rough = case([(f"whole > {_FAR}", str(_FAR * DIGIT)), (f"whole < -{_FAR}", str(-_FAR * DIGIT))],
                 f"whole * {DIGIT} + {digits[0]}")  # fmt: skip
    up, down = _multipliers(op)
    value, flag = f"{above} AS above, {below} AS below{far}", ", MAX(far) AS far" if narrow else ""
    whole = f"SELECT {name}_values.*, {floored(writer, 'above', 'below')} AS whole FROM {name}_values"
    parts = {
        "given": given(slots),
        "values": f"SELECT {q('own group')} AS grp, {value}\n  FROM {name}_given{lack and f' WHERE NOT ({lack})'}",
        "parts": f"SELECT v.*, above - whole * below AS rest FROM (\n    {whole}\n  ) AS v",
        "rough": f"SELECT {name}_parts.*, {rough} AS rough FROM {name}_parts",
        "top": f"SELECT grp, {top}(rough) AS rough{flag}\n  FROM {name}_rough GROUP BY grp",
    }
    names = [q(f"{writer.owner} {part}") for part in ("group", "up", "down", *(["far"] if narrow else []))]
    titled = zip(("grp", up, down, "far"), names, strict=False)
    best = (
        f"{name} AS (\n  SELECT {', '.join(f'{text} AS {title}' for text, title in titled)}\n  FROM (\n"
        f"    SELECT r.grp, r.above, r.below{', t.far' if narrow else ''}, ROW_NUMBER() OVER (\n"
        f"      PARTITION BY r.grp ORDER BY {order}\n    ) AS turn\n"
        f"    FROM {name}_rough AS r JOIN {name}_top AS t ON r.grp = t.grp AND r.rough = t.rough\n"
        f"  ) AS first WHERE turn = 1\n)"
    )
    writer.layers.join(names, f"LEFT JOIN {name} ON {key} = {names[0]}" if key else f"LEFT JOIN {name} ON 1 = 1")
    listed = [f"{name}_{part} AS (\n  {text}\n)" for part, text in parts.items()]
    return [*listed, best], Best(names[1], names[2], names[3] if narrow else "")


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
