"""Plain numpy: a line of array operations for each rule, over parts of the table that stay in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from book import Case, Spec
from ours import NONE
from peers import Prepared
from rules import cut_of, fields_of, points_of

CHUNK = 1 << 13


class Numpy:
    """Rules as operations on arrays of one type, whole numbers or floats."""

    none = NONE

    def __init__(self, units: Mapping[str, Any], kinds: Any, best: Mapping[tuple[str, str], tuple[int, int]]) -> None:
        self.units, self.kind, self._best = units, kinds, best

    def column(self, name: str) -> Any:
        return self.units[name]

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        found = otherwise
        for condition, value in reversed(pairs):
            found = np.where(condition, value, found)
        return found

    def whole(self, above: Any, below: Any) -> Any:
        return above // np.maximum(below, 1)

    def best(self, above: str, below: str) -> tuple[Any, Any]:
        return self._best[above, below]

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return cut_of(spec, place)


def best_of(above: Any, below: Any) -> tuple[int, int]:
    """Return the two figures of the unit with the greatest quotient."""
    place = int(np.argmax(np.where(below > 0, above / np.maximum(below, 1), -1)))
    return int(above[place]), int(below[place])


def best_pairs(case: Case) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the best of each scale that compares units."""
    compared = [(s["above"], s["below"]) for s in case.specs if s["kind"] in ("relative", "leader")]
    return {names: best_of(*(case.units[name] for name in names)) for names in compared}


def prepared(case: Case, number: type = np.int64) -> Prepared:
    units = {name: column.astype(number, copy=False) for name, column in case.units.items()}
    places = {spec["id"]: place for place, spec in enumerate(case.specs)}
    fields = [[places[name] for name in names] for names in fields_of(case).values()]

    def run() -> Any:
        best = best_pairs(case)
        points = np.empty((len(case.specs), case.count), np.int32)
        sums = np.zeros((len(fields) + 1, case.count), np.int32)
        for start in range(0, case.count, CHUNK):
            part = slice(start, start + CHUNK)
            say = Numpy({name: column[part] for name, column in units.items()}, case.kinds[part], best)
            for place, spec in enumerate(case.specs):
                points[place, part] = np.maximum(points_of(spec, say), -1)
            for place, members in enumerate(fields):
                for member in members:
                    sums[place, part] += np.maximum(points[member, part], 0)
                sums[-1, part] += sums[place, part]
        return points, sums

    return Prepared(run, lambda found: np.where(found[0] < 0, NONE, found[0].astype(np.int64)))
