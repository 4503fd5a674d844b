"""A compiled function is taken from disk; what is damaged there, or can't be written, costs time and nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

numba = pytest.importorskip("numba")
SOURCE = "def made():\n    def twice(x):\n        return 2 * x\n    return twice\n"


def function_in(folder: Path) -> Any:
    (folder / "small.py").write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("small", folder / "small.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made()


def kept_files(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*.nb?"))


@pytest.mark.parametrize("damage", [b"", b"\x80\x05garbage", None], ids=["empty", "garbage", "short"])
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_damaged_files_are_thrown_away_and_made_again(tmp_path: Path, suffix: str, damage: bytes | None) -> None:
    from tieuchi.columnar.kept import compiled

    signature = numba.int64(numba.int64)
    assert compiled(function_in(tmp_path), signature)(4) == 8
    files = kept_files(tmp_path)
    assert {file.suffix for file in files} == {".nbi", ".nbc"}
    for file in files:
        if file.suffix == suffix:
            file.write_bytes(file.read_bytes()[:99] if damage is None else damage)
    assert compiled(function_in(tmp_path), signature)(4) == 8
    assert kept_files(tmp_path) == []
    assert compiled(function_in(tmp_path), signature)(4) == 8
    assert [file.suffix for file in kept_files(tmp_path)] == [".nbc", ".nbi"]


def test_what_can_t_be_kept_is_compiled_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tieuchi.columnar import kept

    def nowhere(*args: Any, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit(*args, **options)

    monkeypatch.setattr(kept, "njit", nowhere)
    assert kept.compiled(function_in(tmp_path), numba.int64(numba.int64))(4) == 8


def test_a_fault_in_the_function_itself_is_raised(tmp_path: Path) -> None:
    from tieuchi.columnar.kept import compiled

    with pytest.raises(numba.TypingError):
        compiled(function_in(tmp_path), numba.int64(numba.types.unicode_type))
