"""YAML text to a tree of nodes, each with its place. Safe by what it does not do.

Built on PyYAML's event stream, so nothing is ever constructed: no tags, no anchors, no implicit types. Every scalar
stays the text that stands in the file; the field it goes to decides what it means. Size, depth and number of nodes
are limited while reading, duplicate keys are refused with both places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from tieuchi.errors import Issue, Position, ReadingsError, RulebookError
from tieuchi.words.characters import forbidden_character

MOST_BYTES = 2_000_000
MOST_DEPTH = 32
MOST_NODES = 100_000
LONGEST_SCALAR = 20_000
MOST_ISSUES = 200

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BOMS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_OUTSIDE_YAML = {0x7F, 0xFFFE, 0xFFFF, *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)} - {0x85}


_NOTHING = ("", "~", "null")


@dataclass(slots=True, eq=False)
class Node:
    """One mapping, sequence or scalar, with the place of its first character.

    An empty plain scalar, ``~`` and ``null`` are ``empty``: nothing was given. Nobody changes a node once it is made;
    it is not frozen, for a rulebook has many thousands and they are made in a third of the time so.
    """

    kind: Literal["mapping", "sequence", "scalar"]
    position: Position
    text: str = ""
    quoted: bool = False
    items: tuple[tuple[Node, Node], ...] = ()
    parts: tuple[Node, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was given here."""
        return self.text in _NOTHING and not self.quoted and self.kind == "scalar"

    def get(self, key: str) -> Node | None:
        """Return the value of a key of a mapping, or None."""
        return next((value for name, value in self.items if name.text == key), None)

    def plain(self) -> Any:
        """Return dictionaries, lists, text and None: the tree without places."""
        if self.kind == "scalar":
            return None if self.text in _NOTHING and not self.quoted else self.text
        if self.kind == "mapping":
            return {key.text: value.plain() for key, value in self.items}
        return [part.plain() for part in self.parts]

    def has(self, path: tuple[str | int, ...]) -> bool:
        """Say whether something stands at a path."""
        return self._walk(path)[0] == len(path)

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node at a path, or the deepest one on the way to it."""
        return self._walk(path)[1]

    def reached(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Return a path as far as it leads inside the tree; a last key that is not there yet is kept."""
        steps, node = self._walk(path)
        return path if node.kind == "mapping" and steps == len(path) - 1 else path[:steps]

    def _walk(self, path: tuple[str | int, ...]) -> tuple[int, Node]:
        node = self
        for place, step in enumerate(path):
            found = None
            if isinstance(step, int) and node.kind == "sequence" and 0 <= step < len(node.parts):
                found = node.parts[step]
            elif isinstance(step, str) and node.kind == "mapping":
                found = node.get(step)
            if found is None:
                return place, node
            node = found
        return len(path), node

    def key_at(self, path: tuple[str | int, ...]) -> Node:
        """Return the key that a path ends with, or the node at the path where it ends with none."""
        parent = self.at(path[:-1])
        return next((key for key, _ in parent.items if key.text == path[-1]), self.at(path))


Keep = Literal["first", "last"]
"""Which of two values under one key stays in the tree. What is wrong with either way is wrong whichever is meant."""


class Draft(NamedTuple):
    """A tree, and what is wrong with its text although a tree could be made of it."""

    root: Node
    issues: tuple[Issue, ...] = ()

    @property
    def doubled(self) -> bool:
        """Whether some key stands twice, so that the tree depends on which one was kept."""
        return any(issue.code in ("Y114", "D425") for issue in self.issues)


def read_yaml(path: Path, error: type[RulebookError] | type[ReadingsError] = RulebookError) -> Node:
    """Read one YAML file into nodes.

    Raises:
        RulebookError: (or the error given) With every reason why the file can't be read, each with its place.
    """
    return parse_yaml(read_bytes(path, error), shown_path(path), error)


def shown_path(path: Path) -> str:
    """Return a path as messages and scorecards show it: bundled files without where they happen to be installed."""
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_bundled", package.parents[1]):
        for folder in ("rules", "indicators"):
            if path.is_relative_to(root / folder):
                return path.relative_to(root).as_posix()
    return str(path)


