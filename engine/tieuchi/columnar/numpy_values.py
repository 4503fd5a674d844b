"""The numpy machine: values, conditions and answers. See ``code.Op`` for what each step reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar import numpy_far
from tieuchi.columnar.code import OPERATORS
from tieuchi.columnar.layout import MISSING, NOT_APPLICABLE
from tieuchi.columnar.numpy_base import Frame, Lack

NO, YES = 0, 1
COMPARED: Any = (np.greater_equal, np.greater, np.less_equal, np.less, np.equal)
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
    if below >= 0 and (least := f.least_of(below)) <= 0 and (bound or least < 0):
        beyond: Any = np.less_equal if bound else np.less
        zero = np.asarray(beyond(f.registers[below], 0), bool).view(np.uint8) * np.uint8(MISSING)
        found = zero if found is None else np.where(found != 0, found, zero)
    return found


def linear(f: Frame, out: int, _a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``LINEAR``."""
    constant, terms = k[0], list(zip(k[1::2], k[2::2], strict=True))
    if numpy_far.overflows(f, *terms, (-1, constant)):
        numpy_far.linear(f, out, constant, terms)
        return
    total = f.fresh(out)
    if not terms:
        total[:] = constant
        return
    (place, factor), *more = terms
    if factor == 1 and len(more) == 1 and more[0][1] == -1 and not constant:
        np.subtract(f.registers[place], f.registers[more[0][0]], out=total)
        return
    np.add(times(f, place, factor, 0), constant, out=total)
    for place, factor in more:
        np.add(total, times(f, place, factor, 0), out=total)


def cut(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``CUT``."""
    same, step, parts = k
    f.put(out, (f.registers[a] * parts) // (f.positive(b, same) * step) * step)


def equal(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``EQUAL``."""
    np.equal(f.registers[a], k[0], out=f.answer(out))
    _unless(f, out, f.cells[a])


def _unless(f: Frame, out: int, lack: Lack | None) -> None:
    """Let a lack stand in place of an answer."""
    if lack is not None:
        f.sure[out] = False
        np.copyto(f.registers[out], lack, where=lack != 0)


def kind(f: Frame, out: int, a: int, _b: int, k: Sequence[int]) -> None:
    """Take ``KIND``."""
    found, hit = f.answer(out), f.spare(0, bool)
    np.equal(f.registers[a], k[0], out=found)
    for code in k[1:]:
        found |= np.equal(f.registers[a], code, out=hit)


def compare(f: Frame, out: int, a: int, b: int, k: Sequence[int]) -> None:
    """Take ``COMPARE``."""
    operator, top, bottom, same, raw = k[:5]
    found, beyond = f.answer(out), COMPARED[operator]
    number = top if b >= 0 else top * same
    if numpy_far.overflows(f, (a, bottom), (b, number)):
        numpy_far.stands(f, beyond, numpy_far.side(f, a, bottom, 0), numpy_far.side(f, b, number, 1), found)
    else:
        beyond(times(f, a, bottom, 0), times(f, b, top, 1) if b >= 0 else number, out=found)
    _unless(f, out, lacks_of(f, k[5:], raw, 1))


def times(f: Frame, place: int, factor: int, spare: int) -> Any:
    """Return a multiple of a register."""
    return f.registers[place] if factor == 1 else np.multiply(f.registers[place], factor, out=f.spare(spare))


def both(f: Frame, out: int, a: int, b: int, _k: Sequence[int]) -> None:
    """Take ``AND``."""
    one, two = f.registers[a], f.registers[b]
    if f.sure[a] and f.sure[b]:
        np.bitwise_and(one, two, out=f.fresh(out, np.uint8))
        f.sure[out] = True
    else:
        f.put(out, np.where((one == NO) | (two == NO), np.uint8(NO), np.maximum(one, two)))
        f.sure[out] = False


def then(f: Frame, out: int, a: int, b: int, _k: Sequence[int]) -> None:
    """Take ``THEN``."""
    one, two = f.registers[a], f.registers[b]
    f.put(out, np.where((one == NO) | (two == NO), np.uint8(NO), np.where(one > YES, one, two)))
    f.sure[out] = f.sure[a] and f.sure[b]


def finding(f: Frame, out: int, a: int, _b: int, _k: Sequence[int]) -> None:
    """Take ``FINDING``."""
    answer = f.registers[a]
    f.put(out, np.where(answer == NOT_APPLICABLE, np.uint8(NO), answer))
    f.sure[out] = f.sure[a]


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
    f.put(out, np.where(says == 0, above, 0))
    f.put(out + 1, np.where(says == 0, below, 1))
    own = np.where(says >= MISSING, says, np.uint8(0))
    f.put(out + 2, own if lack is None else np.where(lack != 0, lack, own))
