"""Pydantic's complaints in our own words, with the place each has in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from tieuchi.errors import Issue, Position, nearest
from tieuchi.loading.yaml_source import Node

_CODES = {
    "number": "R210",
    "date": "R211",
    "flag": "R212",
    "whole": "R213",
    "literal_error": "R214",
    "string_pattern_mismatch": "R215",
    "one_of": "R216",
    "together": "R217",
    "apart": "R218",
    "block_scale": "R227",
    "tuple_type": "R219",
    "list_type": "R219",
    "model_type": "R220",
    "model_attributes_type": "R220",
    "dict_type": "R220",
    "string_type": "R221",
    "too_short": "R222",
    "string_too_short": "R222",
    "too_long": "R224",
    "string_too_long": "R224",
    "missing": "R202",
    "extra_forbidden": "R201",
}
MOST_DETAILS = 500
"""How many complaints about the shape of one rulebook are told; looking for the nearest name is slow."""
Path = tuple[str | int, ...]
_LIMITS = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<", "less_than_equal": "≤"}


def path_text(path: Iterable[str | int]) -> str:
    """Write a path as ``criteria[0].scale.bands[1].at_least``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def issues_of(error: ValidationError, root: Node, model: type[BaseModel]) -> list[Issue]:
    """Turn a validation error into issues; an unknown key beside a missing one of like name becomes one."""
    every = error.errors(include_url=False)
    details = [d for d in every[:MOST_DETAILS] if not _spurious(d, every)]
    vocabulary = _vocabulary(model)
    missing = {d["loc"]: d for d in details if d["type"] == "missing"}
    absent: dict[Path, list[str]] = {}
    for loc in missing:
        absent.setdefault(loc[:-1], []).append(str(loc[-1]))
    issues: list[Issue] = []
    for detail in details:
        if detail["type"] != "extra_forbidden":
            continue
        parent, key = detail["loc"][:-1], str(detail["loc"][-1])
        if _ends_a_text(root, detail["loc"]):
            issues.append(Issue("R226", root.key_at(detail["loc"]).position, path_text(parent), {"key": key}))
            continue
        meant = nearest(key, absent.get(parent, ()))
        if meant is not None:
            del missing[(*parent, meant)]
            absent[parent].remove(meant)
        # A key that has its meaning elsewhere is no slip of the pen: nothing is near to it.
        near = "" if key in vocabulary else nearest(key, vocabulary)
        facts = {"key": key, "nearest": meant or near or ""}
        issues.append(Issue("R201", root.key_at(detail["loc"]).position, path_text(detail["loc"]), facts))
    for detail in details:
        if detail["type"] == "extra_forbidden" or (detail["type"] == "missing" and detail["loc"] not in missing):
            continue
        issues.append(_issue(detail, root))
    if len(every) > MOST_DETAILS:
        facts = {"count": str(len(every)), "shown": str(len(issues))}
        issues.append(Issue("R298", Position(root.position.file), facts=facts))
    return issues


def _ends_a_text(root: Node, path: Path) -> bool:
    """Say whether a key has no colon: it is what follows the comma of a text inside braces."""
    key, value = root.key_at(path), root.at(path)
    end = key.position._replace(column=key.position.column + len(key.text))
    return value.empty and not value.text and not key.quoted and value.position == end


def _spurious(detail: Any, every: Sequence[Any]) -> bool:
    """Say whether a list is called too short only because its entries were refused."""
    if detail["type"] != "too_short":
        return False
    place = detail["loc"]
    return any(len(d["loc"]) > len(place) and d["loc"][: len(place)] == place for d in every)


def _issue(detail: Any, root: Node) -> Issue:
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx") or {}
    node = root.at(loc)
    if kind == "missing":
        parent = root.at(loc[:-1])
        return Issue("R202", parent.position, path_text(loc[:-1]), {"key": str(loc[-1])})
    facts = {"value": _short(node)}
    if kind in _LIMITS:
        limit = next((str(context[k]) for k in ("gt", "ge", "lt", "le") if k in context), "")
        return Issue("R223", node.position, path_text(loc), {**facts, "limit": f"{_LIMITS[kind]} {limit}"})
    code = _CODES.get(kind, "R299")
    if code == "R216":
        given, known = context.get("given", []), context.get("known", [])
        facts |= {"given": ", ".join(given), "known": ", ".join(known)}
        code = "R216" if given else "R225"
    elif code == "R214":
        expected = str(context.get("expected", ""))
        facts |= {"known": expected.replace("'", "").replace(" or ", ", ")}
        facts["nearest"] = nearest(facts["value"], facts["known"].split(", ")) or ""
    elif code == "R299":
        facts["reason"] = detail["msg"]
    facts |= {name: str(context[name]) for name in ("missing", "key", "other", "pattern") if name in context}
    return Issue(code, node.position, path_text(loc), facts)


def _short(node: Node) -> str:
    if node.kind != "scalar":
        return {"mapping": "{…}", "sequence": "[…]"}[node.kind]
    return node.text if len(node.text) <= 60 else node.text[:57] + "…"


@cache
def _vocabulary(model: type[BaseModel]) -> tuple[str, ...]:
    """Return every key that a model and the models inside it know."""
    names: set[str] = set()
    for schema in _schemas(model.model_json_schema(mode="validation")):
        names.update(schema.get("properties", ()))
    return tuple(sorted(names))


def _schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    yield from schema.get("$defs", {}).values()
