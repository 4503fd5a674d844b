"""Maxima that do not add up, with the places of all that was added and readings of a unit that earns the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from tieuchi.errors import Example
from tieuchi.loading.checker import Checker, Path
from tieuchi.model.canonical import Route, Test
from tieuchi.model.lowering import applies_tests, indicators_read, test_indicators
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion

if TYPE_CHECKING:
    from tieuchi.algebra.most import Earner

Lowered = Mapping[Path, tuple[Route, ...]]
"""The routes of the sub-criteria that are sound, by their places."""
_Leaf = tuple[Path, Criterion, tuple[Test, ...]]


def check_sums(checker: Checker, groups: list[tuple[Path, Criterion]], lowered: Lowered) -> None:
    """Report each criterion whose maximum is not the sum of its parts, and the rulebook where its own is not."""
    whole = checker.book
    _check_sum(checker, (), whole.id, whole.max_points, whole.criteria, lowered)
    for path, group in groups:
        _check_sum(checker, path, group.id, group.max_points, group.criteria or (), lowered)


def _check_sum(
    checker: Checker, path: Path, name: str, declared: Fraction, parts: tuple[Criterion, ...], lowered: Lowered
) -> None:
    added = [((*path, "criteria", place), part) for place, part in enumerate(parts) if part.block is None]
    total = sum((part.max_points for _, part in added), Fraction(0))
    if total == declared:
        return
    shown = _most(checker, added, lowered)
    checker.report(
        (*path, "max_points"),
        "R402",
        clauses=(name, *(part.id for _, part in added)),
        there=tuple((*place, "max_points") for place, _ in added),
        examples=() if shown is None else (shown,),
        sum=total,
        max=declared,
        terms=" + ".join(exact_text(part.max_points) for _, part in added),
    )


def _most(checker: Checker, added: list[tuple[Path, Criterion]], lowered: Lowered) -> Example | None:
    """Return readings of a unit that earns the most in all parts, with what each earns; None where none were found."""
    from tieuchi.algebra.example import example_of
    from tieuchi.algebra.most import most_together

    leaves = [(part.id, leaf) for place, part in added for leaf in _leaves(part, place, ())]
    earners = [_earner(checker, leaf, lowered) for _, leaf in leaves]
    sound = [earner for earner in earners if earner is not None]
    if len(sound) != len(earners):
        return None
    found = most_together(sound, checker.seeker.domain, checker.seeker.ask)
    if found is None:
        return None
    witness, points = found
    earned = {part.id: Fraction(0) for _, part in added}
    for (name, _), more in zip(leaves, points, strict=True):
        earned[name] += more
    return example_of(witness, checker.seeker.domain, points=earned, total=sum(points, Fraction(0)))


def _leaves(criterion: Criterion, path: Path, above: tuple[Test, ...]) -> Iterator[_Leaf]:
    applies = (*above, *applies_tests(criterion))
    if criterion.criteria is None:
        yield path, criterion, applies
    for place, part in enumerate(criterion.criteria or ()):
        yield from _leaves(part, (*path, "criteria", place), applies)


def _earner(checker: Checker, leaf: _Leaf, lowered: Lowered) -> Earner | None:
    from tieuchi.algebra.most import Earner, earner_of
    from tieuchi.algebra.query import Query

    path, criterion, applies = leaf
    if criterion.scale is not None and criterion.scale.declared is not None:
        return Earner(((criterion.max_points, Query(())),), ())
    routes = lowered.get(path, ())
    if not routes:
        return None
    read = (*(name for test in applies for name in test_indicators(test)), *indicators_read(routes))
    return earner_of(routes, applies, tuple(dict.fromkeys(read)), checker.indicators)


__all__ = ["check_sums"]
