"""Roundings by a rule, as SQL: of quotients of quanta, in whole steps."""

from __future__ import annotations

from tieuchi.columnar.program import RoundOp
from tieuchi.sql.values import Writer, case, half_up, times


def rounded_to(
    writer: Writer, top: str, bottom: str, rounding: RoundOp, *, negative: bool = True, wide: bool = False
) -> tuple[str, str]:
    """Return ``top / bottom`` quanta rounded by a mode: in the rounding's own steps, and in quanta; both named.

    ``top`` has as many bits as products of it need.
    """
    size = times(rounding.down, case([(f"{top} < 0", f"-{top}")], top) if negative else top)
    size = writer.name(size, "size")
    unit = writer.name(times(rounding.up, bottom), "unit")
    whole = writer.name(writer.divided(size, unit, wide=wide), "whole")
    twice = writer.name(f"2 * ({size} - {times(whole, unit)})", "twice")
    up = {
        "half_up": f"{twice} >= {unit}",
        "half_down": f"{twice} > {unit}",
        "half_even": f"({twice} > {unit} OR ({twice} = {unit} AND {whole} - 2 * {writer.divided(whole, '2')} = 1))",
        "down": "",
        "up": f"{twice} > 0",
        "floor": f"{twice} > 0 AND {top} < 0" if negative else "",
        "ceiling": f"{twice} > 0 AND {top} >= 0" if negative else f"{twice} > 0",
    }[rounding.mode]
    steps = writer.name(case([(f"{twice} > 0 AND {up}", f"{whole} + 1")], whole) if up else whole, "steps")
    if negative:
        steps = writer.name(case([(f"{top} < 0", f"-{steps}")], steps), "steps")
    quanta = half_up(writer, times(steps, rounding.up), str(rounding.down), negative=negative)
    return steps, writer.name(quanta, "rounded")
