"""The shape of what a task takes and gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Head = Mapping[str, Any]
Tell = Callable[[int, int], None]
Answer = tuple[dict[str, Any], bytes]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def json_answer(data: object, **more: Any) -> Answer:
    """Return an answer of JSON."""
    return {"status": 200, "type": "application/json", **more}, json.dumps(data, ensure_ascii=False).encode()
