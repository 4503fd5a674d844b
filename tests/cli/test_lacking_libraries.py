"""Who installed the program without its extras is told which one a command needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tieuchi.cli import run

COMMANDS = {
    "pyarrow": ["rank", "curb-65/2003", "units.csv"],
    "numpy": ["goal", "par-index-province/2017", "soc-trang-2017", "--target", "80"],
}


def told(module: str, arguments: list[str]) -> tuple[int, str]:
    code = f"import sys; sys.modules[{module!r}] = None; from tieuchi.cli import run; sys.exit(run({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", COMMANDS)
def test_a_library_of_an_extra_is_told_with_what_installs_it(module: str) -> None:
    assert told(module, [*COMMANDS[module], "--lang", "en"]) == (
        2, f"tieuchi: K820: the library {module} is not installed\n    hint  install it: pip install 'tieuchi[batch]'\n"
    )  # fmt: skip
    assert told(module, COMMANDS[module]) == (
        2, f"tieuchi: K820: chưa cài thư viện {module}\n    gợi ý cài: pip install 'tieuchi[batch]'\n"
    )  # fmt: skip


def test_a_part_of_a_library_is_told_by_the_library() -> None:
    code, said = told("pyarrow.compute", ["rank", "curb-65/2003", "units.csv", "--lang", "en"])
    assert (code, said.splitlines()[0]) == (2, "tieuchi: K820: the library pyarrow is not installed")


def test_a_library_of_no_extra_comes_with_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(arguments: list[str]) -> None:
        raise ModuleNotFoundError(name="scipy.special")

    monkeypatch.setattr("tieuchi.cli.app.build_app", lacking)
    assert run(["simulate", "--lang", "en"]) == 2
    assert "pip install 'tieuchi[all]'" in capsys.readouterr().err


def test_a_module_of_our_own_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(arguments: list[str]) -> None:
        raise ModuleNotFoundError("no tieuchi.nowhere", name="tieuchi.nowhere")

    monkeypatch.setattr("tieuchi.cli.app.build_app", lacking)
    assert run(["simulate", "--lang", "en"]) == 3
