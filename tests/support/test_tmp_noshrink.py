from hypothesis import given, settings, Phase, HealthCheck, strategies as st
import pytest
from roads import differences
from strategies import readings_for, rulebooks
bad=[]
@settings(max_examples=500, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_numba(data):
    sample = data.draw(rulebooks())
    units = data.draw(st.lists(readings_for(sample), min_size=1, max_size=4))
    for road in ("numpy","numba"):
        d = differences(sample.plan, units, road)
        if d: bad.append((road,d[:3])); 
def test_bad():
    for b in bad[:8]: print(b)
    assert not bad, len(bad)
