"""Rulebooks made ready, kept for the next request: bundled ones by name, sent ones by what they say."""

from __future__ import annotations

import hashlib
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tieuchi.api import load_readings
from tieuchi.assess import Assessor, Road
from tieuchi.errors import Issue, Position, RulebookError, TieuchiError, UnknownNameError
from tieuchi.loading.bundled import catalogue_names, readings_names, rulebook_names
from tieuchi.loading.rulebook import fingerprint, rulebook_of, rulebook_tree, tree_at
from tieuchi.loading.tree_paths import TreePath, names_below, resolve
from tieuchi.loading.yaml_source import Keep, Node, draft_yaml
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import parse_number
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.scoring.scorer import Scorer
from tieuchi.web.renaming import renamed_error, renamed_tree

SENT = "rulebook.yaml"
"""The name of a sent rulebook in positions."""
MOST_KEPT = 8


@dataclass(eq=False)
class Loaded:
    """A rulebook and all that is made of it once."""

    root: Node
    book: Rulebook
    name: str = ""
    """The name under which it can be asked for; none where it was sent."""
    readings: dict[tuple[str, str | None, str | None], Readings] = field(default_factory=dict)
    """Bundled readings that were asked for, by name, unit and locale."""
    _numbers: dict[str, dict[str, str]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

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

    def numbers_of(self, criterion: str) -> dict[str, str]:
        """Return the numbers of a sub-criterion's scale, by the shortest names of their places."""
        if criterion not in self._numbers:
            self._numbers[criterion] = dict(scale_numbers(self.root, criterion))
        return self._numbers[criterion]

    def text_at(self, path: str) -> str:
        """Return what stands at a place of the rulebook."""
        if path not in self._texts:
            self._texts[path] = self.root.at(resolve(self.root, path)).text
        return self._texts[path]

    @cached_property
    def exact_scorer(self) -> Scorer:
        """The rulebook compiled."""
        return Scorer(self.plan)

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

    def __init__(self, folder: Path | None = None, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._folder = folder
        self._most = most
        self._fitting: dict[str, tuple[str, ...]] = {}

    @cached_property
    def files(self) -> dict[str, str]:
        """The rulebooks that can be asked for by name, and what each is loaded from; those of the folder come first.

        In the folder each is ``NAME.yaml`` or ``NAME/rulebook.yaml``.
        """
        found = {name: name for name in rulebook_names()}
        if self._folder is not None:
            folders = [file.parent for file in self._folder.glob("*/**/rulebook.yaml")]
            found |= {path.relative_to(self._folder).as_posix(): str(path / "rulebook.yaml") for path in folders}
            found |= {file.stem: str(file) for file in self._folder.glob("*.yaml")}
        return dict(sorted(found.items()))

    def readings_for(self, name: str) -> tuple[str, ...]:
        """Return the bundled readings that fit a rulebook."""
        if name not in self._fitting:
            loaded = self.named(name)
            self._fitting[name] = tuple(found for found in readings_names() if _fits(found, loaded))
        return self._fitting[name]

    def first(self) -> Loaded:
        """Return the first rulebook that bundled readings fit."""
        return self.named(next((name for name in self.files if self.readings_for(name)), next(iter(self.files))))

    def named(self, name: str) -> Loaded:
        """Return a rulebook that is bundled or in the server's folder; a path is not a name.

        Raises:
            UnknownNameError: There is none of this name.
        """
        if name not in self.files:
            raise UnknownNameError("rulebook", name, self.files)
        return self._get(f"name:{name}") or self._put(f"name:{name}", _loaded(rulebook_tree(self.files[name]), name))

    def check(self) -> None:
        """Load every rulebook of the folder.

        Raises:
            RulebookError: With everything that is wrong with any of them.
        """
        issues: list[Issue] = []
        for file in (file for name, file in self.files.items() if file != name):
            try:
                rulebook_of(rulebook_tree(file))
            except RulebookError as error:
                issues += error.issues
        if issues:
            raise RulebookError(issues)

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


def _loaded(root: Node, name: str = "") -> Loaded:
    return Loaded(root, rulebook_of(root), name)


def _fits(name: str, loaded: Loaded) -> bool:
    try:
        load_readings(name, loaded.book)
    except TieuchiError:
        return False
    return True


def scale_numbers(root: Node, criterion: str) -> Iterator[tuple[str, str]]:
    """Yield the places of a sub-criterion's scale that hold a number, by their shortest names, and the numbers."""
    found: dict[TreePath, str] = {}
    for name in names_below(root):
        if not name.startswith(criterion + "/"):
            continue
        path = resolve(root, name)
        if "scale" in path and path[-1] not in ("clause", "due", "vi", "en") and is_number(root.at(path).text):
            before = found.get(path)
            found[path] = name if before is None or len(name) < len(before) else before
    for path, name in found.items():
        yield name, root.at(path).text


def is_number(text: str) -> bool:
    """Whether a text is a number, as rulebooks write numbers."""
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _sent_tree(text: str) -> Node:
    """Assemble a sent rulebook in an empty folder of its own, so that it can open nothing but what is bundled."""
    data = text.encode(errors="replace")
    kept: tuple[Keep, ...] = ("first", "last")
    for keep in kept:
        _check_opens_nothing(draft_yaml(data, SENT, keep=keep).root)
    with tempfile.TemporaryDirectory(prefix="rulebook-") as folder:
        file = Path(folder, SENT)
        file.write_bytes(data)
        try:
            return renamed_tree(tree_at(file), str(file), SENT)
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
