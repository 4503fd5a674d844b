"""Ctrl-C while something long runs: nothing is written, not even half, and the exit status says so."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager

import pytest

from tieuchi.cli import goal, run, simulate, solve, sweep

BOOK, UNIT = "par-index-province/2017", "soc-trang-2017"


@contextmanager
def pressing_ctrl_c(_title):
    """Stand where the progress bar does, and interrupt once some of the work is done."""
    calls = 0

    def show(_done, _all):
        nonlocal calls
        calls += 1
        if calls == 2:
            os.kill(os.getpid(), signal.SIGINT)

    yield show


COMMANDS = {
    "goal": (goal, ["goal", BOOK, UNIT, "--target", "80"]),
    "simulate": (simulate, ["simulate", BOOK, UNIT, "--runs", "30000", "--threads", "2"]),
    "simulate on one thread": (simulate, ["simulate", BOOK, UNIT, "--runs", "30000", "--threads", "1"]),
    "sweep": (sweep, ["sweep", BOOK, UNIT, "--threshold", "5.5/full_at=70%:100%:10%"]),
    "solve": (solve, ["solve", BOOK, UNIT, "--threshold", "8.2/b/at_least", "--share", "50%"]),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_an_interrupted_command_leaves_no_file(name, suffix, tmp_path, monkeypatch, capsys):
    module, arguments = COMMANDS[name]
    if name.startswith("simulate"):
        model = tmp_path / "model.yaml"
        model.write_text("readings: {public_satisfaction: {respondents: 300}}\n", encoding="utf-8")
        arguments = [*arguments, "--model", str(model)]
    if name == "solve":
        arguments = [*arguments[:2], str(two_units(tmp_path)), *arguments[3:]]
    there = sorted(tmp_path.iterdir())
    monkeypatch.setattr(module, "progress", pressing_ctrl_c)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = run([*arguments, "--out", str(tmp_path / "out.txt"), "--plot", str(tmp_path / f"plot{suffix}")])
    finally:
        signal.signal(signal.SIGINT, before)
    assert status == 130
    assert sorted(tmp_path.iterdir()) == there
    assert "Traceback" not in capsys.readouterr().err


def two_units(folder):
    table = folder / "two.csv"
    head = "unit,period,enterprises_new,enterprises_new_last_year"
    table.write_text(f"{head}\na,2017,360,325\nb,2017,300,325\n", encoding="utf-8")
    return table
