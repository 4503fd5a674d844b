"""What each kind of sub-criterion gives, in whole quanta, as one would write it by hand for a peer.

The text is written once and spoken in every peer's language: a language says what a column is, how cases are told
apart and how a whole quotient is taken; ``+``, ``-``, ``*``, ``>=`` and ``<`` are its own operators. Points are in
quanta of 10^-6, and a figure that would overflow 64 bits is taken in two steps, as a careful author does.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from book import DUE, FACTORS, KINDS, Case, Spec, day

QUANTUM = 10**6
FINE = 1000
PERCENT = 10_000
"""What a column of percents is multiplied with to be whole."""


class Language(Protocol):
    """How a peer says things."""

    none: Any
    """No points: a value can't be made."""
    kind: Any
    """The kind of the unit, by its place in ``KINDS``."""

    def column(self, name: str) -> Any:
        """Return a column of readings."""

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        """Return the value of the first condition that holds."""

    def whole(self, above: Any, below: Any) -> Any:
        """Return the whole part of a quotient; neither number is negative. Nothing is asked of a denominator of 0."""

    def best(self, above: str, below: str) -> tuple[Any, Any]:
        """Return the two figures of the unit whose quotient is the greatest."""

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        """Return a threshold as numerator and denominator."""


def cut_of(spec: Spec, place: int) -> tuple[int, int]:
    """Return a threshold of a sub-criterion as it stands in the rulebook."""
    text = spec["cuts"][place][0] if "cuts" in spec else spec["cut_off"]
    return Fraction(text).as_integer_ratio()


def cut_count(spec: Spec) -> int:
    return len(spec.get("cuts", ())) or int("cut_off" in spec)


def quanta(points: Fraction) -> int:
    """Return points in quanta, half up."""
    return int((points * QUANTUM + Fraction(1, 2)).__floor__())


def points_of(spec: Spec, say: Language) -> Any:
    """Return the points of a sub-criterion."""
    match spec["kind"]:
        case "ratio" | "linear" | "increments" | "by_kind" | "relative" | "leader":
            above, below = say.column(spec["above"]), say.column(spec["below"])
            found = _RATIOS[spec["kind"]](spec, say, above, below)
            return say.case([(below < 1, quanta(spec["none"]))], found)
        case "growth":
            now, before = say.column(spec["above"]), say.column(spec["below"])
            return say.case([(before < 1, say.none)], _banded(spec, say, now - before, before))
        case "count":
            return _banded(spec, say, say.column(spec["above"]), 1)
        case _:
            return _plain(spec, say)


def _banded(spec: Spec, say: Language, above: Any, below: Any, factor: Fraction = Fraction(1)) -> Any:
    pairs = []
    for place, (_, points) in enumerate(spec["cuts"]):
        top, bottom = say.cut(spec, place)
        pairs.append((above * (bottom * factor.denominator) >= below * (top * factor.numerator), quanta(points)))
    return say.case(pairs, 0)


def _by_kind(spec: Spec, say: Language, above: Any, below: Any) -> Any:
    factors = [Fraction(FACTORS.get(kind, 1)) for kind in KINDS]
    bands = [_banded(spec, say, above, below, factor) for factor in factors]
    return say.case([(say.kind >= place, bands[place]) for place in (2, 1)], bands[0])


def _linear(spec: Spec, say: Language, above: Any, below: Any) -> Any:
    top, bottom = say.cut(spec, 0)
    most = quanta(spec["most"])
    short, full = above * bottom < below * top, above >= below
    return say.case([(short, 0), (full, most)], _share(say, most, above, below))


