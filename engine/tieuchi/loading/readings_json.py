"""JSON text to the tree of nodes that YAML also becomes, with the place of every value.

Python's own JSON reader knows no places, lets duplicate keys pass and makes binary floats; this one reads the strict
grammar of RFC 8259, keeps every number as its text, and refuses what is too deep or too long before it costs
anything.
"""

from __future__ import annotations

import bisect
import json
import re
from typing import NoReturn

from tieuchi.errors import Position, ReadingsError
from tieuchi.loading.locale_numbers import MOST_DIGITS
from tieuchi.loading.readings_given import Report, refusal, tidy
from tieuchi.loading.yaml_source import Draft, Keep, Node

MOST_BYTES = 10_000_000
MOST_DEPTH = 32
MOST_NODES = 1_000_000

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE]([+-]?[0-9]+))?(?![0-9A-Za-z.+-])")
_WORD = re.compile(r"(?:true|false|null)(?![0-9A-Za-z_])")
_NOT_FINITE = re.compile(r"-?(?:NaN|Infinity)(?![0-9A-Za-z_])")
_TOKEN = re.compile(r"[^\s,\[\]{}:]{1,40}|.", re.DOTALL)


def parse_json(text: str, file: str) -> Node:
    r"""Turn JSON text into nodes.

    Raises:
        ReadingsError: With every duplicate key and number that is none, or the first place where the syntax breaks.

    Example:
        >>> parse_json('{"a": [0.10, "x"]}', "x.json").plain()
        {'a': ['0.10', 'x']}
    """
    draft = draft_json(text, file)
    if draft.issues:
        raise ReadingsError(draft.issues)
    return draft.root


def draft_json(text: str, file: str, keep: Keep = "first") -> Draft:
    r"""Turn JSON text into nodes, with the issues that leave a tree: keys that stand twice, numbers that are none.

    Strings are ``quoted`` scalars; numbers, ``true``, ``false`` and ``null`` are plain ones. A number that is none is
    empty.

    Raises:
        ReadingsError: With the first place where the syntax breaks, and what was wrong before it.

    Example:
        >>> draft = draft_json('{"a": [0.10, "x"],\n "a": 2}', "x.json")
        >>> draft.root.plain(), [issue.text("en").splitlines()[0] for issue in draft.issues]
        ({'a': ['0.10', 'x']}, ['x.json:2:2: D425: the key “a” already stands in line 1'])
    """
    reader = _Reader(text, file, keep)
    try:
        root = reader.value(0)
        reader.skip()
        if reader.at < len(text):
            reader.fail()
    except ReadingsError as error:
        raise ReadingsError([*reader.report.issues, *error.issues]) from None
    return Draft(root, tuple(reader.report.issues))


class _Reader:
    """Reads one text from front to back; the depth limit keeps recursion shallow."""

    def __init__(self, text: str, file: str, keep: Keep) -> None:
        self.text = text
        self.file = file
        self.keep = keep
        self.at = 0
        self.nodes = 0
        self.report = Report(file)
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> Position:
        line = bisect.bisect_right(self.lines, offset)
        return Position(self.file, line, offset - self.lines[line - 1] + 1)

    def skip(self) -> None:
        if self.text[self.at : self.at + 1].isspace():
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at

    def fail(self) -> NoReturn:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise refusal("D422", self.place(self.at))
        raise refusal("D421", self.place(self.at), token=found[0])

    def take(self, mark: str) -> bool:
        self.skip()
        if self.text[self.at : self.at + 1] != mark:
            return False
        self.at += 1
        return True

    def value(self, depth: int) -> Node:
        self.skip()
        start = self.at
        self.nodes += 1
        if depth > MOST_DEPTH:
            raise refusal("D423", self.place(start), most=MOST_DEPTH)
        if self.nodes > MOST_NODES:
            raise refusal("D424", self.place(start), most=MOST_NODES)
        match self.text[start : start + 1]:
            case "{":
                self.at += 1
                return self.mapping(start, depth)
            case "[":
                self.at += 1
                return self.sequence(start, depth)
            case '"':
                return self.string()
            case _:
                return self.scalar()

    def mapping(self, start: int, depth: int) -> Node:
        items: dict[str, tuple[Node, Node]] = {}
        first: dict[str, Node] = {}
        while not (not items and self.take("}")):
            self.skip()
            key = self.string()
            before = first.setdefault(key.text, key)
            if before is not key:
                self.report.add("D425", key.position, key=key.text, line=before.position.line)
            if not self.take(":"):
                self.fail()
            value = self.value(depth + 1)
            if before is key or self.keep == "last":
                items[key.text] = key, value
            if not self.more("}"):
                break
        return Node("mapping", self.place(start), items=tuple(items.values()))

    def sequence(self, start: int, depth: int) -> Node:
        parts: list[Node] = []
        while not (not parts and self.take("]")):
            parts.append(self.value(depth + 1))
            if not self.more("]"):
                break
        return Node("sequence", self.place(start), parts=tuple(parts))

    def more(self, end: str) -> bool:
        """Say whether a comma leads on; only the closing mark may stand there instead."""
        if self.take(","):
            return True
        if not self.take(end):
            self.fail()
        return False

    def string(self) -> Node:
        start = self.at
        found = _STRING.match(self.text, start)
        if found is None:
            if self.text.startswith('"', start):
                raise refusal("D426", self.place(start))
            self.fail()
        self.at = found.end()
        body = found[0]
        text = json.loads(body) if "\\" in body else body[1:-1]
        return Node("scalar", self.place(start), tidy(text), True)

    def scalar(self) -> Node:
        start = self.at
        if found := _NUMBER.match(self.text, start):
            return self.number(found)
        if found := _NOT_FINITE.match(self.text, start):
            self.report.add("D427", self.place(start), value=found[0])
            self.at = found.end()
            return Node("scalar", self.place(start))
        if (found := _WORD.match(self.text, start)) is None:
            self.fail()
        self.at = found.end()
        return Node("scalar", self.place(start), found[0])

    def number(self, found: re.Match[str]) -> Node:
        self.at = found.end()
        text, exponent = found.group(0, 1)
        at = self.place(found.start())
        if len(text) > 2 * MOST_DIGITS or (exponent and (len(exponent) > 4 or abs(int(exponent)) > MOST_DIGITS)):
            self.report.add("D466", at, value=text, most=MOST_DIGITS)
            return Node("scalar", at)
        return Node("scalar", at, text)
