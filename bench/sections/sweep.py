"""What would change the points: variants of every threshold, breakpoints of one, one reading; also as others do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from book import Case, Spec, book_text, make_case
from measure import Times, Work, alternate, alternate_units
from ours import Ours, leaders
from peers import peer
from peers.numpy import Numpy, best_pairs
from peers.polars import Polars, scored
from rules import cut_count, cut_of, points_of
from tieuchi.api import load_readings
from tieuchi.batch.quantised import quantised
from tieuchi.loading.rulebook import rulebook_tree
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.scoring.scorer import Scorer
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.dial import Dial, Rules, dial_of
from tieuchi.whatif.rescore import Desk
from tieuchi.whatif.sweep_kernel import swept_totals
from tieuchi.whatif.terms import marks_among, terms_of

UNITS = 63
GRID = 10_000
"""Thresholds are tried at whole multiples of one of so many parts."""
SPREAD = 10
"""So many values on each side of where a threshold stands."""


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    variants = Variants.of(make_case(UNITS), 10_000 if quick else 100_000)
    return {
        "thresholds": len(variants.dials),
        "variants": len(variants.places),
        **_differences(variants),
        "sweep": _sweeps(variants, quick=quick),
        "breakpoints": {kind: _breakpoints(kind, 1_000 if quick else 10_000) for kind in ("growth", "ratio")},
        "one reading": _one_reading(),
    }


@dataclass(frozen=True)
class Variants:
    """Units under many settings of every threshold that can be turned.

    ``values`` are the numerators over ``GRID`` that a threshold takes; ``places`` says which, a row for each variant.
    """

    case: Case
    dials: list[tuple[int, int, Dial]]
    values: list[Any]
    places: Any

    @classmethod
    def of(cls, case: Case, count: int) -> Variants:
        dials = list(_dials(case))
        draw = np.random.default_rng(5)
        values = [np.arange(-SPREAD, SPREAD + 1) + round(dial.base * GRID) for _, _, dial in dials]
        return cls(case, dials, values, draw.integers(0, 2 * SPREAD + 1, (count, len(dials))))

    def specs(self, variant: int) -> list[Spec]:
        """Return the sub-criteria with the thresholds of one variant."""
        found = [dict(spec) for spec in self.case.specs]
        for column, (place, cut, _) in enumerate(self.dials):
            text = str(Fraction(int(self.values[column][self.places[variant, column]]), GRID))
            if "cuts" in found[place]:
                cuts = list(found[place]["cuts"])
                cuts[cut] = (text, cuts[cut][1])
                found[place]["cuts"] = cuts
            else:
                found[place]["cut_off"] = text
        return found

    def variant(self, number: int) -> Case:
        return replace(self.case, specs=self.specs(number))

    def tops(self, part: slice) -> dict[tuple[str, int], Any]:
        """Return the numerators of some variants, by sub-criterion and threshold."""
        return {
            (self.case.specs[place]["id"], cut): self.values[column][self.places[part, column]]
            for column, (place, cut, _) in enumerate(self.dials)
        }


def _dials(case: Case) -> Iterator[tuple[int, int, Dial]]:
    """Yield every threshold that only moves ends of steps, with its sub-criterion.

    Each is looked up in a rulebook of one sub-criterion, which loads faster than all of them as often.
    """
    for place, spec in enumerate(case.specs):
        if not cut_count(spec):
            continue
        names = {spec["above"], spec.get("below", spec["above"])}
        rules = Rules(parse_yaml(book_text([spec], {n: case.columns[n] for n in case.columns if n in names}), "bench"))
        for cut in range(cut_count(spec)):
            path = f"{spec['id']}/c{cut}/at_least" if "cuts" in spec else f"{spec['id']}/cut_off"
            dial = dial_of(rules, path)
            if dial.stepped and dial.base > 0:
                yield place, cut, replace(dial, edges=tuple(replace(edge, leaf=place) for edge in dial.edges))


def prepared_sweep(variants: Variants) -> Work:
    """Return the sweep by terms: what passing a threshold gives, added up for each variant."""
    ours = Ours(variants.case)
    cohort = Cohort(ours.plan, ours.readings(UNITS))
    base, gains, marks, points = cohort.totals.copy(), [], [], []
    for column, (_, _, dial) in enumerate(variants.dials):
        values = [Fraction(value, GRID) for value in variants.values[column].tolist()]
        settings = sorted({*values, dial.base})
        places = np.array([settings.index(value) for value in values], np.int32)
        for term in terms_of(cohort, dial):
            mark = marks_among(term, settings)
            base -= np.where(mark >= settings.index(dial.base), term.gain, 0)
            gains.append(term.gain)
            marks.append(mark)
            points.append((column, places))
    table = np.array(gains), np.array(marks)
    return lambda: swept_totals(base, *table, points, variants.places, compiled=True)


def _scored_and_swept(variants: Variants) -> Any:
    return prepared_sweep(variants)()


def _differences(variants: Variants) -> dict[str, int]:
    """Return how many totals of a few variants differ from scoring the changed rulebook exactly.

    A unit that something missing leaves without a total has none to compare; both roads must say so of the same units.
    """
    few, ours = 5, Ours(variants.case)
    settled = Cohort(ours.plan, ours.readings(UNITS)).settled
    swept = prepared_sweep(replace(variants, places=variants.places[:few]))()
    compared = differ = disagreed = 0
    for number in range(few):
        ours = Ours(variants.variant(number))
        units, scorer = ours.readings(UNITS), Scorer(ours.plan)
        group = [units[place] for place in leaders(variants.case)]
        cards = [scorer.score(unit, group) for unit in units]
        disagreed += sum(
            (card.total.points is not None) != known for card, known in zip(cards, settled.tolist(), strict=True)
        )
        for unit in np.flatnonzero(settled).tolist():
            compared += 1
            differ += quantised(cards[unit])[1][-1].low != int(swept[number][unit])
    return {
        "units without a total": int((~settled).sum()),
        "totals compared": compared,
        "totals that differ": differ + disagreed,
    }


def _sweeps(variants: Variants, *, quick: bool) -> dict[str, Any]:
    """Return seconds for all variants of each way; slow ways do some and are scaled."""
    count = len(variants.places)
    works: dict[str, tuple[int, Work]] = {
        "tieuchi": (count, prepared_sweep(variants)),
        "tieuchi, with the units scored first": (count, lambda: _scored_and_swept(variants)),
        "plain numpy, all variants at once": (few := min(2_000, count), lambda: _by_numpy(variants, few)),
        "polars, cross join": (500, _by_polars(variants, 500)),
        "exact road, rulebook by rulebook": (1, lambda: _by_rescoring(variants)),
    }
    openfisca, zen = peer("openfisca"), peer("zen")
    if not isinstance(openfisca, str):
        works["openfisca, simulation by simulation"] = 3, _by_openfisca(openfisca, variants, 3)
    if not isinstance(zen, str):
        works["zen, decision by decision"] = 2, _by_zen(zen, variants, 2)
    times = alternate_units(works, 3, budget=60 if not quick else 10)
    return {
        "seconds": {name: times.median(name) * count for name in works},
        "times ours": {name: times.ratio(name, "tieuchi") for name in works},
    }


class _Thresholds(Numpy):
    """Plain numpy in which thresholds are a column of variants, against which units are a row."""

    def __init__(self, *given: Any, tops: dict[tuple[str, int], Any]) -> None:
        super().__init__(*given)
        self.tops = tops

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        top = self.tops.get((spec["id"], place))
        return cut_of(spec, place) if top is None else (top[:, None], GRID)


def _by_numpy(variants: Variants, count: int, chunk: int = 500) -> Any:
    case, found = variants.case, np.zeros((count, UNITS), np.int64)
    best = best_pairs(case)
    for start in range(0, count, chunk):
        part = slice(start, start + chunk)
        say = _Thresholds(case.units, case.kinds, best, tops=variants.tops(part))
        for spec in case.specs:
            found[part] += np.maximum(points_of(spec, say), 0)
    return found


class _Joined(Polars):
    """Polars in which thresholds are columns beside those of the unit."""

    def __init__(self, turned: set[tuple[str, int]]) -> None:
        self.turned = turned

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return (pl.col(f"{spec['id']}/{place}"), GRID) if (spec["id"], place) in self.turned else cut_of(spec, place)


def _by_polars(variants: Variants, count: int) -> Work:
    tops = variants.tops(slice(0, count))
    thresholds = pl.DataFrame({f"{name}/{place}": top for (name, place), top in tops.items()}).lazy()
    units = pl.DataFrame({**variants.case.units, "unit_kind": variants.case.kinds}).lazy()
    joined = thresholds.join(units, how="cross")
    query = scored(joined, variants.case, _Joined(set(tops))).select("total")
    run: Work = query.collect
    return run


def _by_rescoring(variants: Variants) -> None:
    ours = Ours(variants.variant(0))
    scorer, units = Scorer(ours.plan), ours.readings(UNITS)
    for unit in units:
        scorer.score(unit)


def _by_openfisca(openfisca: Any, variants: Variants, count: int) -> Work:
    """Return simulations after one another, each with the parameters of a variant."""
    systems = [openfisca.system_of(variants.variant(number)) for number in range(count)]

    def run() -> None:
        for system in systems:
            openfisca.simulation(system, variants.case).calculate("total", openfisca.PERIOD)

    return run


def _by_zen(zen: Any, variants: Variants, count: int) -> Work:
    cases, contexts = [variants.variant(number) for number in range(count)], zen.contexts(variants.case)

    def run() -> None:
        for case in cases:
            made = zen.decision(case)
            for context in contexts:
                made.evaluate(context)

    return run


def _breakpoints(kind: str, count: int) -> dict[str, Any]:
    """Return seconds for all breakpoints of one threshold over many units, and for the unequal values as floats."""
    case = make_case(count)
    spec = next(s for s in case.specs if s["kind"] == kind)
    names = [spec["above"], spec["below"]]
    columns = {name: case.columns[name] for name in names}
    own = Case([spec], columns, {name: case.units[name] for name in names}, case.kinds)
    rules = Rules(parse_yaml(book_text([spec], columns), "bench"))
    cohort = Cohort(rules.plan, Ours(own).readings(count))
    dial = dial_of(rules, f"{spec['id']}/c0/at_least")
    terms = terms_of(cohort, dial)
    above, below = (own.units[name] for name in names)

    def anew() -> Breakpoints:
        cohort.__dict__.pop("columns", None)  # what units say is read again from their columns
        return Breakpoints(cohort, dial)

    works: dict[str, Work] = {
        "tieuchi": anew,
        "tieuchi, values at hand": lambda: Breakpoints(cohort, dial, terms),
        "plain numpy, floats": lambda: np.unique(above[below > 0] / below[below > 0]),
    }
    return {"units": count, "found": len(Breakpoints(cohort, dial)), "seconds": _medians(alternate(works))}


def _one_reading() -> dict[str, Any]:
    """Return seconds for one changed reading of the published example, and for scoring all of it again."""
    rules = Rules(rulebook_tree("par-index-province/2017"))
    readings = load_readings("soc-trang-2017", rules.book)
    desk, scorer = Desk(rules.plan, readings), Scorer(rules.plan)
    change = {"enterprises_new": Fraction(423)}
    works: dict[str, tuple[int, Work]] = {
        "tieuchi": (200, lambda: [desk.attempt(change) for _ in range(200)]),
        "scoring all again": (20, lambda: [scorer.score(readings) for _ in range(20)]),
    }
    return {"seconds": _medians(alternate_units(works, 7)), "rulebook": len(rules.plan.leaves)}


def _medians(times: Times) -> dict[str, float]:
    return {name: times.median(name) for name in times.seconds}
