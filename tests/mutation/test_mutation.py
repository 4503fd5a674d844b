"""Single mistakes are caught: here every one of the small rulebooks and every fifth of the large one.

``make mutation`` makes them all.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

RUN = runpy.run_path(str(Path(__file__).with_name("run.py")))
STRIDES = {"curb-65/2003": 1, "index-egapro/plus-de-250": 1, "par-index-province/2017": 5}


def test_at_least_95_of_100_mistakes_are_caught_by_check_or_by_cases(capsys: pytest.CaptureFixture[str]) -> None:
    tally = RUN["Tally"]()
    for name, stride in STRIDES.items():
        RUN["run_book"](name, tally, stride)
    with capsys.disabled():
        print("\nmutation:", RUN["report"](tally, 0).splitlines()[0].removesuffix("  (0 s)"))  # noqa: T201
    assert tally.generated > 500
    assert tally.score >= 0.95, RUN["report"](tally, 0)


def test_every_rulebook_that_is_bundled_has_its_part() -> None:
    assert set(STRIDES) == set(RUN["rulebook_names"]())
