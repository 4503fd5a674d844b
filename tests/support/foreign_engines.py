"""Other people's engines, given the files we export: JPMML in a Java machine, pyDMNrules, and ZEN."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tieuchi.exchange.dmn_in import Table, tables_of

Values = dict[str, Any]


def jpmml(text: str, folder: Path) -> Any:
    """Return JPMML's evaluator of a PMML text."""
    evaluator = pytest.importorskip("jpmml_evaluator")
    if shutil.which("java") is None:
        pytest.skip("JPMML needs Java")
    file = folder / "card.pmml"
    file.write_text(text, encoding="utf-8")
    return evaluator.make_evaluator(str(file), backend="jpype").verify()


class PyDmnRules:
    """pyDMNrules, which reads the DMN file itself; each of its columns must be a reading, not a sum of some."""

    def __init__(self, text: str) -> None:
        rules = pytest.importorskip("pyDMNrules")
        self.engine = rules.DMN()
        loaded = self.engine.useXML(text)
        assert not loaded.get("errors"), loaded
        self.collects = {table.policy for table in tables_of(text.encode(), "x.dmn")} == {"COLLECT"}

    def points(self, values: Values) -> float:
        """Return the points of a file of one table, summed where it collects."""
        status, found = self.engine.decide(values)
        if self.collects and status.get("errors"):
            assert "No rules matched" in str(status["errors"]), status
            return 0
        assert not status.get("errors"), status
        points = (found[0] if isinstance(found, list) else found)["Result"]["points"]
        return sum(points) if isinstance(points, list) else points


def takes_only_readings(text: str) -> bool:
    """Say whether every column of the tables is a reading as it is."""
    return all(column.isidentifier() for table in tables_of(text.encode(), "x.dmn") for column in table.columns)


class Zen:
    """The decision tables of a DMN file, run by ZEN: cells and expressions go over as they stand in the file."""

    def __init__(self, text: str) -> None:
        zen = pytest.importorskip("zen")
        engine = zen.ZenEngine()
        self.tables = {table.id: table for table in tables_of(text.encode(), "x.dmn")}
        self.decisions = {name: engine.create_decision(json.dumps(_jdm(t))) for name, t in self.tables.items()}

    def points(self, name: str, values: Values) -> float | None:
        """Return the points of one table, summed where it collects."""
        result = self.decisions[name].evaluate(values)["result"]
        if isinstance(result, list):
            return sum(row["points"] for row in result)
        return None if not result else result.get("points")


def _jdm(table: Table) -> dict[str, Any]:
    inputs = [{"id": f"i{n}", "name": c, "field": _spoken(c)} for n, c in enumerate(table.columns)]
    outputs = [{"id": f"o{n}", "name": o, "field": o} for n, o in enumerate(table.outputs)]
    rules = []
    for number, (cells, results) in enumerate(table.rows):
        rule = {"_id": f"r{number}"}
        rule |= {f"i{n}": "" if cell == "-" else cell for n, cell in enumerate(cells)}
        rule |= {f"o{n}": _spoken(text) for n, text in enumerate(results)}
        rules.append(rule)
    policy = "collect" if table.policy == "COLLECT" else "first"
    content = {"hitPolicy": policy, "inputs": inputs, "outputs": outputs, "rules": rules}
    at = {"position": {"x": 0, "y": 0}}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", **at},
            {"id": "t", "type": "decisionTableNode", "name": "t", "content": content, **at},
            {"id": "out", "type": "outputNode", "name": "out", **at},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }


def _spoken(text: str) -> str:
    """FEEL says ``ceiling`` where ZEN says ``ceil``."""
    return re.sub(r"\bceiling\(", "ceil(", text)


def plain(value: Fraction | bool | str, kind: str = "") -> Any:
    """Return a reading as those engines take it."""
    if isinstance(value, Fraction) and kind == "date":
        return date.fromordinal(int(value)).isoformat()
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value
