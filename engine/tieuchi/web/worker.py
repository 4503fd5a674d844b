"""One worker process: takes a task, does it, hands back the answer, until the server closes the pipe.

Started by ``workers`` as ``python -m tieuchi.web.worker``. What native code may print goes to standard error, so that
nothing but frames reaches the server.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import Any

TEMP = "TIEUCHI_WEB_TEMP"
"""Where a worker is told the private folder of its server."""


def main() -> None:
    """Serve tasks until standard input ends."""
    server = os.getppid()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    source = sys.stdin.buffer
    from tieuchi.web.tasks import TASKS
    from tieuchi.web.wire import packed, read_frame

    out.write(packed({"ready": True, "pid": os.getpid()}, b""))
    out.flush()
    while (frame := read_frame(source)) is not None:
        head, body = frame

        def tell(done: int, of: int) -> None:
            out.write(packed({"progress": [done, of]}, b""))
            out.flush()

        answer, content = _done(TASKS, head, body, tell)
        out.write(packed(answer, content))
        out.flush()
    _tidy(server)


def _tidy(server: int) -> None:
    """Remove the private folder of a server that was killed; one that ends by itself does so itself."""
    folder = os.environ.get(TEMP, "")
    for _ in range(10):
        if folder and os.getppid() != server:
            shutil.rmtree(folder, ignore_errors=True)
            return
        time.sleep(0.02)


def _done(tasks: Any, head: dict[str, Any], body: bytes, tell: Any) -> tuple[dict[str, Any], bytes]:
    """Do one task; what people can mend becomes a problem, anything else a fault that the server reports."""
    from tieuchi.errors import TieuchiError
    from tieuchi.web.faults import fault_text
    from tieuchi.web.problems import RefusalError, problem_of

    language = head.get("language", "vi")
    try:
        done: tuple[dict[str, Any], bytes] = tasks[head["task"]](head, body, tell)
        return done
    except (TieuchiError, RefusalError) as error:
        problem = problem_of(error, language)
        return {"status": problem.status, "type": "application/problem+json", "problem": True}, problem.body()
    except (RecursionError, MemoryError):
        problem = problem_of(RefusalError(413, "W101", {"most": str(head.get("most_bytes", ""))}), language)
        return {"status": problem.status, "type": "application/problem+json", "problem": True}, problem.body()
    except Exception as error:  # noqa: BLE001 - a fault in the program costs one request, not the worker
        return {"status": 500, "fault": fault_text(error)}, b""


if __name__ == "__main__":
    main()
