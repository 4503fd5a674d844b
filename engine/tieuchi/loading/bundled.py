"""Where the bundled rulebooks, catalogues and readings lie: in the installed package, or in the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tieuchi.errors import UnknownNameError


def data_root() -> Path:
    """Return the folder that holds ``rules`` and ``indicators``.

    Raises:
        UnknownNameError: Neither the package nor a checkout around it has them.
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "_bundled"
    if (installed / "rules").is_dir():
        return installed
    checkout = package.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / "rules").is_dir():
        return checkout
    raise UnknownNameError("bundle", str(installed), [str(checkout)])


def is_installed(path: Path) -> bool:
    """Say whether a file belongs to the installed package, where nobody's own rules are."""
    return path.resolve().is_relative_to(Path(__file__).resolve().parents[1] / "_bundled")


def rulebook_names() -> list[str]:
    """Return the names of the bundled rulebooks, sorted."""
    root = data_root() / "rules"
    return sorted(p.parent.relative_to(root).as_posix() for p in root.rglob("rulebook.yaml"))


def readings_names() -> list[str]:
    """Return the names of the bundled readings, sorted."""
    return sorted(p.stem for p in (data_root() / "indicators" / "readings").glob("*.yaml"))


def catalogue_names() -> list[str]:
    """Return the names of the bundled catalogues, sorted."""
    return sorted(p.stem for p in (data_root() / "indicators" / "catalogue").glob("*.yaml"))


def rulebook_path(name: str, beside: Path | None = None) -> Path:
    """Return the file of a rulebook given by path, by folder, or by bundled name.

    Raises:
        UnknownNameError: It is none of these.
    """
    for path in _given(name, beside):
        if path.is_dir() and (path / "rulebook.yaml").is_file():
            return path / "rulebook.yaml"
        if path.is_file():
            return path
    names = rulebook_names()
    if name in names:
        return data_root() / "rules" / name / "rulebook.yaml"
    raise UnknownNameError("rulebook", name, names)


def readings_path(name: str) -> Path:
    """Return the file of readings given by path or by bundled name."""
    for path in _given(name, None):
        if path.is_file():
            return path
    names = readings_names()
    if name in names:
        return data_root() / "indicators" / "readings" / f"{name}.yaml"
    raise UnknownNameError("readings", name, names)


def catalogue_path(name: str, beside: Path) -> Path:
    """Return the file of a catalogue given by a path beside a rulebook or by bundled name."""
    for path in _given(name, beside):
        if path.is_file():
            return path
    names = catalogue_names()
    if name in names:
        return data_root() / "indicators" / "catalogue" / f"{name}.yaml"
    raise UnknownNameError("catalogue", name, names)


def _given(name: str, beside: Path | None) -> Iterator[Path]:
    """Yield the path that a name is, if there is anything at it."""
    path = Path(name) if beside is None else beside / name
    try:
        path.stat()
    except (OSError, ValueError):  # also one that is too long, or has a character that no path has
        return
    yield path
