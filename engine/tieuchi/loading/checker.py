"""What checks of a rulebook report to: a list of issues, each at the node that its path leads to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from tieuchi.errors import Example, Issue, nearest
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.lowering import Indicators
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Rulebook

if TYPE_CHECKING:
    from tieuchi.loading.witnesses import Seeker

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
        self._declared = {indicator.id: place for place, indicator in enumerate(book.indicators)}
        self._compared = 0

    @cached_property
    def seeker(self) -> Seeker:
        """Looks for readings that show an issue; loaded with the algebra when there is one."""
        from tieuchi.loading.witnesses import Seeker

        return Seeker(self.indicators, tuple(self.book.unit_kinds))

    def report(
        self,
        path: Path,
        code: str,
        /,
        *,
        clauses: tuple[str, ...] = (),
        there: tuple[Path, ...] = (),
        examples: tuple[Example, ...] = (),
        **facts: object,
    ) -> None:
        """Add one issue; fractions among the facts are written exactly.

        ``there`` are the paths of the others of ``clauses``, and ``examples`` are readings that show the issue.
        """
        issue = self._issue(self.root.at(path), path, code, facts)
        others = tuple(self.root.at(other).position for other in there)
        # What was copied by an alias stands where it was copied from.
        others = tuple(place for place in others if place != issue.position)
        self.issues.append(replace(issue, clauses=clauses, there=others, examples=examples))

    def declaration(self, name: str) -> Path:
        """Return the place of an indicator that there is."""
        return ("indicators", self._declared[name])

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
