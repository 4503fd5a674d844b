"""The JSON Schemas in rules/schema: fresh, sound, and of one mind with the loader about the files we have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tieuchi.loading import readings_tree
from tieuchi.loading.bundled import data_root
from tieuchi.loading.case_folders import case_files
from tieuchi.loading.schema import schema_text, schemas

ROOT = data_root()
SCHEMAS = schemas()
CASES = Path(__file__).parents[1] / "cases"


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: the core schema of YAML 1.2, in which a date is text and ``no`` is a word."""


EditorLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"|~|null|Null|NULL", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def as_an_editor_sees(text: str) -> Any:
    return yaml.load(text, EditorLoader)


def faults(name: str, text: str) -> list[str]:
    found = Draft7Validator(SCHEMAS[name]).iter_errors(as_an_editor_sees(text))
    return sorted(f"{fault.json_path}: {fault.message[:200]}" for fault in found)


def kind_of(path: Path) -> str:
    if path.is_relative_to(CASES):
        return "case"
    if path.is_relative_to(ROOT / "indicators" / "catalogue"):
        return "catalogue"
    if path.is_relative_to(ROOT / "indicators"):
        return "readings"
    return "rulebook" if path.name == "rulebook.yaml" else "part"


FILES = [
    *sorted(path for folder in ("rules", "indicators") for path in (ROOT / folder).rglob("*.yaml")),
    *case_files(CASES),
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_fresh(name: str) -> None:
    text = (ROOT / "rules" / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert text == schema_text(SCHEMAS[name]), "run: python -m tieuchi.loading.schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])
    text = json.dumps(SCHEMAS[name])
    assert "$defs" not in text
    assert "prefixItems" not in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_of_ours_fits_its_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert faults(kind_of(path), text) == []
    named = re.match(r"# yaml-language-server: \$schema=(\S+)", text)
    if named is not None:
        schema = (path.parent / named[1]).resolve()
        assert schema == (ROOT / "rules" / "schema" / f"{kind_of(path)}.schema.json").resolve()


CRITERION = """
id: 1.10
title: T
max_points: 1
value: {ratio: [done, {sum: [a, b]}]}
scale:
  bands:
    - {clause: 1, at_least: 80%, points: 1}
    - {clause: đ, otherwise: true, points: 1/3}
applies_when: {unit_kind: [mountain]}
reference: {item: 12}
basis: {max_points: stated, scale: assumed}
"""


def test_a_criterion_may_be_written_as_the_loader_lets_it() -> None:
    assert faults("part", CRITERION) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: T", "titel: T"),
        ("basis: {max_points: stated, scale: assumed}", ""),
        ("basis: {max_points: stated, scale: assumed}", "basis: sure"),
        ("max_points: 1\n", 'max_points: "1,5"\n'),
        ("max_points: 1\n", "max_points:\n"),
        ("scale:\n", "criteria: []\nscale:\n"),
        ("  bands:", "  linear: {}\n  bands:"),
        ("  bands:", "  band:"),
        ("at_least: 80%, ", ""),
        ("{ratio: [done, {sum: [a, b]}]}", "done"),
        ("{ratio: [done, {sum: [a, b]}]}", "{ratio: [done]}"),
        ("{ratio: [done, {sum: [a, b]}]}", "{count: done, amount: done}"),
        ("{unit_kind: [mountain]}", "[]"),
        ("clause: đ", "clause: a b"),
    ],
)
def test_a_mistake_is_marked_while_it_is_typed(old: str, new: str) -> None:
    changed = CRITERION.replace(old, new)
    assert changed != CRITERION
    assert faults("part", changed)


HEADER = """
id: x/2018
title: {vi: X, en: X}
document: {id: D}
max_points: 1
reference: {item: a}
basis: stated
"""


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ("parts: [1.yaml]", True),
        ("catalogues: [par-index-province]\nparts: [1.yaml]", True),
        ("", False),
        ("parts: [1.yaml]\nchanges: []", False),
        ("extends: x/2017", True),
        ("extends: x/2017\nchanges: [{path: 8.2/b/at_least, value: 15%}]", True),
        ("extends: x/2017\nchanges: [{criterion: 8.2, set: {max_points: 2, note: }}]", True),
        ("extends: x/2017\nchanges: [{criterion: 8.2, set: {maximum: 2}}]", False),
        ("extends: x/2017\nchanges: [{remove: 8.2}, {remove: 8.3/nothing_assigned}]", True),
        ("extends: x/2017\nchanges: [{path: 8.2}]", False),
        ("extends: x/2017\nchanges: [{path: 8.2, value: 1, remove: 8.3}]", False),
    ],
)
def test_a_header_has_criteria_or_says_where_they_come_from(more: str, fits: bool) -> None:
    assert (faults("rulebook", HEADER + more) == []) is fits


def test_an_edition_needs_only_what_is_new() -> None:
    assert faults("rulebook", "extends: x/2017\nid: x/2018\n") == []


def test_readings_have_the_keys_that_are_read() -> None:
    parts = SCHEMAS["readings"]["definitions"]
    one = parts["unit_readings"]["properties"]
    assert set(one) == set(readings_tree._ONE_KEYS)
    assert set(one["unit"]["anyOf"][1]["properties"]) == set(readings_tree._UNIT_KEYS)
    assert set(parts["several"]["properties"]) == set(readings_tree._FILE_KEYS)
    assert set(parts["figure"]["anyOf"][1]["properties"]) == set(readings_tree._FIGURE_KEYS)
    assert set(parts["declared"]["additionalProperties"]["anyOf"][1]["properties"]) == set(readings_tree._POINTS_KEYS)
