"""Rows that can't be scored, kept with what is wrong and what stood in them, so that none is lost without a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieuchi.errors import Issue
from tieuchi.words import Language, message_text
from tieuchi.words.characters import visible

LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Reject:
    """What is wrong with one row; ``row`` is what stood there, to be mended and handed in again."""

    issues: tuple[Issue, ...]
    unit: str = ""
    row: str = ""


def row_text(cells: Mapping[str, str]) -> str:
    """Return the cells of a row in one line, each behind the name of its column.

    Example:
        >>> row_text({"unit": "a", "done": "12O"})
        'unit=a; done=12O'
    """
    return visible("; ".join(f"{title}={text}" for title, text in cells.items()))[:LONGEST]


def error_columns(rejects: Sequence[Reject], language: Language) -> dict[str, list[Any]]:
    """Return the table of errors, one line for each thing that is wrong."""
    pairs = [(reject, issue) for reject in rejects for issue in reject.issues]
    issues = [issue for _, issue in pairs]
    return {
        "file": [issue.position.file for issue in issues],
        "line": [issue.position.line or None for issue in issues],
        "cell": [issue.position.cell for issue in issues],
        "unit": [reject.unit for reject, _ in pairs],
        "column": [visible(issue.path) for issue in issues],
        "code": [issue.code for issue in issues],
        "message": [message_text(issue.code, issue.facts, language) for issue in issues],
        "row": [reject.row for reject, _ in pairs],
    }
