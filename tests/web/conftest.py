"""One application with one worker for the tests of the API, and one real server for those that need sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tieuchi.web.server import build_app
from tieuchi.web.settings import Settings
from web_server import Running, running

SETTINGS = Settings(workers=1, page=False, most_bytes=2_000_000, most_rows=40)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    with TestClient(build_app(SETTINGS), base_url="http://localhost", raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    with running("--workers", "2") as found:
        yield found
