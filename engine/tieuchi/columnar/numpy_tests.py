"""Values and conditions over a block, the numpy road: yes, no, or the state that a lack leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tieuchi.columnar.block import Block, Codes, Ints
from tieuchi.columnar.layout import MISSING
from tieuchi.columnar.program import FormOp, Term, TestOp, Tests

NO, YES = 0, 1
"""Answers of a test; from 2 on it is the state of a lack."""


def worst_state(places: Sequence[int], block: Block) -> Codes | None:
    """Return the state that lacking readings leave, 0 where none lacks; None if no column lacks any."""
    worst: Codes | None = None
    for place in places:
        state = block.states[place]
        if state is not None:
            worst = state if worst is None else np.maximum(worst, state)
    return worst


def form_parts(form: FormOp, block: Block) -> tuple[Ints, Any, Codes | None]:
    """Return numerator, denominator (one number where it is the same for all) and lacks of a value.

    Where something lacks the denominator is 1 or more all the same, so that reckoning on does no harm.
    """
    lacks = worst_state(form.names, block)
    above = _linear(form.above, form.above_constant, block)
    below: Any = form.below_constant
    if form.below:
        below = _linear(form.below, form.below_constant, block)
        none = below <= 0
        if none.any():
            below = np.where(none, 1, below)
            zero = np.where(none, np.uint8(MISSING), np.uint8(0))
            lacks = zero if lacks is None else np.where(lacks != 0, lacks, zero)
    elif form.below_constant <= 0:
        below = 1
        lacks = np.full(block.count, MISSING, np.uint8) if lacks is None else np.where(lacks, lacks, np.uint8(MISSING))
    if form.step is not None:
        step, parts = form.step
        above, below = (above * parts) // (below * step) * step, parts
    return above, below, lacks


def _linear(terms: tuple[Term, ...], constant: int, block: Block) -> Ints:
    total: Any = constant
    for place, factor in terms:
        value = block.value(place)
        part = value if factor == 1 else value * factor
        total = part if total is constant and not constant else total + part
    return total if terms else block.zeros() + constant


def all_hold(tests: Tests, block: Block, findings: Sequence[Codes]) -> Codes:
    """Return whether all tests hold: no if any fails, else the worst lack, else yes."""
    result: Codes | None = None
    for test in tests:
        answer = _holds(test, block, findings)
        if result is None:
            result = answer
        else:
            result = np.where((result == NO) | (answer == NO), np.uint8(NO), np.maximum(result, answer))
    return np.full(block.count, YES, np.uint8) if result is None else result


def _holds(test: TestOp, block: Block, findings: Sequence[Codes]) -> Codes:
    if test.kind == "finding":
        return findings[test.finding]
    if test.kind == "unit_kind":
        return np.isin(block.kinds, np.array(test.kinds, np.int64)).astype(np.uint8)
    if test.kind == "equal":
        answer = np.asarray(block.value(test.slot) == test.expected, bool).astype(np.uint8)
        state = block.states[test.slot]
        return answer if state is None else np.where(state != 0, state, answer)
    assert test.form is not None
    above, below, lacks = form_parts(test.form, block)
    answer = np.asarray(_compared(above, below, test), bool).astype(np.uint8)
    return answer if lacks is None else np.where(lacks != 0, lacks, answer).astype(np.uint8)


def _compared(above: Ints, below: Any, test: TestOp) -> Any:
    """Compare ``above / below`` with a threshold by multiplying crosswise; ``below`` is positive."""
    top, bottom = test.threshold
    left = above if bottom == 1 else above * bottom
    right = top * below
    match test.operator:
        case "at_least":
            return left >= right
        case "more_than":
            return left > right
        case "at_most":
            return left <= right
        case "less_than":
            return left < right
        case "exactly":
            return left == right
