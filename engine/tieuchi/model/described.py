"""What the strings under the fields of a model say of them, for the JSON Schema that editors and the API show."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise


def field_descriptions(model: type) -> dict[str, str]:
    """Return the strings that stand under the fields of a class and of those it derives from, by name of the field.

    pydantic can read them too (``use_attribute_docstrings``), but does so whenever a model is imported, which took a
    fifth of the time of a short command; this is asked only where a schema is made.

    Example:
        >>> from tieuchi.model.value import Value
        >>> field_descriptions(Value)["difference"]
        'First less second.'
    """
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if "__annotations__" in vars(parent):
            found |= _own_descriptions(parent)
    return found


def _own_descriptions(model: type) -> dict[str, str]:
    definition = _classes(model.__module__).get(model.__qualname__)
    if definition is None:
        return {}
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module as they are written; read once, for asking class by class takes seconds."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):  # made at run time, or of a compiled module
        return {}
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
