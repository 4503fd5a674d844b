"""GoRules zen-engine: a decision graph, of expressions alone or with decision tables, one unit after another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import zen

from book import Case, Spec
from ours import NONE
from peers import Prepared
from peers.numpy import best_pairs
from rules import Text, cut_of, fields_of, points_of, quanta

AT = {"position": {"x": 0, "y": 0}}


class Zen:
    """Rules as expressions. What the best of a group is must be told with the unit."""

    none = Text("null")
    kind = Text("unit_kind")

    def column(self, name: str) -> Text:
        return Text(name)

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Text:
        text = str(otherwise)
        for condition, value in reversed(pairs):
            text = f"({condition} ? {value} : {text})"
        return Text(text)

    def whole(self, above: Any, below: Any) -> Text:
        return Text(f"floor({above} / {below})")

    def best(self, above: str, below: str) -> tuple[Text, Text]:
        return Text(f"best_{above}"), Text(f"best_{below}")

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return cut_of(spec, place)


def key(name: str) -> str:
    return "s_" + name.replace(".", "_")


def graph(case: Case, *, tables: bool = False, say: Any = None) -> dict[str, Any]:
    """Return the decision: bands as tables if wanted, all else as expressions, then the sums."""
    expressions, nodes = [], []
    for place, spec in enumerate(case.specs):
        if tables and spec["kind"] in ("ratio", "growth", "count"):
            nodes.append(_table(place, spec))
        else:
            text = str(points_of(spec, say or Zen()))
            expressions.append({"id": f"e{place}", "key": key(spec["id"]), "value": text})
    nodes.append({"id": "points", "type": "expressionNode", "name": "points", "content": {"expressions": expressions}})
    edges = [(a, b) for node in nodes for a, b in (("in", node["id"]), (node["id"], "sums"))] + [("sums", "out")]
    fields = fields_of(case)
    sums = [
        {"id": f"f{name}", "key": f"field_{name}", "value": " + ".join(f"({key(m)} ?? 0)" for m in members)}
        for name, members in fields.items()
    ]
    sums.append({"id": "total", "key": "total", "value": " + ".join(f"$.field_{name}" for name in fields)})
    added = {"expressions": sums, "passThrough": True}
    nodes += [
        {"id": "sums", "type": "expressionNode", "name": "sums", "content": added},
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    return {
        "nodes": [{**AT, **node} for node in nodes],
        "edges": [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges],
    }


def _table(place: int, spec: Spec) -> dict[str, Any]:
    field, nothing = spec["above"], []
    if spec["kind"] != "count":
        above = spec["above"] if spec["kind"] == "ratio" else f"({spec['above']} - {spec['below']})"
        field = f"{spec['below']} < 1 ? null : {above} / {spec['below']}"
        nothing = [("null", quanta(spec["none"]) if "none" in spec else "null")]
    bands = [(f">= {cut}", quanta(points)) for cut, points in spec["cuts"]]
    rules = [{"_id": f"r{i}", "i": a, "o": str(b)} for i, (a, b) in enumerate([*nothing, *bands, ("", 0)])]
    content = {
        "hitPolicy": "first", "inputs": [{"id": "i", "name": "i", "field": field}],
        "outputs": [{"id": "o", "name": "o", "field": key(spec["id"])}], "rules": rules,
    }  # fmt: skip
    return {"id": f"t{place}", "type": "decisionTableNode", "name": spec["id"], "content": content}


def contexts(case: Case) -> list[dict[str, Any]]:
    """Return the units one by one, each with the best of the group."""
    best = {f"best_{n}": v for names, pair in best_pairs(case).items() for n, v in zip(names, pair, strict=True)}
    names = [*case.units, "unit_kind"]
    columns = [column.tolist() for column in case.units.values()] + [case.kinds.tolist()]
    return [dict(zip(names, row, strict=True)) | best for row in zip(*columns, strict=True)]


def decision(case: Case, *, tables: bool = False, say: Any = None) -> Any:
    return zen.ZenEngine().create_decision(json.dumps(graph(case, tables=tables, say=say)))


def prepared(case: Case) -> Prepared:
    """Return scoring by ``evaluate_batch``, its fastest way for many units."""
    loader: Any = {"type": "static", "content": {"rules": graph(case)}}
    engine = zen.ZenEngine({"loader": loader})
    requests: Any = [{"key": "rules", "context": context} for context in contexts(case)]

    def matrix(found: Any) -> Any:
        points = [[answer["data"]["result"].get(key(spec["id"])) for spec in case.specs] for answer in found]
        return np.array([[NONE if p is None else int(p) for p in row] for row in points], np.int64).T

    return Prepared(lambda: engine.evaluate_batch(requests), matrix)
