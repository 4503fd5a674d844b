"""Rulebooks made ready, kept for the next request: bundled ones by name, sent ones by what they say."""

from __future__ import annotations

import hashlib
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tieuchi.assess import Assessor, Road
from tieuchi.errors import Issue, Position, RulebookError, UnknownNameError
from tieuchi.loading.assemble import assemble
from tieuchi.loading.bundled import catalogue_names, rulebook_names
from tieuchi.loading.rulebook import fingerprint, rulebook_of, rulebook_tree
from tieuchi.loading.yaml_source import Node, parse_yaml
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.web.renaming import renamed_error

SENT = "rulebook.yaml"
"""The name of a sent rulebook in positions."""
MOST_KEPT = 8


@dataclass
class Loaded:
    """A rulebook and all that is made of it once."""

    root: Node
    book: Rulebook
    readings: dict[tuple[str, str | None, str | None], Readings] = field(default_factory=dict)
    """Bundled readings that were asked for, by name, unit and locale."""

    @cached_property
    def plan(self) -> Plan:
        """The rulebook made ready to score."""
        return compile_plan(self.book)

    @cached_property
    def sha256(self) -> str:
        """The hash of what the rulebook says."""
        return fingerprint(self.book)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """What can be read, by id."""
        return {indicator.id: indicator for indicator in self.book.indicators}

    @cached_property
    def exact(self) -> Assessor:
        """The exact road alone."""
        return Assessor(self.plan, "exact")

    @cached_property
    def both(self) -> Assessor:
        """Both roads."""
        return Assessor(self.plan, "both")

    def assessor(self, road: Road) -> Assessor:
        """Return what scores by this rulebook."""
        return self.both if road == "both" else self.exact

    def close(self) -> None:
        """Free what durable-rules holds, if it was asked at all."""
        if "both" in self.__dict__:
            self.both.close()


class Shelf:
    """The rulebooks used last."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._most = most

    def bundled(self, name: str) -> Loaded:
        """Return a bundled rulebook; a path is not a name.

        Raises:
            UnknownNameError: There is none of this name.
        """
        names = rulebook_names()
        if name not in names:
            raise UnknownNameError("rulebook", name, names)
        return self._get(f"name:{name}") or self._put(f"name:{name}", _loaded(rulebook_tree(name)))

    def sent(self, text: str) -> Loaded:
        """Return a rulebook that came with a request.

        Raises:
            RulebookError: With everything that is wrong with it.
        """
        key = "text:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        return self._get(key) or self._put(key, _loaded(_sent_tree(text)))

    def _get(self, key: str) -> Loaded | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _put(self, key: str, loaded: Loaded) -> Loaded:
        self._kept[key] = loaded
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)[1].close()
        return loaded


def _loaded(root: Node) -> Loaded:
    return Loaded(root, rulebook_of(root))


def _sent_tree(text: str) -> Node:
    """Assemble a sent rulebook in an empty folder of its own, so that it can open nothing but what is bundled."""
    data = text.encode(errors="replace")
    _check_opens_nothing(parse_yaml(data, SENT))
    with tempfile.TemporaryDirectory(prefix="rulebook-") as folder:
        file = Path(folder, SENT)
        file.write_bytes(data)
        try:
            return assemble(file)
        except RulebookError as error:
            raise renamed_error(error, str(file), SENT) from None


def _check_opens_nothing(header: Node) -> None:
    allowed = {"extends": rulebook_names(), "catalogues": catalogue_names(), "parts": []}
    issues = []
    for key, names in allowed.items():
        node = header.get(key) if header.kind == "mapping" else None
        for entry in () if node is None else node.parts or (node,):
            if not entry.empty and entry.text not in names:
                facts = {"key": key, "name": entry.text[:120]}
                issues.append(Issue("W116", Position(SENT, entry.position.line, entry.position.column), key, facts))
    if issues:
        raise RulebookError(issues)
