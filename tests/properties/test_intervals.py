"""What is missing leaves an interval, and however it turns out, the points lie in it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from strategies import Sample, groups_for, readings_for, rulebooks
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer


def completed(sample: Sample, known: Readings, rest: Readings) -> Readings:
    """Return what is known, and from the rest what is missing or was refused; parts stay below their wholes."""
    values = dict(rest.values)
    values.update({name: reading for name, reading in known.values.items() if reading.state != "refused"})
    for part, whole in sample.parts:
        low, high = values[part].value, values[whole].value
        if isinstance(low, Fraction) and isinstance(high, Fraction) and low > high:
            fixed, wanted = (whole, low) if known.values.get(part) is values[part] else (part, high)
            values[fixed] = replace(values[fixed], value=wanted)
    return replace(known, values=values, declared={**rest.declared, **known.declared})


# Whether a sub-criterion applies is taken from the readings as they stand: see section 14 of rules/README.md.
@effort(150)
@given(st.data())
def test_every_completion_of_the_readings_gives_points_in_the_interval(data: st.DataObject) -> None:
    sample = data.draw(rulebooks(fine=True))
    known, group = data.draw(readings_for(sample, off=False)), data.draw(groups_for(sample))
    scorer = Scorer(sample.plan)
    before = scorer.score(known, group)
    for _ in range(3):
        after = scorer.score(completed(sample, known, data.draw(readings_for(sample, gaps=False))), group)
        for node, then in zip(reversed(list(before.total.walk())), reversed(list(after.total.walk())), strict=True):
            if node.state == "not_applicable":
                assert then.state == "not_applicable"
            elif then.points is not None:
                assert node.low <= then.points <= node.high, node.id
            if node.points is not None:
                assert then.points == node.points
        if after.grade is not None:
            assert after.grade in before.grades_possible


@effort(100)
@given(st.data())
def test_beside_what_does_not_apply_points_lie_in_their_interval_too(data: st.DataObject) -> None:
    sample = data.draw(rulebooks(fine=True))
    known, group = data.draw(readings_for(sample)), data.draw(groups_for(sample))
    scorer = Scorer(sample.plan)
    before = scorer.score(known, group)
    after = scorer.score(completed(sample, known, data.draw(readings_for(sample, gaps=False))), group)
    for node, then in zip(before.leaves(), after.leaves(), strict=True):
        if then.points is not None and node.state != "not_applicable":
            assert node.low <= then.points <= node.high, node.id


@effort(60)
@given(st.data())
def test_what_narrows_the_total_is_missing(data: st.DataObject) -> None:
    sample = data.draw(rulebooks())
    readings = data.draw(readings_for(sample))
    card = Scorer(sample.plan).score(readings)
    for narrowing in card.narrowed_by:
        assert narrowing.width > 0
        assert narrowing.indicator not in readings.values or readings.values[narrowing.indicator].state != "given"
