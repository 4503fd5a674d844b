"""How many examples a property tries: enough for a quick look, several times as many where ``CI`` is ``true``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = 4 if os.environ.get("CI") == "true" else 1


def effort(examples: int) -> settings:
    """Return settings for a property; whole rulebooks are large and slow to draw, which is as it should be."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples * TIMES, deadline=None, suppress_health_check=checks)
