"""Every place of a rulebook that names an indicator, a kind of unit or a finding, and whether it is there.

The model is walked beside the tree, so that a complaint stands at the very name it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from tieuchi.loading.checker import Checker, Path
from tieuchi.model.condition import Condition, Conditions
from tieuchi.model.indicator import NUMBER_KINDS
from tieuchi.model.scale import Scale
from tieuchi.model.scale.checklist import Item
from tieuchi.model.value import NotLinearError, Option, Value, quotient_of

Kinds = tuple[str, ...]
Use = tuple[Path, str, Kinds]
"""A place, the indicator that it names, and the kinds that fit there."""

COUNT: Kinds = ("count",)
DATE: Kinds = ("date",)


def check_uses(checker: Checker, uses: Iterator[Use]) -> None:
    """Report indicators that are not there or are of a kind that does not fit."""
    for path, name, kinds in uses:
        indicator = checker.indicators.get(name)
        if indicator is None:
            checker.unknown(path, "R410", name, list(checker.indicators))
        elif indicator.kind not in kinds:
            place = (*checker.declaration(name), "kind")
            known = ", ".join(kinds)
            checker.report(path, "R411", there=(place,), name=name, kind=indicator.kind, known=known)


def value_uses(value: Value, path: Path) -> Iterator[Use]:
    """Yield every indicator that a value names."""
    here = (*path, value.kind)
    if value.count is not None:
        yield here, value.count, COUNT
    elif value.amount is not None:
        yield here, value.amount, NUMBER_KINDS
    elif value.days_late is not None:
        yield (*here, "date"), value.days_late.date, DATE
        if value.days_late.due_reading is not None:
            yield (*here, "due_reading"), value.days_late.due_reading, DATE
    elif value.truncate is not None:
        yield from value_uses(value.truncate.of, (*here, "of"))
    else:
        for index, part in enumerate(getattr(value, value.kind)):
            yield from _part_uses(part, (*here, index))


def _part_uses(part: object, path: Path) -> Iterator[Use]:
    if isinstance(part, Option):
        yield (*path, "count"), part.count, COUNT
    elif isinstance(part, Value):
        yield from value_uses(part, path)
    else:
        yield from value_uses(part.of, (*path, "of"))  # type: ignore[attr-defined]  # Weighted is all that is left


def check_scale(checker: Checker, scale: Scale, path: Path) -> bool:
    """Check every name inside a scale; say whether its values can be lowered."""
    here = (*path, scale.kind)
    sound = True
    if scale.lateness is not None:
        late = scale.lateness
        counts = (("assigned", late.assigned), ("done", late.done), ("late", late.late))
        check_uses(checker, (((*here, key), name, COUNT) for key, name in counts))
    elif scale.deadline is not None:
        check_uses(checker, iter([((*here, "date"), scale.deadline.date, DATE)]))
    elif scale.by_unit_kind is not None:
        for kind in scale.by_unit_kind.factors:
            _check_unit_kind(checker, kind, (*here, "factors", kind))
        sound = check_scale(checker, scale.by_unit_kind.scale, (*here, "scale"))
    for index, item in enumerate(scale.checklist or ()):
        sound = _check_item(checker, item, (*here, index)) and sound
    for index, branch in enumerate(scale.branches or ()):
        place = (*here, index)
        if branch.when is not None:
            sound = check_conditions(checker, branch.when, (*place, "when")) and sound
        if branch.value is not None:
            check_uses(checker, value_uses(branch.value, (*place, "value")))
        if branch.scale is not None:
            sound = check_scale(checker, branch.scale, (*place, "scale")) and sound
    return sound


def _check_item(checker: Checker, item: Item, path: Path) -> bool:
    if item.indicator is not None:
        check_uses(checker, iter([((*path, "indicator"), item.indicator, ("yes_no",))]))
    return item.when is None or check_conditions(checker, item.when, (*path, "when"))


def check_conditions(checker: Checker, conditions: Conditions, path: Path, *, findings: bool = False) -> bool:
    """Check every name in a list of conditions; say whether their values can be lowered."""
    listed = checker.root.at(path).kind != "mapping"
    places = [(*path, index) if listed else path for index in range(len(conditions))]
    sound = [_check_condition(checker, c, p, findings=findings) for c, p in zip(conditions, places, strict=True)]
    return all(sound)


def _check_condition(checker: Checker, condition: Condition, path: Path, *, findings: bool) -> bool:
    if condition.finding is not None:
        known = [finding.id for finding in checker.book.findings]
        if not findings:
            checker.report((*path, "finding"), "R422", name=condition.finding)
        elif condition.finding not in known:
            checker.unknown((*path, "finding"), "R423", condition.finding, known)
    for index, kind in enumerate(condition.unit_kind or ()):
        _check_unit_kind(checker, kind, (*path, "unit_kind", index))
    if condition.indicator is not None:
        kinds = NUMBER_KINDS
        if condition.is_ is not None:
            kinds = ("yes_no",) if isinstance(condition.is_, bool) else ("choice",)
        check_uses(checker, iter([((*path, "indicator"), condition.indicator, kinds)]))
        _check_choice(checker, condition, path)
    if condition.value is None:
        return True
    check_uses(checker, value_uses(condition.value, (*path, "value")))
    try:
        quotient_of(condition.value)
    except NotLinearError as error:
        checker.report((*path, "value"), "R302", kind=error.kind)
        return False
    return True


def _check_choice(checker: Checker, condition: Condition, path: Path) -> None:
    indicator = checker.indicators.get(condition.indicator or "")
    if indicator is None or indicator.kind != "choice" or not isinstance(condition.is_, str):
        return
    if condition.is_ not in indicator.choices:
        checker.unknown((*path, "is"), "R421", condition.is_, list(indicator.choices))


def _check_unit_kind(checker: Checker, kind: str, path: Path) -> None:
    if kind not in checker.book.unit_kinds:
        checker.unknown(path, "R414", kind, list(checker.book.unit_kinds), key=path[-2] == "factors")
