"""Where floats guess and whole numbers decide: every claim near its bound, with Python integers as the judge."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numba import njit

from random_books import draw_book
from tieuchi.batch.rests import FINE, MOST_FINE, Rests
from tieuchi.columnar import numpy_far
from tieuchi.columnar.best import _keep_best
from tieuchi.columnar.encode import code_of
from tieuchi.columnar.kernel_results import _sloping
from tieuchi.columnar.limits import SURE, leaf_limit
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.numpy_base import Frame
from tieuchi.columnar.program import LeafOp
from tieuchi.columnar.result import empty_points

COUNT = 2000
WORD = 1 << 63
COMPARED = {
    np.greater_equal: operator.ge, np.greater: operator.gt, np.equal: operator.eq, np.less_equal: operator.le,
    np.less: operator.lt,
}  # fmt: skip


@njit(error_model="numpy")
def sloping(base: int, rate: int, share: int, above: Any, below: Any) -> Any:
    """Return what the kernel makes of values on a slope."""
    out = np.empty(len(above), np.int64)
    for j in range(len(above)):
        out[j] = _sloping(base, rate, share, above[j], below[j])
    return out


def frame_of(count: int, most: int) -> Frame:
    program = replace(compile_program(draw_book(Random(0), 8, ("bands",))), most_points=most)
    frame = Frame(program, code_of(program), empty_points(program, count), wide=False, factors=[])
    frame.begin(slice(0, count))
    return frame


def of_bits(random: Random, bits: int) -> int:
    """Return a number above 0 of up to so many bits: of any size, or the largest but a few."""
    if random.random() < 0.15:
        return (1 << bits) - 1 - random.getrandbits(2)
    return max(random.getrandbits(random.randint(1, bits)), 1)


def half_up(top: int, bottom: int) -> int:
    whole = (2 * abs(top) + bottom) // (2 * bottom)
    return -whole if top < 0 else whole


def wrapped(numbers: Sequence[int]) -> Any:
    return np.array([(number + WORD) % (2 * WORD) - WORD for number in numbers], np.int64)


@pytest.mark.parametrize("seed", range(30))
def test_products_that_wrap_around_are_told_apart(seed: int) -> None:
    random = Random(seed)
    terms, cuts = random.choice((1, 2, 8, 32)), random.choice((1, 3, 100, 999_983))
    factors = [random.choice((1, -1)) * random.randint(1, (1 << 43) // cuts // terms) for _ in range(terms)]
    start = random.randint(1, (1 << 43) - 1)
    columns = [[random.choice((1, -1)) * of_bits(random, 63) for _ in range(COUNT)] for _ in factors]
    above = [sum(map(operator.mul, factors, row)) for row in zip(*columns, strict=True)]
    gaps = (0, 1, -1, 2, 1 << 62, -(1 << 62), 1 << 63, -(1 << 63))
    near = [(top * cuts + random.choice(gaps)) // start + random.randint(-1, 1) for top in above]
    below = [min(max(number, -WORD), WORD - 1) for number in near]
    frame = frame_of(COUNT, 1)
    linear, bottom = len(factors), len(factors) + 1
    for place, column in enumerate(columns):
        frame.put(place, np.array(column, np.int64))
    frame.put(bottom, np.array(below, np.int64))
    numpy_far.linear(frame, linear, 0, list(enumerate(factors)))
    one = numpy_far.side(frame, linear, cuts, 0)
    other = numpy_far.more(frame, numpy_far.side(frame, bottom, 1, 2), start, 1)
    for beyond, judge in COMPARED.items():
        found = np.empty(COUNT, bool)
        numpy_far.stands(frame, beyond, one, other, found)
        assert found.tolist() == [judge(top * cuts, start * number) for top, number in zip(above, below, strict=True)]


def slope_near_ties(random: Random) -> tuple[tuple[int, int, int], list[tuple[int, int]], int]:
    """Return a slope, values on it near half quanta, and the most points it may give, all up to what is allowed."""
    share = random.choice((1, 2, 7, 10**6, of_bits(random, 14)))
    start = random.choice((1, -1, 0)) * of_bits(random, 47)
    base = start * share + random.randrange(share)
    most = random.choice((10**6, 10**8, SURE))
    most = min(most, SURE - 2 * abs(start) - 4)
    if abs(base) >> 62:
        return slope_near_ties(random)
    rate, limit = random.choice((1, -1)) * of_bits(random, 61), WORD // (4 * share) - 1
    pairs = []
    for _ in range(20 * COUNT):
        below = max(min(of_bits(random, 62), limit), 1)
        twice = 2 * random.choice((random.randint(-most, most), random.randint(-20, 20))) + 1
        above = (twice * share * below - 2 * base * below) // (2 * rate) + random.choice((0, 0, 1, -1))
        if -WORD <= above < WORD and abs(base * below + rate * above) <= most * share * below:
            pairs.append((above, below))
    return (base, rate, share), pairs[:COUNT], most


@pytest.mark.parametrize("seed", range(60))
def test_points_on_a_slope_are_rounded_as_whole_numbers_are(seed: int) -> None:
    slope, pairs, most = slope_near_ties(Random(seed))
    if not pairs:
        pytest.skip("no value lies on this slope")
    base, rate, share = slope
    above, below = (np.array(numbers, np.int64) for numbers in zip(*pairs, strict=True))
    wanted = [half_up(base * y + rate * x, share * y) for x, y in pairs]
    assert sloping(base, rate, share, above, below).tolist() == wanted
    frame = frame_of(len(pairs), most)
    frame.put(0, above)
    frame.put(1, below)
    assert numpy_far.quotient(frame, 0, 1, 0, slope, np.ones(len(pairs), bool)).tolist() == wanted


@pytest.mark.parametrize("parts", [FINE, MOST_FINE, 7**17])
def test_what_is_left_of_a_quotient_is_known_to_a_fine_quantum(parts: int) -> None:
    random = Random(parts)
    bottoms = [random.choice((random.randint(1, 40), of_bits(random, 61))) for _ in range(COUNT)]
    ties = [(2 * random.getrandbits(30) + 1) * bottom // 2 + random.randint(-1, 1) for bottom in bottoms]
    tops = [random.choice((tie, -tie, of_bits(random, 100))) for tie in ties]
    counted = [half_up(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)]
    found = Rests.none(parts, COUNT)
    below = np.array(bottoms, np.int64)
    found.add(np.arange(COUNT), wrapped(tops) - wrapped(counted) * below, below)
    assert found.sure.all()
    for fine, whole, top, bottom, quanta in zip(found.fine, found.whole, tops, bottoms, counted, strict=True):
        off = abs((Fraction(top, bottom) - quanta) * parts - int(fine))
        assert off == 0 if whole else off < 1


@pytest.mark.parametrize("bits", [20, 45, 50, 61])
@pytest.mark.parametrize("groups", [1, 40])
def test_the_best_of_many_that_are_nearly_equal_is_found(bits: int, groups: int) -> None:
    random = Random(bits)
    for best, choose in _CHOICES.items():
        level = random.choice((1, 2, Fraction(10**9 + 7, 10**9)))
        below = [1 + random.getrandbits(random.randint(1, bits)) for _ in range(COUNT)]
        above = [int(level * number) + random.choice((0, 0, -1, 1)) for number in below]
        group = [random.randrange(groups) for _ in range(COUNT)]
        found: dict[int, Fraction] = {}
        own = np.array(group) if groups > 1 else None
        arrays = (np.array(above, np.int64), np.array(below, np.int64), np.ones(COUNT, bool), own)
        _keep_best(SimpleNamespace(best=best), *arrays, found)  # type: ignore[arg-type]
        wanted: dict[int, Fraction] = {}
        for place, x, y in zip(group, above, below, strict=True):
            wanted[place] = choose(wanted.get(place, Fraction(x, y)), Fraction(x, y))
        assert found == wanted


_CHOICES: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"largest": max, "smallest": min}


def steeper(leaf: LeafOp, base: int) -> LeafOp:
    """Return a sub-criterion whose slopes begin elsewhere."""
    routes = (
        route._replace(pieces=tuple(piece._replace(base=base) for piece in route.pieces)) for route in leaf.routes
    )
    return leaf._replace(routes=tuple(routes))


def test_a_slope_too_steep_for_floats_takes_the_wide_path() -> None:
    programs = [compile_program(draw_book(Random(seed), 8, ("linear",))) for seed in range(10)]
    leaves = [leaf for program in programs for leaf in program.leaves if not leaf.consequences and not leaf.applies]
    plain = next(leaf for leaf in leaves if leaf.plain and leaf.bits and leaf.declared < 0)
    for base in (SURE * plain.share // 2, -SURE * plain.share // 2, 1 << 62):
        assert leaf_limit(steeper(plain, base), [])[1] == 0
    assert leaf_limit(steeper(plain, SURE * plain.share // 4), [])[1] > 0
