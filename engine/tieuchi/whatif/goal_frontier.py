"""The frontier of effort and points, without search.

Of each group only the options on its upper hull are taken, each step replacing the one before; all steps together are
sorted by what they gain for what they cost. Having taken the first k of them solves the programme for exactly the
effort spent: it is the corner at which the relaxed programme needs no part of an option.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tieuchi.whatif.goal_grid import Option

NOTHING = Option((), Fraction(0), Fraction(0))


def hull(options: Sequence[Option]) -> list[Option]:
    """Return the options on the upper hull over doing nothing, by rising effort.

    Example:
        >>> a, b, c = (Option((), Fraction(e), Fraction(g)) for e, g in ((1, 1), (2, 5), (3, 6)))
        >>> [int(o.gain) for o in hull([a, b, c])]
        [5, 6]
    """
    kept = [NOTHING]
    for option in sorted(options, key=lambda o: (o.effort, o.gain)):
        while len(kept) > 1 and _steeper(kept[-2], kept[-1], option):
            kept.pop()
        if option.gain > kept[-1].gain:
            if option.effort == kept[-1].effort and len(kept) > 1:
                kept.pop()
            kept.append(option)
    return kept[1:]


def _steeper(first: Option, second: Option, third: Option) -> bool:
    """Say whether the second lies on or below the line from the first to the third."""
    rise, run = third.gain - first.gain, third.effort - first.effort
    return (second.gain - first.gain) * run <= rise * (second.effort - first.effort)


def hull_steps(groups: Sequence[Sequence[Option]]) -> Iterator[tuple[int, Option]]:
    """Yield the group and its next option, the best gain for its cost first."""
    steps: list[tuple[bool, Fraction, int, int, Option]] = []
    for place, options in enumerate(groups):
        before = NOTHING
        for order, option in enumerate(hull(options)):
            cost, gain = option.effort - before.effort, option.gain - before.gain
            steps.append((bool(cost), -gain / cost if cost else -gain, place, order, option))
            before = option
    for _, _, place, _, option in sorted(steps, key=lambda step: step[:4]):
        yield place, option
