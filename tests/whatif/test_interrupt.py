"""Ctrl-C while something long runs: nothing is written, not even half, and the exit status says so."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tieuchi.cli import goal, run, simulate, solve, sweep

BOOK, UNIT = "par-index-province/2017", "soc-trang-2017"


@contextmanager
def pressing_ctrl_c(_lang):
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


OPEN_TO_SIGNALS = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("tieuchi", run_name="__main__", alter_sys=True)
"""
"""Runs the program as from a shell's foreground, even where the tests run in the background, deaf to SIGINT."""


def test_a_signal_from_outside_ends_a_simulation_without_a_file(tmp_path):
    """The command runs by itself on a terminal; once its bar shows that it draws, it gets what Ctrl-C sends."""
    model = tmp_path / "model.yaml"
    model.write_text("readings: {public_satisfaction: {respondents: 300}}\n", encoding="utf-8")
    out, ours, theirs = tmp_path / "out.txt", *pty.openpty()
    arguments = ["simulate", BOOK, UNIT, "--runs", "50000000", "--model", str(model), "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN_TO_SIGNALS, *arguments], stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    try:
        said = os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        said += b"".join(iter(lambda: _rest(ours), b""))
        assert process.wait(60) == 130, said
    finally:
        process.kill()
        process.communicate()
        os.close(ours)
    assert b"Traceback" not in said
    assert sorted(tmp_path.iterdir()) == [model]


LOADING = """
import builtins, sys
real, module = builtins.__import__, sys.argv.pop(1)

def at_the_signal(name, *given, **more):
    if name == module:
        raise KeyboardInterrupt
    return real(name, *given, **more)

builtins.__import__ = at_the_signal
from tieuchi.__main__ import main
main()
"""
"""Stands where a signal comes while one of the modules is being loaded."""


@pytest.mark.parametrize("module", ["tieuchi.cli", "tieuchi.cli.app", "typer", "tieuchi.model.plan"])
def test_ctrl_c_while_the_program_loads_leaves_no_trace(module):
    ended = subprocess.run(
        [sys.executable, "-c", LOADING, module, "score", BOOK, UNIT], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


@pytest.mark.parametrize("words", ["Error calling __set_name__", "Field `mode`:\n  KeyboardInterrupt: "])
def test_ctrl_c_that_is_told_as_another_error_is_still_ctrl_c(words, monkeypatch, capsys):
    def interrupted(_arguments):
        if "KeyboardInterrupt" in words:
            raise RuntimeError(words)
        raise RuntimeError(words) from KeyboardInterrupt()

    monkeypatch.setattr("tieuchi.cli.app.build_app", interrupted)
    assert run(["list"]) == 130
    assert capsys.readouterr().err == ""


def _rest(terminal):
    """Return what a terminal still holds; nothing once its other side is closed."""
    try:
        return os.read(terminal, 1000)
    except OSError:
        return b""
