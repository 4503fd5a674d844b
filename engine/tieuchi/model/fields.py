"""The kinds of field that rulebooks and catalogues are made of: exact numbers, dates, names, titles.

Loading hands over every scalar as the text that stands in the file, so the field, never the look of the text,
decides what it means: ``1.10`` is the name of a criterion in one field and a number in another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tieuchi.model.described import field_descriptions
from tieuchi.model.number import exact_text, parse_number


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know.

    A model is made ready to read data when it first does so: most stand inside another and never do by themselves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe each field by the string under it."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        texts = field_descriptions(cls)
        for name, field in cls.model_fields.items():
            shown = properties.get(field.alias or name, properties.get(name))
            if shown is not None and field.description is None and name in texts:
                shown["description"] = texts[name]
        return schema


_known_number = lru_cache(maxsize=4096)(parse_number)
"""The same few numbers stand all over a rulebook."""


def _number(raw: Any) -> Fraction:
    if isinstance(raw, str):
        try:
            return _known_number(raw)
        except ValueError:
            raise PydanticCustomError("number", "not a number", {"value": raw}) from None
    if isinstance(raw, Fraction):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Fraction(raw)
    raise PydanticCustomError("number", "not a number", {"value": raw})


def _whole(raw: Any) -> int:
    number = _number(raw)
    if number.denominator != 1:
        raise PydanticCustomError("whole", "not a whole number", {"value": raw})
    return number.numerator


def _date(raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str):
        for pattern, order in ((r"(\d{4})-(\d{2})-(\d{2})", (1, 2, 3)), (r"(\d{1,2})/(\d{1,2})/(\d{4})", (3, 2, 1))):
            if found := re.fullmatch(pattern, raw.strip(), re.ASCII):
                try:
                    return date(*(int(found[i]) for i in order))
                except ValueError:
                    break
    raise PydanticCustomError("date", "not a date", {"value": raw})


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return bool(raw == "true")
    raise PydanticCustomError("flag", "not true or false", {"value": raw})


def _title(raw: Any) -> Any:
    return {"vi": raw, "en": raw} if isinstance(raw, str) else raw


_NUMBER_SCHEMA = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*[+-]?\d+(\.\d+|\s*/\s*\d+)?\s*%?\s*$"},
    ],
    "description": "An exact number: 15, 0.5, -2, 30%, 1/3.",
}


class _Scalar:
    """How a scalar is read, how it is written, and what an editor is told of it, in one annotation.

    pydantic has one for each; with three on each of some sixty fields, a rulebook took a quarter longer to get ready.
    """

    def __init__(self, read: Callable[[Any], Any], write: Callable[[Any], str] | None, shape: dict[str, Any]) -> None:
        self.shape = shape
        told = None
        if write is not None:
            told = core_schema.plain_serializer_function_ser_schema(write, return_schema=core_schema.str_schema())
        self.schema = core_schema.no_info_plain_validator_function(read, serialization=told)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return self.schema.copy()

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: Any) -> JsonSchemaValue:
        return self.shape.copy()


Exact = Annotated[Fraction, _Scalar(_number, exact_text, _NUMBER_SCHEMA)]
"""An exact number."""

Whole = Annotated[int, _Scalar(_whole, None, {"type": "integer"})]
"""A whole number."""

_DAY_SCHEMA = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$"}

Day = Annotated[date, _Scalar(_date, date.isoformat, _DAY_SCHEMA)]
"""A date: 2017-12-31 or 31/12/2017 (day first)."""

Flag = Annotated[bool, _Scalar(_flag, None, {"type": "boolean"})]
"""true or false."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,79}$")]
"""The name of an indicator, finding, grade or choice: lower case, digits, ``_`` and ``-``, from a letter."""

OfficeId = Identifier

CriterionId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")]
"""The code of a criterion as printed in the decision: ``8.2``, ``1.10``."""

Clause = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-zđĐ][0-9A-Za-zđĐ._-]{0,39}$")]
"""The name of one step or part inside a criterion: ``a``, ``b``, ``đ``."""

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Bilingual(Strict):
    """A text in Vietnamese and English."""

    vi: Phrase
    en: Phrase

    def of(self, language: str) -> str:
        """Return the text in one language."""
        return self.vi if language == "vi" else self.en


Title = Annotated[Bilingual, BeforeValidator(_title)]
"""``{vi: …, en: …}``, or one text for both."""
