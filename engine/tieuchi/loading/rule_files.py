"""The files that one rulebook is made of, and those that speak of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from tieuchi.errors import UnknownNameError
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


def files_below(path: Path, suffixes: Collection[str] = (".yaml",)) -> Iterator[Path]:
    """Yield the files below a folder that have one of some suffixes, sorted, or the file itself.

    Raises:
        UnknownNameError: There is no such file or folder.
    """
    if not path.exists():
        raise UnknownNameError("file", str(path), [])
    if path.is_file():
        yield path
        return
    yield from sorted(p for p in path.rglob("*") if p.suffix.casefold() in suffixes and p.is_file())
