"""Lay out a YAML file of rules as all others are: indents, spaces, line ends. Comments and wording stay.

Done by ruamel's round trip, which knows nothing of our fields: every scalar is kept as the text that stands in the
file. What comes out is read again and compared, so that a layout never changes what a file says.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from tieuchi.errors import Issue, Position, RulebookError
from tieuchi.loading.yaml_source import Node, parse_yaml, read_bytes, shown_path

WIDTH = 118
_BLANKS = re.compile(r"\n{3,}")


def formatted(path: Path) -> str:
    """Return the text of a file as it should be laid out.

    Raises:
        RulebookError: The file is no YAML that a rulebook may be.
    """
    data = read_bytes(path)
    return format_text(data, shown_path(path))


def format_text(data: bytes, file: str) -> str:
    r"""Return the bytes of a file laid out.

    Example:
        >>> format_text(b"a:   {b:  1.10}\n", "x.yaml")
        'a: {b: 1.10}\n'
    """
    before = parse_yaml(data, file)
    yaml = _round_trip()
    buffer = io.StringIO()
    yaml.dump(yaml.load(data.decode("utf-8-sig")), buffer)
    lines = (line.rstrip() for line in buffer.getvalue().split("\n"))
    text = _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"
    after = parse_yaml(text.encode(), file)
    if not same(before, after):
        raise RulebookError([Issue("E101", Position(file), facts={"target": "YAML", "reason": "round trip"})])
    return text


def same(one: Node, two: Node) -> bool:
    """Say whether two trees say the same, places aside."""
    if (one.kind, one.text, one.empty, len(one.items), len(one.parts)) != (
        two.kind,
        two.text,
        two.empty,
        len(two.items),
        len(two.parts),
    ):
        return False
    pairs = [*zip(one.parts, two.parts, strict=True)]
    for (key, value), (other_key, other_value) in zip(one.items, two.items, strict=True):
        pairs += [(key, other_key), (value, other_value)]
    return all(same(a, b) for a, b in pairs)


def _round_trip() -> Any:
    """Return ruamel's round trip with every plain scalar a text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.resolver import VersionedResolver

    class Texts(VersionedResolver):
        """Takes no scalar for a number, a date, or yes and no."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            found = super().resolve(kind, value, implicit)
            named = str(found)
            return self.DEFAULT_SCALAR_TAG if named.startswith("tag:yaml.org,2002:") and _typed(named) else found

    yaml = YAML(typ="rt")
    yaml.Resolver = Texts
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _typed(tag: str) -> bool:
    return tag.rsplit(":", 1)[-1] in ("bool", "float", "int", "null", "timestamp", "merge", "value")
