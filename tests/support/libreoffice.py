"""LibreOffice, to recalculate workbooks and to make PDF: in a profile of its own, which recalculates when it loads."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

# 0 is "always": otherwise the values stored in the file are shown, and nothing would be proven.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
# Comma, quotes, UTF-8, from line 1, no column formats, language of the cells, quote only where needed, numbers in
# full rather than as shown, no formulas, spaces kept, the first sheet.
FIRST_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,1"


def soffice() -> str:
    """Return the program; a test that needs it skips where it is missing, and fails where it has to be there."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("TIEUCHI_REQUIRE_SYSTEM"):
            pytest.fail("soffice is not installed (libreoffice-calc, libreoffice-writer)")
        pytest.skip("soffice is not installed")
    return found


def _run(paths: list[Path], to: str, folder: Path) -> str:
    """Let LibreOffice load files, all in one launch, and write them as another kind into ``folder/out``."""
    program = soffice()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", to]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, paths)], capture_output=True, timeout=240, check=False, text=True
    )
    return done.stdout + done.stderr


def convert(paths: list[Path], to: str, folder: Path) -> list[Path]:
    """Return files written as another kind, such as ``pdf`` or ``xlsx:Calc MS Excel 2007 XML``."""
    said = _run(paths, to, folder)
    made = [folder / "out" / f"{path.stem}.{to.partition(':')[0]}" for path in paths]
    assert all(path.is_file() for path in made), said
    return made


def first_sheets(paths: list[Path], folder: Path) -> list[list[list[str]]]:
    """Return the first sheet of each workbook, every formula computed anew, as rows of texts."""
    said = _run(paths, FIRST_SHEET, folder)
    sheets = []
    for path in paths:
        made = list((folder / "out").glob(f"{path.stem}-*.csv"))
        assert len(made) == 1, said
        with made[0].open(encoding="utf-8", newline="") as stream:
            sheets.append(list(csv.reader(stream)))
    return sheets
