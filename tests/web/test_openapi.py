"""Whatever schemathesis makes of the OpenAPI document, no answer is a fault and every answer is one it describes."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from web_server import Running

MOST_EXAMPLES = os.environ.get("TIEUCHI_SCHEMATHESIS_EXAMPLES", "6")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Both take a second for each valid body, and the coverage phase sends hundreds; they are fuzzed with the others.
SLOW = () if "TIEUCHI_SCHEMATHESIS_EXAMPLES" in os.environ else ("/api/v1/goal", "/api/v1/file")
OPERATIONS = 18
ROUNDS = {
    "fuzzing": (["--phases", "examples,fuzzing", "--max-examples", MOST_EXAMPLES], OPERATIONS),
    "coverage": (
        ["--phases", "coverage", *(word for path in SLOW for word in ("--exclude-path", path))],
        OPERATIONS - len(SLOW),
    ),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_schemathesis_finds_no_fault(server: Running, tmp_path: Path, name: str) -> None:
    if importlib.util.find_spec("schemathesis") is None:
        if "TIEUCHI_REQUIRE_SYSTEM" in os.environ:
            pytest.fail("schemathesis is not installed")
        pytest.skip("schemathesis is not installed")
    options, operations = ROUNDS[name]
    program = Path(sys.executable).parent / "schemathesis"
    command = [str(program), "run", f"{server.url}/api/v1/openapi.json", "--checks", CHECKS, *options]
    command += ["--seed", "1", "--no-color", "--generation-database", "none", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    # No operation was left out or given up.
    assert re.search(rf"Tested: {operations}\b", done.stdout), done.stdout[-3000:]