def read_bytes(path: Path, error: type[RulebookError] | type[ReadingsError] = RulebookError) -> bytes:
    """Read a file of at most ``MOST_BYTES``, or raise with what is in the way."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as problem:
        facts = {"reason": problem.strerror or type(problem).__name__}
        raise error([Issue("Y100", Position(shown_path(path)), facts=facts)]) from None
    if len(data) > MOST_BYTES:
        raise error([Issue("Y101", Position(shown_path(path)), facts={"most": str(MOST_BYTES)})])
    return data


def parse_yaml(data: bytes, file: str, error: type[RulebookError] | type[ReadingsError] = RulebookError) -> Node:
    """Turn the bytes of one YAML file into nodes.

    Example:
        >>> parse_yaml(b"id: 1.10", "x.yaml").plain()
        {'id': '1.10'}
    """
    draft = draft_yaml(data, file, error)
    if draft.issues:
        raise error(draft.issues)
    return draft.root


def draft_yaml(
    data: bytes, file: str, error: type[RulebookError] | type[ReadingsError] = RulebookError, keep: Keep = "first"
) -> Draft:
    r"""Turn the bytes of one YAML file into nodes, with the issues that leave a tree to go on with.

    Such are keys that stand twice or are no text, anchors and tags. What they stand for is in the tree all the same.

    Raises:
        RulebookError: (or the error given) There is no tree to go on with.

    Example:
        >>> draft = draft_yaml(b"id: a\nid: b\nsame: &x 1\nas: *x", "x.yaml")
        >>> draft.root.plain(), [issue.code for issue in draft.issues]
        ({'id': 'a', 'same': '1', 'as': '1'}, ['Y114', 'Y109', 'Y109'])
    """
    text = _decode(data, file, error)
    issues = list(_look(text, file))
    if issues:
        raise error(issues[:MOST_ISSUES])
    builder = _Builder(file, keep)
    try:
        root = builder.build(text)
    except yaml.YAMLError as problem:
        raise error([*builder.issues, _syntax_issue(problem, file)]) from None
    except _StopError:
        root = None
    if root is None and not builder.issues:
        builder.issues.append(Issue("Y110", Position(file)))
    if root is None:
        raise error(builder.issues[:MOST_ISSUES])
    return Draft(root, tuple(sorted(builder.issues[:MOST_ISSUES], key=lambda issue: issue.position)))


def _decode(data: bytes, file: str, error: type[RulebookError] | type[ReadingsError]) -> str:
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            raise error([Issue("Y102", Position(file, 1, 1), facts={"encoding": name})])
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        column = problem.start - (data.rfind(b"\n", 0, problem.start) + 1) + 1
        facts = {"byte": f"0x{data[problem.start]:02X}"}
        raise error([Issue("Y103", Position(file, line, column), facts=facts)]) from None


def _look(text: str, file: str) -> Iterator[Issue]:
    """Yield what a parser would only stumble over: tabs that indent, characters that YAML does not allow."""
    if text.replace("\n", "").isprintable():
        return
    for number, line in enumerate(text.split("\n"), 1):
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indent and line.strip():
            yield Issue("Y104", Position(file, number, indent.index("\t") + 1))
        if not line.isprintable():
            for column, character in enumerate(line, 1):
                code = ord(character)
                if code in _OUTSIDE_YAML or 0xD800 <= code <= 0xDFFF or (0x80 <= code < 0xA0 and code != 0x85):
                    yield Issue("Y105", Position(file, number, column), facts={"character": f"U+{code:04X}"})
                    break


class _StopError(Exception):
    """A limit was passed: reading on would not help."""


class _Builder:
    """Builds nodes from events with a stack of its own, so that depth costs no recursion."""

    def __init__(self, file: str, keep: Keep) -> None:
        self.file = file
        self.keep = keep
        self.issues: list[Issue] = []
        self.nodes = 0
        self.anchors: dict[str, tuple[Node, int]] = {}
        """What each anchor names, and how many nodes that is; nothing that has an alias inside, so none is deep."""
        self.aliases = 0

    def build(self, text: str) -> Node | None:
        loader = Loader(text)
        try:
            return self._built(iter(loader.get_event, None))
        finally:
            loader.dispose()

    def _built(self, events: Iterator[Any]) -> Node | None:
        stack: list[tuple[Any, list[Node], tuple[int, int]]] = []
        siblings: list[Node] = []
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                siblings.append(self._scalar(event))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._count(event)
                stack.append((event, siblings, (self.nodes, self.aliases)))
                siblings = []
                if len(stack) > MOST_DEPTH:
                    self._stop("Y107", event, most=MOST_DEPTH)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                start, above, (nodes, aliases) = stack.pop()
                node = self._collection(start, siblings)
                if start.anchor is not None and aliases == self.aliases:
                    self.anchors[start.anchor] = node, self.nodes - nodes + 1
                siblings = above
                siblings.append(node)
            elif kind is yaml.AliasEvent:
                siblings.append(self._alias(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop("Y106", event)
        return siblings[0] if siblings else None

    def _position(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def _stop(self, code: str, event: Any, **facts: object) -> None:
        self.issues.append(Issue(code, self._position(event), facts={k: str(v) for k, v in facts.items()}))
        raise _StopError

    def _count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop("Y108", event, most=MOST_NODES)
        if event.anchor is not None:
            self._report("Y109", event, name=event.anchor)
        if getattr(event, "tag", None) is not None:
            self._report("Y111", event, tag=event.tag)

    def _report(self, code: str, event: Any, **facts: object) -> None:
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(Issue(code, self._position(event), facts={k: str(v) for k, v in facts.items()}))

    def _alias(self, event: Any) -> Node:
        self._count(event)
        node, size = self.anchors.get(event.anchor or "", (Node("scalar", self._position(event)), 0))
        self.nodes += size
        self.aliases += 1
        return node

    def _scalar(self, event: Any) -> Node:
        """Return the node of a scalar. Most nodes are such, with nothing to count but themselves: no call is made."""
        text, mark = event.value, event.start_mark
        if event.anchor is None and event.tag is None and self.nodes < MOST_NODES:
            self.nodes += 1
        else:
            self._count(event)
        if len(text) > LONGEST_SCALAR:
            self._stop("Y112", event, most=LONGEST_SCALAR)
        if not text.isprintable() and (character := forbidden_character(text)):
            self._report("Y105", event, character=character)
            text = "".join(c for c in text if not forbidden_character(c))
        node = Node("scalar", Position(self.file, mark.line + 1, mark.column + 1), text, bool(event.style))
        if event.anchor is not None:
            self.anchors[event.anchor] = node, 1
        return node

    def _collection(self, start: Any, children: list[Node]) -> Node:
        position = self._position(start)
        if type(start) is yaml.SequenceStartEvent:
            return Node("sequence", position, parts=tuple(children))
        keys, values = children[::2], children[1::2]
        names = {key.text for key in keys if key.kind == "scalar"}
        if len(names) < len(keys) or "<<" in names:
            return Node("mapping", position, items=self._mended(keys, values))
        return Node("mapping", position, items=tuple(zip(keys, values, strict=True)))

    def _mended(self, keys: list[Node], values: list[Node]) -> tuple[tuple[Node, Node], ...]:
        """Return the items of a mapping in which some key is no text, stands twice or may bring in another mapping."""
        first: dict[str, Node] = {}
        kept: dict[str, tuple[Node, Node]] = {}
        for key, value in zip(keys, values, strict=True):
            if key.kind != "scalar":
                self.issues.append(Issue("Y113", key.position))
                continue
            if key.text == "<<" and not key.quoted:
                self.issues.append(Issue("Y109", key.position, facts={"name": "<<"}))
                for name, inner in (item for part in (value, *value.parts) for item in part.items):
                    kept.setdefault(name.text, (name, inner))
                continue
            before = first.setdefault(key.text, key)
            if before is not key:
                facts = {"key": key.text, "line": str(before.position.line)}
                self.issues.append(Issue("Y114", key.position, facts=facts))
            if before is key or self.keep == "last":
                kept[key.text] = key, value  # also over what << brought
        return tuple(kept.values())


def _syntax_issue(problem: yaml.YAMLError, file: str) -> Issue:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    position = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file)
    words = [getattr(problem, name, None) for name in ("context", "problem")]
    reason = "; ".join(word for word in words if word) or type(problem).__name__
    return Issue("Y115", position, facts={"reason": reason})
