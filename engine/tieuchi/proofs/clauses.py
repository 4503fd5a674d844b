"""The clauses that a rule author wrote, each with the pieces of routes that come from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tieuchi.model.plan import LeafPlan
from tieuchi.model.scale import Scale

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""A route and a piece on it."""

_NAMED = {
    "any_violation": (("none", "allowed"), ("violation", "allowed")),
    "lateness": (("not_done", "not_done"), ("some_late", "some_late"), ("on_time", "on_time")),
    "deadline": (("on_time", "on_time"), ("in_grace", "in_grace"), ("late", "late")),
    "linear": (("cut_off", "cut_off"),),
}
"""Scales whose pieces have names of their own: the name, and the key that it was written under."""


@dataclass(frozen=True, slots=True)
class Written:
    """One clause: where it stands inside the criterion, its name, and where it is taken."""

    path: Path
    name: str
    places: tuple[Place, ...]


def written_clauses(leaf: LeafPlan) -> tuple[Written, ...]:
    """Return the clauses of a sub-criterion, in the order of the rulebook."""
    criterion = leaf.criterion
    assert criterion.scale is not None
    found: list[Written] = []
    skipped = 0
    if criterion.nothing_assigned is not None and leaf.routes:
        skipped = 1
        found.append(Written(("nothing_assigned",), criterion.nothing_assigned.clause, ((0, 0),)))
    own = {
        (place, index): piece.source
        for place, route in enumerate(leaf.routes)
        if place >= skipped
        for index, piece in enumerate(route.pieces)
    }
    found += _of_scale(criterion.scale, ("scale",), own, leaf)
    return tuple(found)


def _of_scale(scale: Scale, path: Path, own: dict[Place, Path], leaf: LeafPlan) -> Iterator[Written]:
    inside = (*path, scale.kind)
    if scale.branches is not None:
        for index, branch in enumerate(scale.branches):
            places = {p: source[1:] for p, source in own.items() if source and source[0] == index}
            yield Written((*inside, index), branch.clause, tuple(places))
            if branch.scale is not None:
                below = {p: s[1:] for p, s in places.items() if s and s[0] == "scale"}
                yield from _of_scale(branch.scale, (*inside, index, "scale"), below, leaf)
    elif scale.by_unit_kind is not None:
        below = {p: s[1:] for p, s in own.items() if s and s[0] == "scale"}
        yield from _of_scale(scale.by_unit_kind.scale, (*inside, "scale"), below, leaf)
    elif scale.bands is not None:
        for index, band in enumerate(scale.bands):
            yield Written((*inside, index), band.clause, tuple(p for p, s in own.items() if s and s[0] == index))
    else:
        for name, key in _NAMED.get(scale.kind, ()):
            spots = [p for p in own if leaf.routes[p[0]].pieces[p[1]].clause == name]
            if spots and getattr(getattr(scale, scale.kind), key) is not None:
                yield Written((*inside, key), name, tuple(spots))
