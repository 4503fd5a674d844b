"""The files that one rulebook is made of, and those that speak of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tieuchi.loading.bundled import catalogue_path, rulebook_path
from tieuchi.loading.yaml_source import Node, read_yaml


def rule_files(name: str) -> tuple[Path, ...]:
    """Return the files of a rulebook: itself, its parts, its catalogues, and those of the edition it extends."""
    return tuple(dict.fromkeys(_files(rulebook_path(name))))


def _files(path: Path) -> Iterator[Path]:
    yield path
    root = read_yaml(path)
    for part in _listed(root, "parts"):
        yield path.parent / part
    for catalogue in _listed(root, "catalogues"):
        yield catalogue_path(catalogue, path.parent)
    base = root.get("extends")
    if base is not None and base.text:
        yield from _files(rulebook_path(base.text, path.parent))


def _listed(root: Node, key: str) -> list[str]:
    node = root.get(key)
    return [part.text for part in node.parts] if node is not None else []


def speaking_files(folder: Path) -> Iterator[Path]:
    """Yield the YAML files below a folder, or the file itself."""
    yield from [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
