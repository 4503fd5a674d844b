"""The changes between two rulebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tieuchi.model.rulebook import Criterion, Rulebook

ChangeKind = Literal["added", "removed", "renumbered", "moved", "changed", "clause_added", "clause_removed"]
Tree = Mapping[str, Any]

_LISTED_BY = ("clause", "id", "grade", "count", "of")
_QUIET = frozenset({"reference", "basis", "note", "source", "hint"})
_OWN = frozenset({"id", "criteria"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    ``criterion`` is where (empty for the header), ``clause`` the lettered part if it is one, ``path`` the keys below
    it, ``before`` and ``after`` what stood and stands there, as written; whole clauses and criteria are trees.
    """

    kind: ChangeKind
    criterion: str
    clause: str = ""
    path: tuple[str, ...] = ()
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class _Placed:
    criterion: Criterion
    parent: str


def changes_between(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Return everything that changed in what a rulebook says of points, in the order of the new one.

    References, bases and notes are no rules and are not compared.

    Example:
        >>> from tieuchi.loading.rulebook import load_rulebook
        >>> book = load_rulebook("par-index-province/2017")
        >>> changes_between(book, book)
        ()
    """
    return tuple(_changes(old, new))


def _changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = _placed(old), _placed(new)
    renamed = _renumbered(before, after)
    for name, here in after.items():
        was = renamed.get(name, name)
        if was not in before:
            yield Change("added", name, after=_plain(here.criterion))
            continue
        if was != name:
            yield Change("renumbered", name, before=was, after=name)
        if before[was].parent != here.parent and renamed.get(here.parent, here.parent) != before[was].parent:
            yield Change("moved", name, before=before[was].parent, after=here.parent)
        yield from _within(name, _plain(before[was].criterion), _plain(here.criterion))
    gone = set(before) - set(after) - set(renamed.values())
    yield from (Change("removed", name, before=_plain(before[name].criterion)) for name in before if name in gone)
    yield from _header(_plain(old), _plain(new))


def _placed(book: Rulebook) -> dict[str, _Placed]:
    found: dict[str, _Placed] = {}
    stack = [(criterion, "") for criterion in reversed(book.criteria)]
    while stack:
        criterion, parent = stack.pop()
        found[criterion.id] = _Placed(criterion, parent)
        stack += [(part, criterion.id) for part in reversed(criterion.criteria or ())]
    return found


def _renumbered(before: Mapping[str, _Placed], after: Mapping[str, _Placed]) -> dict[str, str]:
    """Return the new ids of criteria that kept their title and lost their id, with the old ones."""
    lost: dict[str, list[str]] = {}
    for name, place in before.items():
        if name not in after:
            lost.setdefault(place.criterion.title.vi, []).append(name)
    found = {}
    for name, place in after.items():
        same = lost.get(place.criterion.title.vi, [])
        if name not in before and len(same) == 1:
            found[name] = same[0]
    return found


def _plain(model: Criterion | Rulebook) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def _within(criterion: str, before: Tree, after: Tree) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if key not in _OWN and key not in _QUIET:
            yield from _compared(criterion, "", (key,), before.get(key), after.get(key))


def _header(before: Tree, after: Tree) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if key not in ("criteria", "document", "period", "in_force_from", "in_force_to") and key not in _QUIET:
            yield from _compared("", "", (key,), before.get(key), after.get(key))


def _compared(criterion: str, clause: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            if key not in _QUIET and key not in _LISTED_BY[:1]:
                yield from _compared(criterion, clause, (*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and _named(before) and _named(after):
        yield from _listed(criterion, clause, path, _named(before), _named(after))
    else:
        yield Change("changed", criterion, clause, path, before, after)


def _named(entries: list[Any]) -> dict[str, Any]:
    """Return the entries of a list by clause, id or grade, or nothing where they have none."""
    for key in _LISTED_BY[:3]:
        if entries and all(isinstance(entry, dict) and key in entry for entry in entries):
            return {str(entry[key]): entry for entry in entries}
    return {}


def _listed(
    criterion: str, clause: str, path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name, entry in after.items():
        inner = f"{clause}/{name}" if clause else name
        if name not in before:
            yield Change("clause_added", criterion, inner, path, after=entry)
        else:
            yield from _compared(criterion, inner, path, before[name], entry)
    for name, entry in before.items():
        if name not in after:
            yield Change("clause_removed", criterion, f"{clause}/{name}" if clause else name, path, before=entry)
