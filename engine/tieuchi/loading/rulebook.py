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
from tieuchi.loading.yaml_source import Draft, Node
from tieuchi.model.rulebook import Rulebook

_OF_TEXT = {"Y105", "Y109", "Y111", "Y113", "Y114"}
"""Issues of a text that leave all of it to go on with."""
_ABOUT_OTHERS = {"R202", "R222", "R401", "R402", "R410", "R412", "R413", "R414", "R421", "R423", "R424"}
"""Issues of a place that another place can bring about by not being there."""


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
    return tree_at(rulebook_path(str(name)))


def tree_at(path: Path) -> Node:
    """Return the tree of the rulebook in a file.

    Raises:
        RulebookError: The files don't make one tree; with everything else that is wrong with the rulebook.
    """
    draft = assemble(path)
    if draft.issues:
        raise RulebookError([*draft.issues, *_later_issues(draft, path)])
    return draft.root


def _later_issues(draft: Draft, path: Path) -> list[Issue]:
    """Return what is wrong with the rulebook apart from its text and its files, whatever mends those."""
    later = _judged(draft.root)[1]
    if draft.doubled:
        other = _judged(assemble(path, keep="last").root)[1]
        later = [issue for issue in later if issue in other]
    if {issue.code for issue in draft.issues} - _OF_TEXT:
        # Something is not there to be named, or to be added up.
        later = [issue for issue in later if issue.code not in _ABOUT_OTHERS]
    return later


def rulebook_of(root: Node) -> Rulebook:
    """Turn a tree into a rulebook, or raise with everything that is wrong."""
    book, issues = _judged(root)
    if book is None or issues:
        raise RulebookError(issues)
    return book


def _judged(root: Node) -> tuple[Rulebook | None, list[Issue]]:
    """Return the rulebook, if the tree has the shape of one, and everything that is wrong with it."""
    if root.kind != "mapping":
        return None, [Issue("R220", root.position, facts={"value": root.text[:40]})]
    try:
        book = Rulebook.model_validate(_without_empty(root))
    except ValidationError as error:
        from tieuchi.loading.salvage import remaining_issues

        return None, [*issues_of(error, root, Rulebook), *remaining_issues(root, error)]
    return book, [issue for issue in check_rulebook(book, root) if issue.severity == "error"]


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
