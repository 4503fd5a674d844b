"""What can be set about a server: by flag, else by environment variable, else a safe default."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tieuchi.errors import Issue, Position, ScenarioError

PREFIX = "TIEUCHI_WEB_"
LEAST_TOKEN = 16
_LEAST = {
    "port": 0, "workers": 0, "grace": 0, "seconds": 1, "batch_seconds": 1, "most_bytes": 1, "most_rows": 1,
    "most_waiting": 1, "most_batches": 1, "most_connections": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. Sizes are in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8080
    token: str = ""
    workers: int = 0
    """Worker processes; 0 means as many as there are processors, at most four."""
    most_bytes: int = 10_000_000
    most_rows: int = 20_000
    most_waiting: int = 64
    """Requests that may wait for a worker; one more is refused at once."""
    most_connections: int = 2_000
    """Connections, open pages among them; one more is refused at once."""
    seconds: int = 30
    """How long a request may take to come, and then to be done before its worker is ended."""
    batch_seconds: int = 600
    most_batches: int = 20
    """Batches kept, running and done, before the oldest done one is forgotten."""
    grace: int = 20
    """How long a stopping server waits for running requests."""
    hosts: tuple[str, ...] = ()
    """Further names under which the server may be addressed, beside loopback ones."""
    rules: str = ""
    """A folder of further rulebooks, each ``NAME.yaml`` or ``NAME/rulebook.yaml``; they are loaded at the start."""
    page: bool = True
    quiet: bool = False

    @property
    def worker_count(self) -> int:
        """Worker processes to start."""
        return self.workers or min(4, os.cpu_count() or 1)

    @property
    def loopback(self) -> bool:
        """Whether nobody but this machine can connect."""
        return is_loopback(self.host)

    def checked(self) -> Settings:
        """Return the settings.

        Raises:
            ScenarioError: They are not safe, or not possible; each reason is an issue.
        """
        issues = list(self._issues())
        if issues:
            raise ScenarioError(issues)
        return self

    def _issues(self) -> list[Issue]:
        at = Position("serve")
        found = []
        if not self.loopback and not self.token:
            found.append(Issue("W120", at, facts={"host": self.host}))
        if self.token and (len(self.token) < LEAST_TOKEN or not self.token.isascii() or not self.token.isprintable()):
            found.append(Issue("W121", at, facts={"least": str(LEAST_TOKEN)}))
        if self.rules and not Path(self.rules).is_dir():
            found.append(Issue("W122", at, facts={"name": "rules", "value": self.rules}))
        for name, least in _LEAST.items():
            if getattr(self, name) < least or (name == "port" and self.port > 65535):
                found.append(Issue("W122", at, facts={"name": name, "value": str(getattr(self, name))}))
        return found


def is_loopback(host: str) -> bool:
    """Say whether a host name or address reaches only this machine.

    Example:
        >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def settings_from(environment: Mapping[str, str], **flags: Any) -> Settings:
    """Return checked settings; a flag that is None is taken from ``TIEUCHI_WEB_…``, if it is there.

    Raises:
        ScenarioError: A variable is not what its setting needs, or the settings are not safe.

    Example:
        >>> settings_from({"TIEUCHI_WEB_PORT": "9000"}, host=None).port
        9000
    """
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    issues = []
    for setting in fields(Settings):
        name = PREFIX + setting.name.upper()
        if setting.name in given or name not in environment:
            continue
        try:
            given[setting.name] = _read(environment[name], setting.default)
        except ValueError:
            facts = {"name": name, "value": "…" if setting.name == "token" else environment[name]}
            issues.append(Issue("W122", Position("serve"), facts=facts))
    if issues:
        raise ScenarioError(issues)
    return Settings(**given).checked()


def _read(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit() or len(text) > 12:
            raise ValueError(text)
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text
