"""What holds of the points of every rulebook and every unit."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from effort import effort
from naive import Gap, Naive
from small_books import Tree
from strategies import Case, cases, groups_for, leaves_of, readings_for, rulebooks
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.scoring.findings import answer_findings
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.leaf import score_leaf
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.tests import all_hold


def scored(case: Case) -> Scorecard:
    sample, readings, group = case
    return Scorer(sample.plan).score(readings, group)


@effort(80)
@given(cases())
def test_points_lie_between_the_least_and_the_maximum(case: Case) -> None:
    for node in scored(case).leaves():
        assert node.trace is not None
        assert node.low <= node.high
        if node.state != "not_applicable":
            assert min(node.trace.plan.floor, 0) <= node.low
            assert node.high <= node.max_points
        if node.points is not None:
            assert node.trace.plan.floor <= node.points <= node.max_points


@effort(60)
@given(cases())
def test_points_without_their_trace_are_the_same_points(case: Case) -> None:
    sample, readings, group = case
    assert Scorer(sample.plan).points(readings, group) == tuple(node.points for node in scored(case).leaves())


@effort(100)
@given(cases())
def test_what_is_settled_quickly_is_what_scoring_in_full_finds(case: Case) -> None:
    sample, readings, group = case
    scorer = Scorer(sample.plan)
    unit = scorer.unit(inputs_of(readings), scorer.best_of([readings, *group]))
    for leaf in sample.plan.leaves:
        rounding = leaf.criterion.rounding or sample.book.rounding.points
        assert scorer.trace(leaf.index, unit) == score_leaf(leaf, compile_leaf(leaf), rounding, unit)


@effort(60)
@given(cases())
def test_points_and_lost_points_make_the_maximum_at_every_node(case: Case) -> None:
    for node in scored(case).total.walk():
        if node.points is not None:
            assert node.lost is not None
            assert node.points + node.lost == (0 if node.block else node.max_points)


@effort(60)
@given(cases(plain=True))
def test_sums_add_up_again_exactly(case: Case) -> None:
    rescaled = {tree["id"] for tree in _groups(case[0].tree) if tree.get("rescale")}
    for node in scored(case).total.walk():
        parts = [part for part in node.parts if part.state != "not_applicable"]
        if not parts:
            continue
        most = sum((part.max_points for part in parts), Fraction(0))
        factor = node.max_points / most if node.id in rescaled else 1
        assert most * factor == node.max_points
        if node.points is not None or node.id not in rescaled:
            # While it is open whether a part applies, the factor that brings the others back is open as well.
            assert sum((part.low for part in parts), Fraction(0)) * factor == node.low
            assert sum((part.high for part in parts), Fraction(0)) * factor == node.high
        if node.points is not None:
            assert sum((part.points or Fraction(0) for part in parts), Fraction(0)) * factor == node.points


def _groups(tree: Tree) -> list[Tree]:
    return [tree, *(group for part in tree.get("criteria", ()) for group in _groups(part))]


@effort(60)
@given(cases(plain=True))
def test_points_are_settled_just_where_least_and_most_meet(case: Case) -> None:
    """A scale that gives the same for all readings is the one exception: missing stays missing."""
    inputs = inputs_of(case[1])
    findings = answer_findings(case[0].plan, inputs)
    for node in scored(case).total.walk():
        if node.points is not None:
            assert node.low == node.high == node.points
        elif node.trace is not None and node.state != "not_applicable" and node.low == node.high:
            plan = node.trace.plan
            answers = [all_hold(route.tests, inputs, findings) for route in plan.routes]
            # The first route that holds is taken, whatever those after it give.
            reached = answers.index(True) + 1 if True in answers else len(answers)
            asked = zip(plan.ranges[:reached], answers[:reached], strict=True)
            ends = [set(ends) for ends, answer in asked if answer is not False]
            assert ends
            assert len(set.union(*ends)) == 1


@effort(80)
@given(st.data())
def test_more_is_never_worse_where_the_direction_says_so(data: st.DataObject) -> None:
    sample = data.draw(rulebooks(findings=False, plain=True))
    leaves = {leaf["id"]: leaf for leaf in leaves_of(sample.tree["criteria"]) if "direction" in leaf}
    assume(leaves)
    group = data.draw(groups_for(sample))
    scorer = Scorer(sample.plan)
    points: dict[str, list[tuple[Fraction, Fraction]]] = {name: [] for name in leaves}
    for _ in range(3):
        unit = data.draw(readings_for(sample, gaps=False))
        card = scorer.score(unit, group)
        for name, leaf in leaves.items():
            value, given_points = Naive(sample.tree, unit).value(leaf["value"]), card[name].points
            if not isinstance(value, Gap) and given_points is not None:
                points[name].append((value, given_points))
    for name, found in points.items():
        better = max if leaves[name]["direction"] == "higher_is_better" else min
        for one in found:
            for other in found:
                if one[0] != other[0] and better(one[0], other[0]) == one[0]:
                    assert one[1] >= other[1]
