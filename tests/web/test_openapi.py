"""Whatever schemathesis makes of the OpenAPI document, no answer is a fault and every answer is one it describes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from web_server import Running

MOST_EXAMPLES = os.environ.get("TIEUCHI_SCHEMATHESIS_EXAMPLES", "8")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_schemathesis_finds_no_fault(server: Running, tmp_path: Path) -> None:
    if importlib.util.find_spec("schemathesis") is None:
        if "TIEUCHI_REQUIRE_SYSTEM" in os.environ:
            pytest.fail("schemathesis is not installed")
        pytest.skip("schemathesis is not installed")
    program = Path(sys.executable).parent / "schemathesis"
    command = [str(program), "run", f"{server.url}/api/v1/openapi.json", "--checks", CHECKS]
    command += ["--max-examples", MOST_EXAMPLES, "--seed", "1", "--no-color", "--generation-database", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
