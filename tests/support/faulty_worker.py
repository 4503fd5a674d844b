"""A worker that can be made to crash, hang or be slow, by what stands in a request's unit."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from tieuchi.web import worker
from tieuchi.web.tasks import TASKS, Answer, json_answer


def _faulty(head: Any, body: bytes, _tell: Any) -> Answer:
    exact = bool(head.get("exact"))
    if b"crash-always" in body or (b"crash" in body and not exact):
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"hang-always" in body or (b"hang" in body and not exact):
        time.sleep(1000)
    if b"slow" in body:
        time.sleep(0.5)
    if b"fault" in body:
        raise RuntimeError("a fault")
    return json_answer({"exact": exact, "pid": os.getpid()})


if __name__ == "__main__":
    TASKS["score"] = _faulty
    worker.main()
