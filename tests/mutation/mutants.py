"""Single mistakes in a rulebook: each as the tree with one thing wrong, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from tieuchi.loading.tree_paths import TreePath, criteria_of, edited
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import exact_text, parse_number

THRESHOLDS = (
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "exactly",
    "full_at",
    "zero_at",
    "cut_off",
    "up_to",
    "allowed",
)
FLIPPED = {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}
POINTS = ("points", "each", "base", "floor", "on_time", "some_late", "not_done", "late", "in_grace", "deduct")
LISTS = ("bands", "branches", "checklist", "consequences", "findings", "classes")
NAMES = ("indicator", "count", "amount", "date", "assigned", "done", "criterion", "for_each", "finding")
VALUES = ("ratio", "coverage", "growth", "sum", "difference")


@dataclass(frozen=True)
class Mutant:
    """One mistake: its kind, the criterion it is in (empty for the header), where, and the tree that has it."""

    kind: str
    criterion: str
    where: str
    tree: Node


def mutants_of(root: Node) -> Iterator[Mutant]:
    """Yield every single mistake of a rulebook, criterion by criterion, then in findings and grades."""
    for name, path in criteria_of(root):
        yield from _below(root, path, name, skip=("criteria", "reference", "note", "title"))
    for key in ("findings", "grades"):
        if root.get(key) is not None:
            yield from _below(root, (key,), "", skip=("reference", "note", "title"))


def _below(root: Node, path: TreePath, criterion: str, skip: tuple[str, ...]) -> Iterator[Mutant]:
    node = root.at(path)
    here = root

    def made(kind: str, place: TreePath, change: Callable[[Node], Node | None]) -> Mutant:
        return Mutant(kind, criterion, "/".join(str(step) for step in place), edited(here, place, change))

    for key, value in node.items:
        if key.text in skip:
            continue
        place = (*path, key.text)
        if value.kind == "scalar":
            yield from _scalar(key.text, value, place, made)
            if key.text in FLIPPED:
                flipped = replace(key, text=FLIPPED[key.text])
                yield made("operator flipped", path, lambda n, k=key, f=flipped: _renamed(n, k, f))
        else:
            if key.text in VALUES and value.kind == "sequence":
                yield made("operands swapped", place, lambda n: replace(n, parts=n.parts[::-1]))
            if key.text in LISTS and value.kind == "sequence":
                yield from _list(value, place, made)
            yield from _below(root, place, criterion, skip)
    for index, part in enumerate(node.parts):
        place = (*path, index)
        if part.kind == "scalar" and path[-1] in VALUES:
            yield made("id misspelt", place, lambda n: replace(n, text=n.text + "x"))
        else:
            yield from _below(root, place, criterion, skip)


def _renamed(node: Node, key: Node, new: Node) -> Node:
    return replace(node, items=tuple((new if k is key else k, v) for k, v in node.items))


def _scalar(key: str, value: Node, place: TreePath, made: Callable[..., Mutant]) -> Iterator[Mutant]:
    number = _number(value.text)
    if key in THRESHOLDS and number is not None:
        percent = value.text.strip().endswith("%")
        grain = Fraction(1, 100) if percent else Fraction(1)
        for step, kind in ((1, "threshold nudged up"), (-1, "threshold nudged down")):
            yield made(kind, place, _set(number + step * grain, percent=percent))
        yield made("threshold far off", place, _set(number * 2 + grain, percent=percent))
        if percent:
            yield made("percent for fraction", place, lambda n: replace(n, text=n.text.strip().rstrip("%")))
        else:
            yield made("fraction for percent", place, lambda n: replace(n, text=n.text.strip() + "%"))
    if key in POINTS and number is not None:
        for kind, changed in (("points raised", number + Fraction(1, 4)), ("points lowered", number - Fraction(1, 4))):
            yield made(kind, place, _set(changed, percent=False))
    if key == "max_points" and number is not None:
        yield made("maximum changed", place, _set(number + Fraction(1, 2), percent=False))
        yield made("maximum changed", place, _set(number * 2, percent=False))
    if key == "is":
        turned = {"true": "false", "false": "true"}.get(value.text, value.text + "x")
        yield made("yes for no", place, lambda n: replace(n, text=turned))
    if key in NAMES and value.text:
        yield made("id misspelt", place, lambda n: replace(n, text=n.text + "x"))
    if key == "direction":
        other = {"higher_is_better": "lower_is_better"}.get(value.text, "higher_is_better")
        yield made("direction turned", place, lambda n: replace(n, text=other))


def _list(value: Node, place: TreePath, made: Callable[..., Mutant]) -> Iterator[Mutant]:
    for index in range(len(value.parts)):
        drop = lambda n, i=index: replace(n, parts=n.parts[:i] + n.parts[i + 1 :])  # noqa: E731
        twice = lambda n, i=index: replace(n, parts=(*n.parts[: i + 1], *n.parts[i:]))  # noqa: E731
        yield made("entry dropped", (*place, index)[:-1], drop)
        yield made("entry duplicated", place, twice)
        if index + 1 < len(value.parts):
            yield made("entries swapped", place, lambda n, i=index: replace(n, parts=_swapped(n.parts, i)))


def _swapped(parts: tuple[Node, ...], index: int) -> tuple[Node, ...]:
    return (*parts[:index], parts[index + 1], parts[index], *parts[index + 2 :])


def _set(number: Fraction, *, percent: bool) -> Callable[[Node], Node]:
    text = f"{exact_text(number * 100)}%" if percent else exact_text(number)
    return lambda node: replace(node, text=text)


def _number(text: str) -> Fraction | None:
    try:
        return parse_number(text)
    except ValueError:
        return None
