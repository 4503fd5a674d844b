"""The progress bar: on a terminal only, inside its width, and gone when the work is done."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl

import pytest

COLUMNS = 80
WORK = """
from tieuchi.cli import simulating
from tieuchi.cli.options import Lang
simulating.AFTER = {after}
with simulating.progress(Lang.{lang}) as show:
    for done in range(31):
        show(done, 30)
        {then}
"""
NEVER, AT_ONCE = "float('inf')", "-1"


def work(*, after=AT_ONCE, lang="vi", then="pass"):
    return [sys.executable, "-c", WORK.format(after=after, lang=lang, then=then)]


def on_terminal(arguments):
    """Run something whose error stream is a terminal; return its status and what the terminal got."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=theirs, env=env)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:
        pass  # its other side is closed
    os.close(ours)
    process.communicate()
    return process.returncode, said.decode()


def shown(said):
    """Return the lines a terminal showed, without what moves the cursor or gives colour."""
    return [line for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)) if line]


def screen(said):
    """Return what stands on the screen in the end, of the few moves that a bar makes."""
    rows, row = [""], 0
    for move, letters in re.findall(r"(\x1b\[[0-9;?]*[A-Za-z]|\r|\n)|([^\x1b\r\n]+)", said):
        if letters:
            rows[row] += letters
        elif move == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif move.endswith("A"):
            row = max(row - int(move[2:-1] or 1), 0)
        elif move.endswith("2K"):
            rows[row] = ""
    return [line for line in rows if line.strip()]


@pytest.mark.parametrize(("lang", "word"), [("vi", "Đang tính"), ("en", "Working")])
def test_a_bar_stays_inside_the_terminal_and_goes_when_all_is_done(lang, word):
    status, said = on_terminal(work(lang=lang))
    assert status == 0
    assert any("100%" in line for line in shown(said))
    assert all(line.startswith(word) and len(line) < COLUMNS for line in shown(said))
    assert screen(said) == []
    assert said.rindex("\x1b[?25h") > said.rindex("\x1b[?25l")  # the cursor is back


def test_a_bar_goes_when_the_work_breaks_off():
    status, said = on_terminal(work(then="1 / 0 if done == 20 else 0"))
    assert status == 1
    assert not any("Đang tính" in line for line in screen(said))
    assert any("ZeroDivisionError" in line for line in screen(said))
    assert said.rindex("\x1b[?25h") > said.rindex("\x1b[?25l")


def test_short_work_shows_nothing():
    assert on_terminal(work(after=NEVER)) == (0, "")


def test_without_a_terminal_nothing_is_shown():
    ended = subprocess.run(work(), capture_output=True, check=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")


BOOK, UNIT = "par-index-province/2017", "soc-trang-2017"
LONG = {
    "goal": ["goal", BOOK, UNIT, "--target", "80"],
    "headroom": ["headroom", BOOK, UNIT],
    "sweep": ["sweep", BOOK, UNIT, "--threshold", "5.5/full_at=70%:100%:10%"],
    "breakpoints": ["sweep", BOOK, UNIT, "--threshold", "5.5/full_at=70%:100%", "--breakpoints"],
    "solve": ["solve", BOOK, UNIT, "--threshold", "5.5/full_at=70%:100%", "--share", "50%"],
    "simulate": ["simulate", BOOK, UNIT, "--runs", "1000", "--model"],
}
COMMAND = """
import sys
from tieuchi.cli import run, simulating
simulating.AFTER = -1
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("name", LONG)
def test_each_command_that_can_take_long_shows_a_bar(name, tmp_path):
    arguments = list(LONG[name])
    if name == "simulate":
        model = tmp_path / "model.yaml"
        model.write_text("readings: {public_satisfaction: {respondents: 300}}\n", encoding="utf-8")
        arguments.append(str(model))
    status, said = on_terminal([sys.executable, "-c", COMMAND, *arguments])
    assert status == 0
    assert any("Đang tính" in line and "%" in line for line in shown(said))
    assert all(len(line) < COLUMNS for line in shown(said))
    assert screen(said) == []
