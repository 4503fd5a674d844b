"""Without durable-rules, everything but the engine works, and the reason is said."""

from __future__ import annotations

import sys

import pytest

from tieuchi.chaining import Fact, FenceError, FireRule, RuleHost, available, fire_reference, unavailable_reason


@pytest.fixture
def _without_engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    unavailable_reason.cache_clear()
    yield
    unavailable_reason.cache_clear()


@pytest.mark.usefixtures("_without_engine")
def test_without_the_engine_a_host_says_why_and_the_twin_still_fires():
    assert not available()
    assert "durable" in unavailable_reason()
    with pytest.raises(FenceError, match="F120: durable-rules can't be used: ") as refusal:
        RuleHost([])
    assert unavailable_reason() in refusal.value.text("vi")
    assert len(fire_reference([FireRule("r", "k")], [Fact("k", {})])) == 1
