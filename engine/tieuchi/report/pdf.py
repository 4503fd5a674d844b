"""PDF, printed from the Word file by LibreOffice where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal

MOST_SECONDS = 180


def pdf_of(docx: bytes) -> bytes:
    """Return a Word file as PDF.

    Raises:
        ReadingsError: There is no LibreOffice, or it made no PDF.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    at = Position("report.pdf")
    if program is None:
        raise refusal("K830", at)
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "report.docx"
        source.write_bytes(docx)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", name, str(source)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, check=False, text=True)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise refusal("K831", at, reason=str(problem)) from None
        made = folder / "report.pdf"
        if not made.is_file():
            raise refusal("K831", at, reason=(done.stderr or done.stdout).strip())
        return made.read_bytes()
