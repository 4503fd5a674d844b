"""A rulebook as DMN 1.3 decision tables in FEEL: one table for each sub-criterion, and their sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tieuchi.algebra.interval import Interval, piece_interval, test_interval
from tieuchi.exchange.feel import feel_interval, feel_linear, feel_name, feel_points, feel_quotient, read_cell
from tieuchi.exchange.pmml_forms import name_of
from tieuchi.model.canonical import EqualTest, FindingTest, NumberTest, Quotient, Tally, Test, UnitKindTest, constant
from tieuchi.model.plan import LeafPlan, Plan

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_TYPES = {"yes_no": "boolean", "choice": "string", "date": "date"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what each column must be, and what the row gives."""

    cells: dict[str, str]
    points: str
    clause: str


def dmn_text(plan: Plan, leaves: Iterable[LeafPlan]) -> str:
    """Return the tables of some sub-criteria. Declared points come in as ``declared_<id>``."""
    root = ET.Element(
        "definitions",
        {"xmlns": NAMESPACE, "id": "tieuchi", "name": plan.book.id, "namespace": f"urn:tieuchi:{plan.book.id}"},
    )
    kept = tuple(leaves)
    for name in dict.fromkeys(n for leaf in kept for n in leaf.indicators):
        data = ET.SubElement(root, "inputData", {"id": f"in_{feel_name(name)}", "name": feel_name(name)})
        kind = _TYPES.get(plan.indicators[name].kind, "number")
        ET.SubElement(data, "variable", {"name": feel_name(name), "typeRef": kind})
    for leaf in kept:
        _decision(root, leaf)
    _total(root, kept)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _total(root: ET.Element, leaves: tuple[LeafPlan, ...]) -> None:
    decision = ET.SubElement(root, "decision", {"id": "total", "name": "total"})
    ET.SubElement(decision, "variable", {"name": "total", "typeRef": "number"})
    for leaf in leaves:
        need = ET.SubElement(decision, "informationRequirement")
        ET.SubElement(need, "requiredDecision", {"href": f"#{name_of(leaf.id)}"})
    text = " + ".join(_result(leaf) for leaf in leaves)
    ET.SubElement(ET.SubElement(decision, "literalExpression"), "text").text = text


def _result(leaf: LeafPlan) -> str:
    name = name_of(leaf.id)
    if leaf.declared:
        return name
    return f"sum({name}.points)" if _tally(leaf) else f"{name}.points"


def _tally(leaf: LeafPlan) -> Tally | None:
    return next((r.measured for r in leaf.routes if isinstance(r.measured, Tally)), None)


def _decision(root: ET.Element, leaf: LeafPlan) -> None:
    name = name_of(leaf.id)
    # DMN wants a decision and its variable to have one name; what people read is the label.
    label = f"{leaf.id} {leaf.criterion.title.en}"
    decision = ET.SubElement(root, "decision", {"id": name, "name": name, "label": label})
    ET.SubElement(decision, "variable", {"name": name})
    for indicator in leaf.indicators:
        need = ET.SubElement(decision, "informationRequirement")
        ET.SubElement(need, "requiredInput", {"href": f"#in_{feel_name(indicator)}"})
    if leaf.declared:
        expression = ET.SubElement(decision, "literalExpression")
        ET.SubElement(expression, "text").text = f"declared_{name}"
        return
    tally = _tally(leaf)
    rules = _items(tally) if tally is not None else list(_rules(leaf))
    policy = {"hitPolicy": "COLLECT"} if tally is not None else {"hitPolicy": "FIRST"}
    _table(decision, f"{name}_table", rules, policy)


def _rules(leaf: LeafPlan) -> Iterable[Rule]:
    """Yield the rows of a sub-criterion; the first that fits is taken, as with routes."""
    for route in leaf.routes:
        quotient = route.measured if isinstance(route.measured, Quotient) else None
        tests = _cells(route.tests)
        if tests is None:
            continue
        for piece in route.pieces:
            cells = dict(tests)
            if quotient is not None and len(route.pieces) > 1:
                if quotient.denominator.terms:
                    cells.setdefault(feel_linear(quotient.denominator), "> 0")
                if not _meet(cells, feel_quotient(quotient), piece_interval(piece)):
                    continue
            clause = piece.clause if route.clause in (None, piece.clause) else f"{route.clause}/{piece.clause}"
            yield Rule(cells, feel_points(quotient, piece), clause)


def _items(tally: Tally) -> list[Rule]:
    rows = ((item, _cells(item.tests)) for item in tally.items)
    return [
        Rule(cells, feel_points(None, constant("", item.points)), item.clause)
        for item, cells in rows
        if cells is not None
    ]


def _cells(tests: tuple[Test, ...]) -> dict[str, str] | None:
    """Return what each column must be for tests to hold together, or None where they can't."""
    cells: dict[str, str] = {}
    kinds: set[str] | None = None
    for test in tests:
        match test:
            case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
                if not _meet(cells, feel_quotient(quotient), test_interval(operator, threshold)):
                    return None
            case EqualTest(indicator=name, expected=expected):
                text = f'"{expected}"' if isinstance(expected, str) else str(expected).lower()
                if cells.setdefault(feel_name(name), text) != text:
                    return None
            case UnitKindTest(kinds=listed):
                kinds = set(listed) if kinds is None else kinds & set(listed)
            case FindingTest():
                raise AssertionError(test)
    if kinds is not None:
        if not kinds:
            return None
        cells["unit_kind"] = ", ".join(f'"{kind}"' for kind in sorted(kinds))
    return cells


def _meet(cells: dict[str, str], column: str, interval: Interval) -> bool:
    """Put an interval into a cell, together with what stands there; say whether anything is left."""
    here = cells.get(column)
    if here is not None:
        before = read_cell(here).interval
        interval = interval & before if before is not None else interval
    cells[column] = feel_interval(interval)
    return not interval.empty


def _table(decision: ET.Element, name: str, rules: list[Rule], policy: dict[str, str]) -> None:
    table = ET.SubElement(decision, "decisionTable", {"id": name, **policy})
    columns = list(dict.fromkeys(column for rule in rules for column in rule.cells)) or ["true"]
    for number, column in enumerate(columns, 1):
        heading = ET.SubElement(table, "input", {"id": f"{name}_i{number}", "label": column})
        expression = ET.SubElement(heading, "inputExpression", {"id": f"{name}_e{number}"})
        ET.SubElement(expression, "text").text = column
    for output, kind in (("points", "number"), ("clause", "string")):
        ET.SubElement(table, "output", {"id": f"{name}_{output}", "name": output, "label": output, "typeRef": kind})
    for number, rule in enumerate(rules, 1):
        row = ET.SubElement(table, "rule", {"id": f"{name}_r{number}"})
        for place, column in enumerate(columns, 1):
            entry = ET.SubElement(row, "inputEntry", {"id": f"{name}_r{number}_i{place}"})
            ET.SubElement(entry, "text").text = rule.cells.get(column, "-")
        for place, text in enumerate((rule.points, f'"{rule.clause}"'), 1):
            entry = ET.SubElement(row, "outputEntry", {"id": f"{name}_r{number}_o{place}"})
            ET.SubElement(entry, "text").text = text
