"""Load rulebooks and catalogues: the one way from files to a ``Rulebook``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from tieuchi.errors import Issue, RulebookError
from tieuchi.loading.assemble import assemble
from tieuchi.loading.bundled import rulebook_path
from tieuchi.loading.checks import check_rulebook
from tieuchi.loading.refusals import issues_of
from tieuchi.loading.salvage import remaining_issues
from tieuchi.loading.yaml_source import Node
from tieuchi.model.rulebook import Rulebook


def load_rulebook(name: str | Path) -> Rulebook:
    """Load a rulebook given by path, by folder or by bundled name.

    Raises:
        UnknownNameError: There is no such file or bundled rulebook.
        RulebookError: With everything that is wrong with it, each with file, line and column.

    Example:
        >>> load_rulebook("par-index-province/2017").max_points
        Fraction(100, 1)
    """
    return rulebook_of(rulebook_tree(name))


def rulebook_tree(name: str | Path) -> Node:
    """Return the tree of a rulebook before it becomes a model, every node with its place."""
    return assemble(rulebook_path(str(name)))


def rulebook_of(root: Node) -> Rulebook:
    """Turn a tree into a rulebook, or raise with everything that is wrong."""
    if root.kind != "mapping":
        raise RulebookError([Issue("R220", root.position, facts={"value": root.text[:40]})])
    try:
        book = Rulebook.model_validate(_without_empty(root))
    except ValidationError as error:
        raise RulebookError([*issues_of(error, root, Rulebook), *remaining_issues(root, error)]) from None
    issues = [issue for issue in check_rulebook(book, root) if issue.severity == "error"]
    if issues:
        raise RulebookError(issues)
    return book


def _without_empty(root: Node) -> dict[str, object]:
    plain = root.plain()
    return {key: value for key, value in plain.items() if value is not None}


def dumped(book: Rulebook) -> dict[str, object]:
    """Return a rulebook as plain data that loads to the same rulebook."""
    return book.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def fingerprint(book: Rulebook) -> str:
    """Return the SHA-256 of what a rulebook says, however it is spread over files."""
    text = json.dumps(dumped(book), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
