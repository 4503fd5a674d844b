"""Which files below a folder are case files: YAML mappings that have ``cases``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tieuchi.loading.yaml_source import read_yaml


def case_files(path: Path) -> Iterator[Path]:
    """Yield a file itself, or every case file below a folder, sorted by name.

    Raises:
        RulebookError: A YAML file can't be read.
    """
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*.yaml")):
        root = read_yaml(file)
        if root.get("cases") is not None and root.get("rulebook") is not None:
            yield file