def _share(say: Language, most: int, above: Any, below: Any) -> Any:
    """Return ``most * above / below``, half up, in two steps: the product alone would not fit 64 bits for money."""
    high = say.whole(above * (most // FINE), below)
    rest = above * (most // FINE) - high * below
    return high * FINE + say.whole(rest * (2 * FINE) + below, below * 2)


def _increments(spec: Spec, say: Language, above: Any, below: Any) -> Any:
    most = quanta(spec["most"])
    points = say.whole(above * 10 - below * 5, below) * (most // 8) + most // 4
    return say.case([(above * 10 < below * 5, most // 4), (points >= most, most)], points)


def _relative(spec: Spec, say: Language, above: Any, below: Any) -> Any:
    top, bottom = say.best(spec["above"], spec["below"])
    most = quanta(spec["most"])
    return say.case([(top < 1, say.none)], _half_up(say, above * bottom * most, below * top))


def _leader(spec: Spec, say: Language, above: Any, below: Any) -> Any:
    """Return points below and beyond a target of one half, where half of the points are."""
    top, bottom = say.best(spec["above"], spec["below"])
    half = quanta(spec["most"] / 2)
    excess, most_excess = (above * 2 - below) * bottom, (top * 2 - bottom) * below
    beyond = say.case([(most_excess < 1, half)], _half_up(say, excess * half, most_excess) + half)
    return say.case([(above * 2 < below, _half_up(say, above * (2 * half), below))], beyond)


def _half_up(say: Language, above: Any, below: Any) -> Any:
    return say.whole(above * 2 + below, below * 2)


_RATIOS: dict[str, Any] = {
    "ratio": _banded, "linear": _linear, "increments": _increments, "by_kind": _by_kind, "relative": _relative,
    "leader": _leader,
}  # fmt: skip


def _plain(spec: Spec, say: Language) -> Any:
    """Return the points of a sub-criterion that measures no quotient."""
    most = quanta(spec["most"])
    each = quanta(Fraction(spec["each"])) if "each" in spec else 0
    match spec["kind"]:
        case "deduction":
            return _deducted(say, most, each, say.column(spec["above"]))
        case "per_item":
            items = say.column(spec["above"]) * each
            return say.case([(items >= most, most)], items)
        case "any_violation":
            return say.case([(say.column(spec["above"]) >= 1, 0)], most)
        case "branches":
            rest = _deducted(say, most, each, say.column(spec["above"]))
            return say.case([(say.column(spec["flags"][0]) >= 1, most)], rest)
        case "checklist":
            parts = [(say.column(flag), most // share) for flag, share in zip(spec["flags"], (2, 4, 4), strict=True)]
            first, second, third = (say.case([(flag >= 1, part)], 0) for flag, part in parts)
            return first + second + third
        case "survey":
            both = say.column(spec["items"][0]) + say.column(spec["items"][1])
            mean = say.whole(both * (2 * most) + 2 * PERCENT, 4 * PERCENT)
            return say.case([(both >= 2 * PERCENT, most)], mean)
        case "lateness":
            assigned, done, late = (say.column(spec[key]) for key in ("assigned", "done", "late"))
            return say.case([(assigned - done >= 1, 0), (late >= 1, most // 2)], most)
        case "deadline":
            return say.case([(say.column(spec["date"]) >= day(DUE) + 1, 0)], most)
        case "findings_only":
            return say.case([(say.column(spec["flags"][0]) >= 1, most - most // 2)], most)
    return say.column(spec["declared"])


def _deducted(say: Language, most: int, each: int, count: Any) -> Any:
    return say.case([(count * each >= most, 0)], count * -each + most)


def fields_of(case: Case) -> dict[str, list[str]]:
    """Return the sub-criteria of each field."""
    fields: dict[str, list[str]] = {}
    for spec in case.specs:
        fields.setdefault(spec["id"].split(".")[0], []).append(spec["id"])
    return fields


class Text:
    """An expression as text, of a language whose operators look like these."""

    def __init__(self, text: Any) -> None:
        self.text = str(text)

    def __str__(self) -> str:
        return self.text

    def _with(self, sign: str, other: Any) -> Text:
        return Text(f"({self} {sign} {other})")

    def __add__(self, other: Any) -> Text:
        return self._with("+", other)

    def __sub__(self, other: Any) -> Text:
        return self._with("-", other)

    def __mul__(self, other: Any) -> Text:
        return self._with("*", other)

    def __ge__(self, other: Any) -> Text:
        return self._with(">=", other)

    def __lt__(self, other: Any) -> Text:
        return self._with("<", other)
