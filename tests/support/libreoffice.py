"""LibreOffice, to recalculate workbooks and to make PDF: in a profile of its own, which recalculates when it loads."""

from __future__ import annotations

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


def soffice() -> str:
    """Return the program; a test that needs it skips where it is missing, and fails where it has to be there."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("TIEUCHI_REQUIRE_SYSTEM"):
            pytest.fail("soffice is not installed (libreoffice-calc, libreoffice-writer)")
        pytest.skip("soffice is not installed")
    return found


def convert(paths: list[Path], to: str, folder: Path) -> list[Path]:
    """Let LibreOffice load files and write them as another kind into a folder."""
    program = soffice()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", to]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, paths)], capture_output=True, timeout=570, check=False, text=True
    )
    suffix = to.partition(":")[0]
    made = [out / f"{path.stem}.{suffix}" for path in paths]
    assert all(path.is_file() for path in made), done.stdout + done.stderr
    return made


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """Return workbooks with every formula computed anew by LibreOffice."""
    return convert(paths, "xlsx:Calc MS Excel 2007 XML", folder)
