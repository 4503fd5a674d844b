"""DMN decision tables to a rulebook: tables of one number become bands, of several inputs branches, sums checklists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree as ET

from tieuchi.algebra.interval import Interval
from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.exchange.build import ImportedCriterion, Places, Readings, Tree, rulebook_text
from tieuchi.exchange.feel import Cell, NotSaidError, read_cell, read_number
from tieuchi.model.number import exact_text

_NAME = re.compile(r"[A-Za-z]\w*")
_RATIO = re.compile(r"\(?\s*([A-Za-z]\w*)\s*\)?\s*/\s*\(?\s*([A-Za-z]\w*)\s*\)?")
_POLICIES = ("UNIQUE", "ANY", "FIRST", "COLLECT")


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table as it stands in the file."""

    id: str
    title: str
    policy: str
    aggregation: str
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


class _Plain(ET.TreeBuilder):
    """Builds a tree, and refuses a document type before any entity of it can be declared, in whatever encoding."""

    def doctype(self, *_: object) -> None:
        """Refuse: entities are how small files grow large, and how files of this machine get read."""
        raise ValueError("DOCTYPE")


def import_dmn(data: bytes, source: str, name: str) -> str:
    """Return the YAML of a rulebook that says what the decision tables of a DMN file say.

    Raises:
        RulebookError: The file is no DMN, or a table says more than a rulebook can, named with its row.
    """
    readings = Readings()
    criteria: list[ImportedCriterion] = []
    issues: list[Issue] = []
    places: Places = {}
    for table in tables_of(data, source):
        try:
            made = _criterion(table, readings)
        except NotSaidError as error:
            facts = {"text": error.text, "reason": error.reason}
            issues.append(Issue("E102", Position(source, sheet=table.id, cell="decisionTable"), facts=facts))
            continue
        here = ("criteria", len(criteria))
        places[here] = Position(source, sheet=table.id, cell="decisionTable")
        for row in range(len(table.rows)):
            kind = next(iter(made.scale))
            places[(*here, "scale", kind, row)] = Position(source, sheet=table.id, cell=f"rule {row + 1}")
        criteria.append(made)
    if issues or not criteria:
        raise RulebookError(issues or [_not_dmn(source, "decisionTable")])
    kinds = {c["choices"][0] for n, c in readings.found.items() if n == "unit_kind" for _ in c["choices"][:1]}
    entries = [entry for key, entry in readings.found.items() if key != "unit_kind"]
    return rulebook_text(name, source, criteria, entries, sorted(kinds), places=places)


def _not_dmn(source: str, reason: str) -> Issue:
    return Issue("E101", Position(source), facts={"target": "DMN", "reason": reason})


def tables_of(data: bytes, source: str) -> Iterator[Table]:
    """Yield the decision tables of a file, in its order."""
    try:
        root = ET.fromstring(data, parser=ET.XMLParser(target=_Plain()))
    except (ET.ParseError, LookupError, ValueError) as error:
        raise RulebookError([_not_dmn(source, str(error))]) from None
    for decision in root.iter():
        if _tag(decision) != "decision":
            continue
        for table in decision:
            if _tag(table) == "decisionTable":
                yield _table(decision, table)


