"""Whole runs of the real case, kept to the letter. `pytest --update-golden` rewrites; CHANGELOG says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tieuchi.cli import run

HERE = Path(__file__).parent
CASE = ["par-index-province/2017", "soc-trang-2017"]
RUNS = {
    "soc-trang-2017.score.vi.txt": ["score", *CASE, "--exact"],
    "soc-trang-2017.score.en.txt": ["score", *CASE, "--exact", "--lang", "en"],
    "soc-trang-2017.score.json": ["score", *CASE, "--exact", "--format", "json"],
    "soc-trang-2017.explain.vi.txt": ["explain", *CASE, "--exact"],
    "soc-trang-2017.explain.en.txt": ["explain", *CASE, "--exact", "--lang", "en"],
    "soc-trang-2017.explain.json": ["explain", *CASE, "--exact", "--format", "json"],
    "soc-trang-2017.explain.8.2.en.txt": ["explain", *CASE, "8.2", "--exact", "--lang", "en"],
    "soc-trang-2017.explain.5.2.vi.txt": ["explain", *CASE, "5.2", "--exact"],
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_of_the_real_case_prints_what_it_always_did(
    name: str, capsys: pytest.CaptureFixture[str], update_golden: bool
) -> None:
    assert run(RUNS[name]) == 0
    printed = capsys.readouterr().out
    if update_golden:
        (HERE / name).write_text(printed, encoding="utf-8")
    assert printed == (HERE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in RUNS if name.endswith(".txt")])
def test_no_line_is_wider_than_80_columns(name: str) -> None:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("name", RUNS)
def test_nothing_of_this_machine_is_in_the_output(name: str) -> None:
    text = (HERE / name).read_text(encoding="utf-8")
    assert not re.search(r'[\s"\[]/[a-z]+/', text)
