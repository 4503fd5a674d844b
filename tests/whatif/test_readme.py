"""What the README prints is what the program prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tieuchi.cli import run

TEXT = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    block for block in re.findall(r"```console\n\$ tieuchi (.*?)```", TEXT, re.DOTALL) if block.startswith("headroom")
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0])
def test_what_the_readme_shows_is_printed(block, capsys):
    command, _, shown = block.partition("\n")
    assert run(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip() == shown.strip()


def test_the_readme_shows_headroom():
    assert BLOCKS
