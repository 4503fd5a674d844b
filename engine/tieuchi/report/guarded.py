"""Templates of other people: they may name what is in the report, and do nothing else."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

MOST_PLACE = 80


@cache
def guarded() -> Any:
    """Return the environment that templates run in: no attributes of Python, no files, nothing that multiplies.

    Example:
        >>> guarded().from_string("{{ office | upper }}").render(office="Sở Nội vụ")
        'SỞ NỘI VỤ'
        >>> guarded().from_string("{{ office * 9 }}").render(office="Sở Nội vụ")
        Traceback (most recent call last):
        ...
        jinja2.exceptions.SecurityError: *
    """
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Guarded(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
            raise SecurityError(operator)

    environment = Guarded(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    return environment


def place_of(document: Any, problem: BaseException) -> str:
    """Return the paragraph of a Word template at which it failed, or nothing where that is not known.

    Args:
        document: The ``DocxTemplate``.
        problem: What jinja2 raised.
    """
    line = getattr(problem, "lineno", None)
    trace = problem.__traceback__
    while line is None and trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    if line is None:
        return ""
    # As docxtpl does: marks of whole paragraphs taken out, then each paragraph on a line of its own.
    lines = re.split(r"\n(?=<w:p[ >])", re.sub(r"(<w:p[ >])", r"\n\1", document.patch_xml(document.get_xml())))
    if not 0 < line <= len(lines):
        return ""
    text = " ".join(re.sub(r"<[^>]+>", "", lines[line - 1]).split())
    return text if len(text) <= MOST_PLACE else text[: MOST_PLACE - 1] + "…"
