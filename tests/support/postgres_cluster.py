"""A scratch PostgreSQL on a socket of its own, for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Cluster:
    """A scratch PostgreSQL on a socket of its own, made and stopped by the test."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self.binaries = folder, binaries
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []

    def run(self, program: str, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*self.user, str(self.binaries / program), *arguments],
            input=text, capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self) -> None:
        data = self.folder / "data"
        self.run("initdb", "-D", str(data), "-U", "tieuchi", "--auth=trust", "-E", "UTF8", "--locale=C")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", str(data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    @property
    def dsn(self) -> str:
        """How psql finds it."""
        return f"host={self.folder} user=tieuchi dbname=postgres"
