"""The command line at its edge: exit status, what goes where, refusals in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tieuchi.cli import run
from tieuchi.cli.app import COMMANDS, build_app

CASE = ["par-index-province/2017", "soc-trang-2017"]


def test_an_unknown_rulebook_names_the_nearest_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", "par-index-provinc/2017", "soc-trang-2017", "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "did you mean “par-index-province/2017”?" in err


def test_refusals_are_in_vietnamese_unless_english_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", "par-index-province/2017", "soc-trang"]) == 2
    assert "có phải “soc-trang-2017”?" in capsys.readouterr().err


def test_an_unknown_criterion_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *CASE, "8.22", "--lang", "en"]) == 2
    assert "there is no criterion “8.22”" in capsys.readouterr().err


def test_an_unknown_option_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", *CASE, "--colour"]) == 2
    assert "--colour" in capsys.readouterr().err


def test_json_stands_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *CASE, "8.2", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "8.2"


def test_out_writes_the_whole_file_and_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "card.json"
    assert run(["score", *CASE, "--format", "json", "--out", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(target.read_text(encoding="utf-8"))["points"]["shown"] == "74.51"
    assert [p.name for p in tmp_path.iterdir()] == ["card.json"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["score", *CASE, "--out", str(tmp_path / "no" / "card.txt")]) == 2
    assert "Y120" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_refused_input_does_not_touch_an_existing_file(tmp_path: Path) -> None:
    target = tmp_path / "card.txt"
    target.write_text("as it was", encoding="utf-8")
    assert run(["score", "nothing", "soc-trang-2017", "--out", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "as it was"


def test_check_of_the_bundled_rulebook_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "par-index-province/2017", "--lang", "en"]) == 0
    assert "No errors." in capsys.readouterr().out


def test_check_shows_every_error_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(
        """\
id: two-errors/1
title: Two errors
document: {id: none}
max_points: 3
reference: {item: all}
basis: assumed
indicators:
  - {id: done, title: Done, kind: count}
criteria:
  - id: "1"
    title: One
    max_points: 2
    value: {count: dne}
    scale: {bands: [{clause: a, at_least: 1, points: 2}, {clause: b, otherwise: true, points: 0}]}
    reference: {item: "1"}
    basis: assumed
""",
        encoding="utf-8",
    )
    assert run(["check", str(book), "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert f"{book}:4:13: R402" in err
    assert f"{book}:13:20: R410: unknown indicator “dne”" in err


def test_list_names_what_is_bundled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "par-index-province/2017" in found["rulebooks"]
    assert "soc-trang-2017" in found["readings"]


def test_help_loads_neither_models_nor_tables() -> None:
    heavy = "pydantic", "yaml", "numpy", "polars", "openpyxl", "durable", "numba"
    code = (
        f"import sys; from tieuchi.cli import run; run(['--help']); print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_each_command_is_registered_alone_and_with_all_the_others() -> None:
    alone = [[info.name for info in build_app([name]).registered_commands] for name in COMMANDS]
    assert alone == [[name] for name in COMMANDS]
    every = ["--help"], ["nonsense", "score"], []
    assert [[info.name for info in build_app(given).registered_commands] for given in every] == [[*COMMANDS]] * 3


def test_a_score_loads_nothing_that_it_has_no_need_of() -> None:
    unneeded = (
        "tieuchi.algebra",
        "tieuchi.loading.salvage",
        "tieuchi.batch",
        "tieuchi.loading.readings_xlsx",
        "numpy",
        "pyarrow",
        "durable",
    )
    code = (
        "import sys; from tieuchi.cli import run;"
        "assert not run(['score', 'par-index-province/2017', 'soc-trang-2017', '--exact']);"
        f"print([m for m in {unneeded!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
