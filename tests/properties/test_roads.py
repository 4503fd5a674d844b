"""All roads say the same of every rulebook and every unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from roads import differences
from strategies import groups_for, readings_for, rulebooks
from tieuchi.assess import Assessor
from tieuchi.chaining import available, unavailable_reason
from tieuchi.chaining.translate import facts_of, rules_of
from tieuchi.columnar.road import Road
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer

durable = pytest.mark.skipif(not available(), reason=f"durable-rules can't be used: {unavailable_reason()}")


@durable
@effort(80)
@given(st.data())
def test_both_roads_agree_on_every_rule(data: st.DataObject) -> None:
    sample = data.draw(rulebooks())
    with Assessor(sample.plan, road="both") as assessor:
        for _ in range(3):
            card = assessor.assess(data.draw(readings_for(sample)), data.draw(groups_for(sample)))
            assert card.road == "durable-rules+exact"
            assert len(set(card.firings)) <= len(card.firings)


@pytest.mark.parametrize("road", ["numpy", "numba"])
@effort(60)
@given(data=st.data())
def test_columns_give_the_points_of_the_exact_road(road: Road, data: st.DataObject) -> None:
    sample = data.draw(rulebooks())
    units = data.draw(st.lists(readings_for(sample), min_size=1, max_size=4))
    assert differences(sample.plan, units, road) == []


@durable
@effort(40)
@given(st.data())
def test_facts_name_only_what_rules_ask_for(data: st.DataObject) -> None:
    sample = data.draw(rulebooks())
    readings = data.draw(readings_for(sample))
    asked = {rule.key for rule in rules_of(sample.plan)}
    told = {fact.key for fact in facts_of(sample.plan, inputs_of(readings), {})}
    assert asked - told <= {f"finding:{name}" for name in (f.finding.id for f in sample.plan.findings)}
    assert Scorer(sample.plan).score(readings).total.id == sample.book.id
