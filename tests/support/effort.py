"""How many examples a property tries.

Enough for a quick look, several times as many where ``CI`` is ``true``, and as many times as ``EFFORT`` says for a
long search: ``EFFORT=50 pytest tests/properties --hypothesis-seed=7``.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("EFFORT", "4" if os.environ.get("CI") == "true" else "1"))


def effort(examples: int) -> settings:
    """Return settings for a property; whole rulebooks are large and slow to draw, which is as it should be."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples * TIMES, deadline=None, suppress_health_check=checks)
