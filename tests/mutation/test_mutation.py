"""Single mistakes are caught: here in the two small rulebooks, in all of them by ``tests/mutation/run.py``."""

from __future__ import annotations

import runpy
from pathlib import Path

RUN = runpy.run_path(str(Path(__file__).with_name("run.py")))


def test_at_least_95_of_100_mistakes_are_caught_by_check_or_by_cases() -> None:
    tally = RUN["Tally"]()
    for name in ("curb-65/2003", "index-egapro/plus-de-250"):
        RUN["run_book"](name, tally)
    assert tally.generated > 400
    assert tally.score >= 0.95, RUN["report"](tally, 0)
