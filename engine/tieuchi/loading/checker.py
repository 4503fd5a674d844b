"""What checks of a rulebook report to: a list of issues, each at the node that its path leads to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tieuchi.errors import Example, Issue, nearest
from tieuchi.loading.refusals import path_text
from tieuchi.loading.witnesses import Seeker
from tieuchi.loading.yaml_source import Node
from tieuchi.model.lowering import Indicators
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Rulebook

Path = tuple[str | int, ...]
MOST_COMPARED = 20_000
"""How many known names are compared with unknown ones in all. Looking for the nearest is slow."""


class Checker:
    """Collects the issues of one rulebook."""

    def __init__(self, book: Rulebook, root: Node) -> None:
        self.book = book
        self.root = root
        self.issues: list[Issue] = []
        self.indicators: Indicators = {i.id: i for i in book.indicators}
        self.seeker = Seeker(self.indicators, tuple(book.unit_kinds))
        self._compared = 0

    def report(
        self,
        path: Path,
        code: str,
        /,
        *,
        clauses: tuple[str, ...] = (),
        there: Path | None = None,
        examples: tuple[Example, ...] = (),
        **facts: object,
    ) -> None:
        """Add one issue; fractions among the facts are written exactly.

        ``there`` is the path of the second of ``clauses``, and ``examples`` are readings that show the issue.
        """
        issue = self._issue(self.root.at(path), path, code, facts)
        other = None if there is None else self.root.at(there).position
        self.issues.append(replace(issue, clauses=clauses, there=other, examples=examples))

    def unknown(self, path: Path, code: str, name: str, known: list[str], *, key: bool = False) -> None:
        """Report a name that is not there, with the nearest that is; the name is a value, or a ``key``."""
        self._compared += len(known)
        near = nearest(name, known) if self._compared <= MOST_COMPARED else None
        node = self.root.key_at(path) if key else self.root.at(path)
        facts: dict[str, object] = {"name": name, "nearest": near or "", "known": ", ".join(sorted(known)[:8])}
        self.issues.append(self._issue(node, path, code, facts))

    def _issue(self, node: Node, path: Path, code: str, facts: dict[str, object]) -> Issue:
        words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in facts.items()}
        return Issue(code, node.position, path_text(self.root.reached(path)), words)
