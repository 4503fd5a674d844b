"""OpenFisca: a variable for each column and each sub-criterion, thresholds as dated parameters, all units as one array.

It keeps whole numbers in 32 bits and other numbers as 32-bit floats, so money is given as floats: whole numbers would
wrap round.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from book import Case, Spec
from ours import NONE
from peers import Prepared
from peers.numpy import best_of
from rules import cut_count, cut_of, fields_of, points_of

PERIOD = "2024"
UNIT = build_entity(key="unit", plural="units", label="", doc="", is_person=True)
logging.getLogger("openfisca_core").setLevel(logging.CRITICAL)


class Openfisca:
    """Rules as formulas: other variables and parameters of a period."""

    none = -1

    def __init__(self, unit: Any, period: Any, parameters: Any) -> None:
        self.unit, self.period, self.parameters = unit, period, parameters
        self.kind = self.column("unit_kind")

    def column(self, name: str) -> Any:
        return self.unit(name, self.period).astype(np.int64)

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        conditions, values = zip(*pairs, strict=True)
        return np.select(conditions, values, otherwise)

    def whole(self, above: Any, below: Any) -> Any:
        return above // np.maximum(below, 1)

    def best(self, above: str, below: str) -> tuple[Any, Any]:
        return best_of(self.column(above), self.column(below))

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        node = getattr(self.parameters(self.period), key(spec["id"]))
        return getattr(node, f"top_{place}"), getattr(node, f"bottom_{place}")


def key(name: str) -> str:
    return "s_" + name.replace(".", "_")


def system_of(case: Case) -> Any:
    """Return the rulebook as a tax and benefit system."""
    system = TaxBenefitSystem([UNIT])
    with tempfile.TemporaryDirectory() as folder:
        for spec in case.specs:
            if cut_count(spec):
                Path(folder, f"{key(spec['id'])}.yaml").write_text(yaml.safe_dump(_parameters(spec)))
        system.load_parameters(folder)
    for name, sort in case.columns.items():
        _add(system, name, float if "money" in sort else int)
    _add(system, "unit_kind", int)
    for spec in case.specs:
        _add(system, key(spec["id"]), int, _formula(spec))
    fields = fields_of(case)
    for name, members in fields.items():
        _add(system, f"field_{name}", int, _sum_of([key(member) for member in members]))
    _add(system, "total", int, _sum_of([f"field_{name}" for name in fields]))
    return system


def _parameters(spec: Spec) -> dict[str, Any]:
    cuts = [cut_of(spec, place) for place in range(cut_count(spec))]
    named = {f"{part}_{place}": cut[i] for place, cut in enumerate(cuts) for i, part in enumerate(("top", "bottom"))}
    return {name: {"values": {"2020-01-01": value}} for name, value in named.items()}


def _add(system: Any, name: str, value_type: type, formula: Any = None) -> None:
    body = {"value_type": value_type, "entity": UNIT, "definition_period": YEAR, "label": name}
    system.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))


def _formula(spec: Spec) -> Any:
    def formula(unit: Any, period: Any, parameters: Any) -> Any:
        found = points_of(spec, Openfisca(unit, period, parameters))
        return np.full(unit.count, found) if isinstance(found, int) else found

    return formula


def _sum_of(names: list[str]) -> Any:
    def formula(unit: Any, period: Any, _parameters: Any) -> Any:
        return sum(np.maximum(unit(name, period), 0) for name in names)

    return formula


def simulation(system: Any, case: Case, *, trace: bool = False) -> Simulation:
    made = SimulationBuilder().build_default_simulation(system, case.count)
    made.trace = trace
    for name, column in case.units.items():
        made.set_input(name, PERIOD, column)
    made.set_input("unit_kind", PERIOD, case.kinds)
    return made


def prepared(case: Case) -> Prepared:
    system = system_of(case)

    def run() -> Any:
        made = simulation(system, case)
        made.calculate("total", PERIOD)
        return made

    def matrix(found: Any) -> Any:
        points = np.stack([found.calculate(key(spec["id"]), PERIOD) for spec in case.specs]).astype(np.int64)
        return np.where(points == -1, NONE, points)

    return Prepared(run, matrix)
