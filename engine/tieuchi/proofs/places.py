"""Where a doubt is in a file: what the model reads as a list of one condition may be written without the list."""

from __future__ import annotations

from tieuchi.loading.yaml_source import Node
from tieuchi.proofs.doubt import TOP, Path


def written_path(root: Node, path: Path) -> Path:
    """Return a path as it is written: without the 0 of a single condition that stands in no list."""
    steps = path[1:] if path[:1] == (TOP,) else path
    written: Path = ()
    for step in steps:
        alone = step == 0 and root.at(written).kind == "mapping"
        written = written if alone else (*written, step)
    return written
