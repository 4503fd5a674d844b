"""A command line that can't be taken is refused in the user's own language, whatever words typer has for it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieuchi import cli
from tieuchi.cli import run


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (
            "scor",
            "không có lệnh “scor”\n    gợi ý có phải score?",
            "there is no command “scor”\n    hint  did you mean score?",
        ),
        ("score", "thiếu RULEBOOK", "RULEBOOK is missing"),
        ("batch a b", "thiếu --out", "--out is missing"),
        ("score a b c d", "thừa: c d", "too many words: c d"),
        ("score a b --xyz", "không có lựa chọn --xyz", "there is no option --xyz"),
        (
            "score a b --forma json",
            "không có lựa chọn --forma\n    gợi ý có phải --format?",
            "there is no option --forma\n    hint  did you mean --format?",
        ),
        ("score a b --out", "--out cần một giá trị đi sau", "--out needs a value behind it"),
        ("score a b --exact=1", "--exact không nhận giá trị", "--exact takes no value"),
        (
            "score a b --format xml",
            "“xml” không dùng được cho --format (có: text, json, html)",
            "--format can't be “xml” (known: text, json, html)",
        ),
        ("serve --port x", "--port phải là số nguyên", "--port must be a whole number"),
    ],
)  # fmt: skip
def test_what_typer_refuses_is_told_in_the_language_of_the_user(
    arguments: str, vi: str, en: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = arguments.split()
    command = f"tieuchi {words[0]}" if words[0] != "scor" else "tieuchi"
    for language, text, see in (("vi", vi, "gợi ý xem thêm: {} --help"), ("en", en, "hint  see {} --help")):
        monkeypatch.setenv("TIEUCHI_LANG", language)
        assert run(words) == 2
        assert capsys.readouterr().err == f"{text}\n    {see.format(command)}\n"


def test_the_language_set_for_good_is_that_of_refusals_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIEUCHI_LANG", "en")
    assert run(["score", "nope", "x"]) == 2
    assert capsys.readouterr().err.startswith("there is no rulebook “nope”")
    assert run(["score", "nope", "x", "--lang", "vi"]) == 2
    assert capsys.readouterr().err.startswith("không có bộ tiêu chí “nope”")


def test_streams_that_are_closed_hide_what_is_said_and_nothing_else(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("unit,districts\na,9\n")
    command = [sys.executable, "-m", "tieuchi", "batch", "par-index-province/2017", str(table)]
    out = tmp_path / "o.csv"
    closed = subprocess.run(["sh", "-c", '"$@" >&- 2>&-', "sh", *command, "--out", str(out)], check=False)
    assert (closed.returncode, out.read_text()[:6]) == (0, '"unit"')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_no_room_for_what_is_printed_is_no_fault_of_the_program() -> None:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "tieuchi", "list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (found.returncode, found.stderr) == (2, f"stdout: {os.strerror(28)}\n".encode())


def test_the_end_of_some_file_is_no_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise EOFError("marshal data too short")

    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr("tieuchi.loading.rulebook.load_rulebook", damaged)
    assert cli.run(["sql", "par-index-province/2017", "--dialect", "duckdb", "--lang", "en"]) == 3
    assert said.getvalue().lstrip() == "a fault in the program, please report it: EOFError: marshal data too short\n"
