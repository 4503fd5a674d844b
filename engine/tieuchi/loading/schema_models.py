"""From pydantic's schemas of the models to draft 7 in our own words.

Pydantic describes what a model holds once it is read; people write it more loosely. So a title may be one text, a
number may be text, a condition may stand without its list, and null is not offered for keys that may be left out.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_NUMBER = r"^\s*[+-]?\d+(\.\d+|\s*/\s*\d+)?\s*%?\s*$"
NAME = r"^[a-z][a-z0-9_-]{0,79}$"

_SHARED: dict[str, Schema] = {
    "number": {
        "description": "An exact number: 15, 0.5, -2, 30%, 1/3.",
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER}],
    },
    "whole": {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+$"}]},
    "flag": {"enum": [True, False, "true", "false"]},
    "text": {"type": ["string", "number"], "minLength": 1, "maxLength": 4000},
    "title": {
        "description": "One text for both languages, or {vi: …, en: …}.",
        "anyOf": [{"$ref": "#/definitions/text"}, {"$ref": "#/definitions/Bilingual"}],
    },
    "operand": {
        "description": "The name of an indicator, or a value again.",
        "anyOf": [{"type": "string", "pattern": NAME}, {"$ref": "#/definitions/Value"}],
    },
    "conditions": {
        "description": "One condition, or a list of which all must hold.",
        "anyOf": [
            {"$ref": "#/definitions/Condition"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/Condition"}},
        ],
    },
}

# Which keys of a model exclude each other, one of them being needed.
_ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "Branch": (("when", "otherwise"), ("points", "scale")),
    "CaseForm": (("expect", "error"),),
    "Consequence": (("at_most", "deduct"),),
    "Criterion": (("criteria", "scale"),),
    "DaysLate": (("due", "due_reading"),),
    "Deadline": (("by", "before"),),
    "Grade": (("at_least", "otherwise"),),
    "Item": (("indicator", "when"),),
    "NothingAssigned": (("points", "not_applicable"),),
}
_ONE_KEY = ("Scale", "Value")
_ENDS = ("at_least", "more_than", "at_most", "less_than", "exactly", "otherwise")
_FIRST_KEYS = ("description", "type", "pattern", "enum", "$ref", "anyOf", "required", "properties")


def root_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of one model, in our own words, with what it refers to."""
    made = model.model_json_schema(by_alias=True, mode="validation")
    parts: dict[str, Schema] = made.pop("$defs", {})
    if "$ref" not in made:  # a model that holds itself is already among its own parts
        parts[model.__name__] = made
    return with_used({"$ref": f"#/definitions/{model.__name__}"}, {n: _model(n, part) for n, part in parts.items()})


def with_used(root: Schema, definitions: dict[str, Schema]) -> Schema:
    """Return a schema with those of our own shared definitions that something in it refers to."""
    known = {**_SHARED, **definitions}
    used: dict[str, Schema] = {}
    waiting = _references(root)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = known[name]
            waiting += _references(known[name])
    return {**root, "definitions": {name: used[name] for name in sorted(used)}}


def _references(schema: object) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
        return own + [name for part in schema.values() for name in _references(part)]
    return [name for part in schema for name in _references(part)] if isinstance(schema, list) else []


def _model(name: str, schema: Schema) -> Schema:
    """Return the schema of one model: its properties, and which of them exclude each other."""
    made = _plain(schema)
    made["properties"] = {key: _property(name, key, part) for key, part in made.get("properties", {}).items()}
    if name in _ONE_KEY:
        made |= {"minProperties": 1, "maxProperties": 1}
    choices = [{"oneOf": [{"required": [key]} for key in keys]} for keys in _ONE_OF.get(name, ())]
    if choices:
        made["allOf"] = choices
    if name == "Band":
        made["anyOf"] = [{"required": [key]} for key in _ENDS]
    return _ordered(made)


def _property(model: str, key: str, schema: Schema) -> Schema:
    """Return one property, where the model alone does not tell how it may be written."""
    about = {"description": schema["description"]} if "description" in schema else {}
    if key in ("when", "applies_when"):
        return {"$ref": "#/definitions/conditions"}
    if model == "Criterion" and key == "basis":
        names = ["stated", "derived", "assumed"]
        return {"anyOf": [{"enum": names}, {"$ref": "#/definitions/BasisParts"}], **about}
    if model in ("Value", "Weighted", "Truncated"):
        return {name: _as_operand(part) for name, part in schema.items()}
    return schema


def _as_operand(part: Any) -> Any:
    """Return part of the schema of a value with operands where it holds values again."""
    if isinstance(part, dict):
        return {name: _as_operand(inner) for name, inner in part.items()}
    return "#/definitions/operand" if part == "#/definitions/Value" else part


def _plain(schema: Any) -> Any:
    """Return a schema in our own words: shared definitions, no titles made of names, no nulls."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = _without_null(schema)
    rest = {key: part for key, part in rest.items() if key != "title" and not _says_nothing(key, part)}
    shared = _shared(rest)
    if shared is not None:
        return {**shared, **{key: rest[key] for key in ("description", "default") if key in rest}}
    made = {key: _plain_part(key, part) for key, part in rest.items()}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")[0]
    if "patternProperties" in made:
        made["additionalProperties"] = False
    if made.get("type") == "array" and "minLength" in made:
        made["minItems"] = made.pop("minLength")
    return _ordered(made)


def _says_nothing(key: str, part: Any) -> bool:
    """Say whether a keyword adds nothing to what the shared definitions and the models' own defaults say."""
    if key == "default":
        return part is None or isinstance(part, (dict, list))
    return key == "description" and part == _SHARED["number"]["description"]


def _plain_part(key: str, part: Any) -> Any:
    if key in ("properties", "patternProperties"):
        return {name: _plain(inner) for name, inner in part.items()}
    if key == "$ref":
        return "#/definitions/" + {"Bilingual": "title"}.get(name := part.rpartition("/")[2], name)
    return part if key in ("default", "required", "enum", "const", "description") else _plain(part)


def _without_null(schema: Schema) -> Schema:
    """Return a schema that does not offer null beside what it is for."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1 and len(schema["anyOf"]) > 1:
        kept = {key: part for key, part in schema.items() if key != "anyOf"}
        return {**_without_null(options[0]), **kept}
    return {**schema, "anyOf": options} if options else schema


def _shared(schema: Schema) -> Schema | None:
    """Return the shared definition that a schema of pydantic's comes to."""
    options = schema.get("anyOf", [])
    if {"type": "number"} in options and any(option.get("type") == "string" for option in options):
        return {"$ref": "#/definitions/number"}
    match schema.get("type"):
        case "integer":
            return {"$ref": "#/definitions/whole"}
        case "boolean":
            return {"$ref": "#/definitions/flag"}
        case "string" if "enum" not in schema and "const" not in schema:
            if schema.get("maxLength") == _SHARED["text"]["maxLength"]:
                return {"$ref": "#/definitions/text"}
            if schema.get("pattern", "^[a-z]").startswith("^[a-z]["):
                return {"type": "string", "pattern": schema["pattern"]}
            if "pattern" in schema and schema["pattern"].startswith(r"^(\d{4}"):
                return {"type": "string", "pattern": schema["pattern"]}
            limits: Schema = {key: schema[key] for key in ("pattern", "minLength", "maxLength") if key in schema}
            return {"type": ["string", "number"], **limits}
    return None


def _ordered(schema: Schema) -> Schema:
    first = {key: schema[key] for key in _FIRST_KEYS if key in schema}
    return {**first, **{key: part for key, part in schema.items() if key not in first}}