def _tag(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _parts(element: ET.Element, tag: str) -> list[ET.Element]:
    return [child for child in element if _tag(child) == tag]


def _text(element: ET.Element) -> str:
    return next((child.text or "" for child in element.iter() if _tag(child) == "text"), "").strip()


def _table(decision: ET.Element, table: ET.Element) -> Table:
    rows = []
    for rule in _parts(table, "rule"):
        cells, results = _parts(rule, "inputEntry"), _parts(rule, "outputEntry")
        rows.append((tuple(_text(c) for c in cells), tuple(_text(r) for r in results)))
    return Table(
        decision.get("id", "1"),
        decision.get("label", "") or decision.get("name", "") or decision.get("id", "1"),
        table.get("hitPolicy", "UNIQUE"),
        table.get("aggregation", ""),
        tuple(_text(column) for column in _parts(table, "input")),
        tuple(output.get("name", "") for output in _parts(table, "output")),
        tuple(rows),
    )


def _criterion(table: Table, readings: Readings) -> ImportedCriterion:
    if table.policy not in _POLICIES or table.aggregation not in ("", "SUM"):
        raise NotSaidError(f"{table.policy} {table.aggregation}".strip(), "hitPolicy")
    if not table.rows or not table.columns or not table.outputs:
        raise NotSaidError(table.id, "input / output / rule")
    width = (len(table.columns), len(table.outputs))
    for number, row in enumerate(table.rows, 1):
        if (len(row[0]), len(row[1])) != width:
            raise NotSaidError(f"rule {number}", f"{len(row[0])} inputEntry, {len(row[1])} outputEntry")
    columns, rows = _without_guards(table)
    points = _points_of(table)
    clauses = _clauses_of(table)
    cells = [[read_cell(text) for text in row] for row in rows]
    title = re.sub(r"^\S+ ", "", table.title) if table.title.startswith(table.id.removeprefix("c_")) else table.title
    name = re.sub(r"[^0-9A-Za-z._-]", "-", table.id.removeprefix("c_")) or "1"
    if table.policy == "COLLECT":
        items = [
            {"clause": clauses[i], "when": _conditions(columns, row, readings), "points": exact_text(points[i])}
            for i, row in enumerate(cells)
        ]
        return ImportedCriterion(name, title, sum(points, Fraction(0)), {"checklist": items}, item=table.id)
    least = min(points)
    floor = least or None
    if len(columns) == 1 and all(cell.value is None for row in cells for cell in row) and _apart(cells):
        bands = [
            {"clause": clauses[i], **_ends(row[0].interval), "points": exact_text(points[i])}
            for i, row in enumerate(cells)
        ]
        value = _value(columns[0], readings)
        return ImportedCriterion(name, title, max(points), {"bands": bands}, value, floor, table.id)
    branches = [_branch(columns, row, clauses[i], points[i], readings) for i, row in enumerate(cells)]
    return ImportedCriterion(name, title, max(points), {"branches": branches}, None, floor, table.id)


def _without_guards(table: Table) -> tuple[list[str], list[list[str]]]:
    """Return columns and cells without those that only keep a denominator above 0."""
    divisors = {found[2] for column in table.columns if (found := _RATIO.fullmatch(column))}
    guards = {
        i
        for i, column in enumerate(table.columns)
        if column in divisors and all(row[0][i].replace(" ", "") == ">0" for row in table.rows)
    }
    keep = [i for i in range(len(table.columns)) if i not in guards]
    return [table.columns[i] for i in keep], [[row[0][i] for i in keep] for row in table.rows]


def _points_of(table: Table) -> list[Fraction]:
    place = table.outputs.index("points") if "points" in table.outputs else 0
    return [read_number(row[1][place]) for row in table.rows]


def _clauses_of(table: Table) -> list[str]:
    """Return the clauses of the rows: an output of that name, or numbers."""
    if "clause" not in table.outputs:
        return [f"r{number}" for number in range(1, len(table.rows) + 1)]
    place = table.outputs.index("clause")
    names = [re.sub(r"[^0-9A-Za-zđĐ._-]", "-", row[1][place].strip('"')) for row in table.rows]
    return [n if names.index(n) == i else f"{n}-{i + 1}" for i, n in enumerate(names)]


def _apart(cells: Sequence[Sequence[Cell]]) -> bool:
    """Say whether no two rows of a table of one number overlap; the last may be for all that is left."""
    intervals = [row[0].interval for row in cells[:-1]]
    last = cells[-1][0].interval
    known = [*intervals, last] if last is not None else intervals
    if any(interval is None for interval in known):
        return False
    pairs = [(a, b) for i, a in enumerate(known) for b in known[i + 1 :]]
    return all(isinstance(a, Interval) and isinstance(b, Interval) and (a & b).empty for a, b in pairs)


def _ends(interval: Interval | None) -> Tree:
    if interval is None:
        return {"otherwise": True}
    if interval.low is not None and interval.low == interval.high:
        return {"exactly": exact_text(interval.low)}
    ends: Tree = {}
    if interval.low is not None:
        ends["at_least" if interval.low_closed else "more_than"] = exact_text(interval.low)
    if interval.high is not None:
        ends["at_most" if interval.high_closed else "less_than"] = exact_text(interval.high)
    return ends


def _value(column: str, readings: Readings) -> Tree:
    if (found := _RATIO.fullmatch(column)) is not None:
        return {"ratio": [readings.number(_id(found[1])), readings.number(_id(found[2]))]}
    if _NAME.fullmatch(column):
        return {"amount": readings.number(_id(column))}
    raise NotSaidError(column, "input expression")


def _id(name: str) -> str:
    return name.lower()


def _branch(columns: Sequence[str], row: Sequence[Cell], clause: str, points: Fraction, readings: Readings) -> Tree:
    when = _conditions(columns, row, readings)
    return {"clause": clause, **({"when": when} if when else {"otherwise": True}), "points": exact_text(points)}


def _conditions(columns: Sequence[str], row: Sequence[Cell], readings: Readings) -> list[Tree]:
    found: list[Tree] = []
    for column, cell in zip(columns, row, strict=True):
        if cell.value is not None:
            if not _NAME.fullmatch(column):
                raise NotSaidError(column, "input expression")
            if column == "unit_kind":
                readings.choice(column, str(cell.value))
                found.append({"unit_kind": [cell.value]})
            else:
                found.append({"indicator": readings.choice(_id(column), cell.value), "is": cell.value})
        elif cell.interval is not None:
            value = _value(column, readings)
            found += [{"value": value, key: text} for key, text in _ends(cell.interval).items()]
    return found
