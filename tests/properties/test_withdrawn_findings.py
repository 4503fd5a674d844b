"""A finding that is withdrawn gives back exactly what it took, and changes nothing else."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from effort import effort
from small_books import HERE
from strategies import Sample, changed, groups_for, readings_for, rulebooks
from tieuchi.model.lowering import test_indicators as indicators_of
from tieuchi.model.reading import Reading
from tieuchi.scoring.scorer import Scorer


def following(sample: Sample, first: str) -> set[str]:
    """Return a finding and all that follow from it."""
    found = {first}
    for finding in sample.book.findings * len(sample.book.findings):
        if any(condition.finding in found for condition in finding.when):
            found.add(finding.id)
    return found


@effort(120)
@given(st.data())
def test_one_withdrawn_finding_moves_exactly_the_criteria_it_touches(data: st.DataObject) -> None:
    sample = data.draw(rulebooks())
    assume(sample.book.findings)
    triggers = {finding.id: finding.when[0].indicator or "" for finding in sample.book.findings}
    readings = data.draw(readings_for(sample, gaps=False))
    readings = changed(readings, **{name: Reading(name, True, HERE) for name in triggers.values()})
    withdrawn = data.draw(st.sampled_from(sorted(triggers)))
    trigger = triggers[withdrawn]
    others = [leaf.indicators for leaf in sample.plan.leaves]
    others += [plan.indicators for plan in sample.plan.findings if plan.finding.id != withdrawn]
    assume(not any(trigger in names for names in others))
    group = data.draw(groups_for(sample))
    scorer = Scorer(sample.plan)
    before = scorer.score(readings, group)
    # A value without a denominator leaves a finding open even where every reading is there.
    assume(all(state.holds is not None for state in before.findings))
    after = scorer.score(changed(readings, **{trigger: Reading(trigger, False, HERE)}), group)
    gone = following(sample, withdrawn)
    touched = {c.criterion for finding in sample.book.findings if finding.id in gone for c in finding.consequences}
    for node, then in zip(before.leaves(), after.leaves(), strict=True):
        assert node.trace is not None
        assert then.trace is not None
        assert then.trace.base_points == node.trace.base_points
        taken = [t for t in node.trace.taken if t.finding in gone]
        if node.id in touched and node.trace.base_points is None:
            # What is open moves by its ends; a finding may have settled it.
            assert then.low >= node.low
            assert then.high >= node.high
        elif node.id not in touched or not taken:
            assert (then.points, then.low, then.high) == (node.points, node.low, node.high)
        elif node.points is not None:
            assert then.points is not None
            assert then.points >= node.points
            own_rounding = node.trace.plan.criterion.rounding or sample.book.rounding.points
            if len(node.trace.taken) == 1 and own_rounding is None:
                assert then.points - node.points == taken[0].amount
    assert {state.id for state in after.findings if state.holds}.isdisjoint(gone)
    assert indicators_of(sample.plan.findings[0].tests[0])
