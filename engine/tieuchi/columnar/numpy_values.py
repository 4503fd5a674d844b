"""The numpy machine: values, conditions and answers. See ``code.Op`` for what each step reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.code import OPERATORS
from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE
from tieuchi.columnar.numpy_base import Frame, Lack

NO, YES = 0, 1
_COMPARED: Any = dict(enumerate((np.greater_equal, np.greater, np.less_equal, np.less, np.equal)))
assert OPERATORS == ("at_least", "more_than", "at_most", "less_than", "exactly")


def worst(f: Frame, names: Sequence[int]) -> Lack | None:
    """Return the state that lacking readings leave, 0 where none lacks; None if no column lacks any."""
    found: Lack | None = None
    for place in names:
        state = f.cells[place]
        if state is not None:
            found = state if found is None else np.maximum(found, state)
    return found


def lacks_of(f: Frame, names: Sequence[int], below: int, bound: int) -> Lack | None:
    """Return where a value lacks, by its columns or a denominator below a bound; None if nowhere.

    A denominator may be no whole number on the wide path, so that below 1 is 0 or less.
    """
    found = worst(f, names)
    beyond: Any = np.less_equal if bound else np.less
    if below >= 0 and beyond(f.least_of(below), 0):
        zero = np.where(np.asarray(beyond(f.registers[below], 0), bool), np.uint8(MISSING), np.uint8(0))
        found = zero if found is None else np.where(found != 0, found, zero)
    return found


def linear(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``LINEAR``."""
    total: Any = k[0]
    for place in range(1, len(k), 2):
        part = f.registers[k[place]]
        part = part if k[place + 1] == 1 else part * k[place + 1]
        total = part if isinstance(total, int) and not total else total + part
    f.registers[out] = f.new(total) if isinstance(total, int) else total


def cut(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``CUT``."""
    same, step, parts = k
    f.registers[out] = (f.registers[a] * parts) // (f.positive(b, same) * step) * step


def equal(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``EQUAL``."""
    answer, state = np.asarray(f.registers[a] == k[0], bool).view(np.uint8), f.cells[a]
    f.registers[out] = answer if state is None else np.where(state != 0, state, answer)


def kind(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``KIND``."""
    f.registers[out] = np.isin(f.registers[a], np.array(k, np.int64)).view(np.uint8)


def compare(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``COMPARE``."""
    operator, top, bottom, same, raw = k[:5]
    above = f.registers[a] if bottom == 1 else f.registers[a] * bottom
    against = top * same if b < 0 else top * f.registers[b]
    answer = np.asarray(_COMPARED[operator](above, against), bool).view(np.uint8)
    lack = lacks_of(f, k[5:], raw, 1)
    f.registers[out] = answer if lack is None else np.where(lack != 0, lack, answer)


def both(f: Frame, out: int, a: int, b: int, _k: Sequence[int]) -> None:
    """Take ``AND``."""
    one, two = f.registers[a], f.registers[b]
    f.registers[out] = np.where((one == NO) | (two == NO), np.uint8(NO), np.maximum(one, two))


def finding(f: Frame, out: int, a: int, _b: int, _k: Sequence[int]) -> None:
    """Take ``FINDING``."""
    answer = f.registers[a]
    f.registers[out] = np.where(answer == NOT_APPLICABLE, np.uint8(NO), answer)


def relative(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``RELATIVE``."""
    place, swapped, aimed, top, bottom, same = k
    above, below = f.registers[a], f.positive(b, same)
    lack = lacks_of(f, (), b, 1)
    above = above * bottom - top * below if aimed else above
    above, below = (below, above) if swapped else (above, below)
    groups = f.registers[f.code.registers.groups]
    up, down, says = (part[groups] for part in f.factors[place])
    above, below = above * up, below * down
    if swapped:  # the smallest of a group can be 0: the unit that has it is the best
        level = np.asarray(below <= 0, bool)
        above, below = np.where(level, 1, above), np.where(level, 1, below)
    f.registers[out], f.registers[out + 1] = np.where(says == 0, above, 0), np.where(says == 0, below, 1)
    own = np.where(says >= MISSING, says, np.uint8(0))
    f.registers[out + 2] = own if lack is None else np.where(lack != 0, lack, own)
