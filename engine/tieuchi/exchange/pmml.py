"""A rulebook as a PMML 4.4 scorecard: one characteristic for each sub-criterion, one attribute for each clause.

A scorecard reckons in binary floating point. So that a threshold decides as ours does, a ratio is never divided before
it is compared: ``a / b >= 7/10`` is written ``10 a - 7 b >= 0``, which is exact for counts. Reason codes are clauses:
``8.2/b``; the baseline of a characteristic is its maximum, so the codes name the most points lost first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from tieuchi.exchange.pmml_forms import Forms, decimal, name_of
from tieuchi.model.canonical import Piece, Quotient, Route, Tally, Test, UnitKindTest
from tieuchi.model.plan import LeafPlan, Plan

NAMESPACE = "http://www.dmg.org/PMML-4_4"
_TYPES = {
    "count": ("double", "continuous"),
    "amount": ("double", "continuous"),
    "percent": ("double", "continuous"),
    "ratio": ("double", "continuous"),
    "date": ("date", "ordinal"),
    "yes_no": ("boolean", "categorical"),
    "choice": ("string", "categorical"),
}


def pmml_text(plan: Plan, leaves: Iterable[LeafPlan]) -> str:
    """Return the scorecard of some sub-criteria; points declared elsewhere come in as ``declared:<id>``."""
    leaves = tuple(leaves)
    root = ET.Element("PMML", {"version": "4.4", "xmlns": NAMESPACE})
    header = ET.SubElement(root, "Header", {"description": plan.book.title.en})
    ET.SubElement(header, "Application", {"name": "tieuchi"})
    dictionary = ET.SubElement(root, "DataDictionary")
    card = ET.SubElement(
        root,
        "Scorecard",
        {
            "modelName": plan.book.id,
            "functionName": "regression",
            "useReasonCodes": "true",
            "reasonCodeAlgorithm": "pointsBelow",
            "initialScore": "0",
            "baselineMethod": "max",
        },
    )
    schema = ET.SubElement(card, "MiningSchema")
    _fields(plan, leaves, dictionary, schema)
    output = ET.SubElement(card, "Output")
    shape = {"feature": "predictedValue", "dataType": "double", "optype": "continuous"}
    ET.SubElement(output, "OutputField", {"name": "points", **shape})
    for rank in range(1, len(leaves) + 1):
        shape = {"feature": "reasonCode", "rank": str(rank), "dataType": "string", "optype": "categorical"}
        ET.SubElement(output, "OutputField", {"name": f"reason_{rank}", **shape})
    transformations = ET.SubElement(card, "LocalTransformations")
    forms = Forms(transformations, plan.indicators)
    characteristics = ET.SubElement(card, "Characteristics")
    for leaf in leaves:
        _characteristics(leaf, characteristics, forms)
    if not len(transformations):
        card.remove(transformations)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _fields(plan: Plan, leaves: tuple[LeafPlan, ...], dictionary: ET.Element, schema: ET.Element) -> None:
    kinds = any(isinstance(test, UnitKindTest) for leaf in leaves for test in _tests(leaf))
    names = list(dict.fromkeys(name for leaf in leaves for name in leaf.indicators))
    for name in names:
        data_type, optype = _TYPES[plan.indicators[name].kind]
        ET.SubElement(dictionary, "DataField", {"name": name, "optype": optype, "dataType": data_type})
    if kinds:
        ET.SubElement(dictionary, "DataField", {"name": "unit_kind", "optype": "categorical", "dataType": "string"})
        names.append("unit_kind")
    for leaf in leaves:
        if leaf.declared:
            field = {"name": f"declared:{leaf.id}", "optype": "continuous", "dataType": "double"}
            ET.SubElement(dictionary, "DataField", field)
            names.append(field["name"])
    for name in names:
        ET.SubElement(schema, "MiningField", {"name": name, "usageType": "active"})


def _tests(leaf: LeafPlan) -> Iterator[Test]:
    """Yield the tests of all routes, and of the parts of a checklist."""
    for route in leaf.routes:
        yield from route.tests
        if isinstance(route.measured, Tally):
            yield from (test for item in route.measured.items for test in item.tests)


def _characteristics(leaf: LeafPlan, parent: ET.Element, forms: Forms) -> None:
    tallies = [route for route in leaf.routes if isinstance(route.measured, Tally)]
    if tallies:
        # The parts of a checklist add up, and so do characteristics: one for each part.
        for item in tallies[0].measured.items:  # type: ignore[union-attr]
            own = _characteristic(parent, f"{leaf.id}/{item.clause}", decimal(item.points))
            held = ET.SubElement(own, "Attribute", _scored(decimal(item.points), f"{leaf.id}/{item.clause}"))
            forms.tests(held, item.tests)
            other = ET.SubElement(own, "Attribute", _scored("0", f"{leaf.id}/none"))
            forms.denials(other, (item.tests,))
        return
    own = _characteristic(parent, leaf.id, decimal(leaf.criterion.max_points))
    if leaf.declared:
        taken = ET.SubElement(own, "Attribute", {"reasonCode": f"{leaf.id}/declared"})
        ET.SubElement(taken, "SimplePredicate", {"field": f"declared:{leaf.id}", "operator": "isNotMissing"})
        score = ET.SubElement(taken, "ComplexPartialScore")
        ET.SubElement(score, "FieldRef", {"field": f"declared:{leaf.id}"})
        return
    for place, route in enumerate(leaf.routes):
        for piece in route.pieces:
            _attribute(leaf, place, route, piece, own, forms)


def _characteristic(parent: ET.Element, name: str, most: str) -> ET.Element:
    return ET.SubElement(parent, "Characteristic", {"name": name_of(name), "baselineScore": most, "reasonCode": name})


def _scored(points: str, code: str) -> dict[str, str]:
    return {"partialScore": points, "reasonCode": code}


def _attribute(leaf: LeafPlan, place: int, route: Route, piece: Piece, parent: ET.Element, forms: Forms) -> None:
    clause = piece.clause if route.clause in (None, piece.clause) else f"{route.clause}/{piece.clause}"
    code = f"{leaf.id}/{clause}"
    shape = {"reasonCode": code} if piece.rate else _scored(decimal(piece.base), code)
    attribute = ET.SubElement(parent, "Attribute", shape)
    earlier = tuple(earlier.tests for earlier in leaf.routes[:place])
    quotient = route.measured if isinstance(route.measured, Quotient) else None
    forms.piece(attribute, route.tests, earlier, quotient, piece)
    if piece.rate:
        assert quotient is not None
        forms.points(ET.SubElement(attribute, "ComplexPartialScore"), quotient, piece)
