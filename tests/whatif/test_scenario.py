"""Scenarios and reforms: what applies, what changes nothing, what is refused."""

from __future__ import annotations

import pytest

from tieuchi.errors import ScenarioError, UnknownNameError
from tieuchi.loading.scenario import assigned, load_model, load_plan, load_scenario, scenario_yaml
from tieuchi.model.scenario import Scenario
from tieuchi.whatif.run import Bench
from tieuchi.whatif.touches import touches


@pytest.fixture(scope="module")
def bench(province):
    return Bench(province.root, province.readings)


def refused(bench, *, sets=(), rules=()):
    with pytest.raises(ScenarioError) as error:
        bench.run(Scenario(assigned("--set", sets), assigned("--threshold", rules)))
    return [(issue.code, issue.facts.get("nearest", "")) for issue in error.value.issues]


def test_an_empty_scenario_moves_nothing(bench):
    found = bench.run(Scenario())
    assert found.difference.moved == ()
    assert found.difference.gain == 0


def test_a_reform_and_its_undo_restore_all(bench, province):
    there = assigned("--threshold", ["8.2/b/at_least=15%"])
    back = assigned("--threshold", ["8.2/b/at_least=10%"])
    assert bench.run(Scenario(rules=there)).difference.moved
    assert not bench.run(Scenario(rules=back)).difference.moved


def test_an_unknown_indicator_is_refused_with_the_nearest(bench):
    assert refused(bench, sets=["enterprise_new=423"]) == [("S702", "enterprises_new")]


def test_an_unknown_path_is_refused_with_the_nearest(bench):
    assert refused(bench, rules=["8.2/b/at_lest=15%"]) == [("S701", "8.2/b/at_least")]


def test_thresholds_out_of_order_are_refused_as_in_a_rulebook(bench):
    assert [code for code, _ in refused(bench, rules=["8.2/b/at_least=35%"])] == ["R306"]


def test_a_group_of_values_is_no_threshold(bench):
    assert [code for code, _ in refused(bench, rules=["8.2/b=15%"])] == ["S703"]


def test_a_part_above_its_whole_is_refused(bench):
    assert [code for code, _ in refused(bench, sets=["commune_officials_meeting_standards=1155"])] == ["S706"]


def test_changing_twice_is_refused(bench):
    assert [code for code, _ in refused(bench, sets=["enterprises_new=1", "enterprises_new=2"])] == ["S705"]


def test_everything_wrong_is_told_at_once(bench):
    codes = [code for code, _ in refused(bench, sets=["enterprises_new=abc", "nothing=1"], rules=["9.9/a=1"])]
    assert sorted(codes)[-2:] == ["S701", "S702"]
    assert len(codes) == 3


def test_a_change_that_changes_nothing_is_named_among_others_that_do(bench):
    found = bench.run(Scenario(assigned("--set", ["enterprises_new=423", "reform_initiatives=1"])))
    assert [change.name for change in found.idle] == ["reform_initiatives"]


def test_two_changes_that_only_work_together_are_neither_idle(bench):
    both = ["communes_posting_below_standard=0", "districts_posting_below_standard=0"]
    found = bench.run(Scenario(assigned("--set", both)))
    assert found.idle == ()
    assert [moved.criterion for moved in found.difference.moved] == ["3.1.1"]


def test_a_saved_scenario_replays(bench, tmp_path):
    scenario = Scenario(assigned("--set", ["enterprises_new=423"]), assigned("--threshold", ["8.2/b/at_least=15%"]))
    file = tmp_path / "kịch-bản.yaml"
    file.write_text(scenario_yaml(scenario), encoding="utf-8")
    again = bench.run(load_scenario(file))
    assert again.difference.gain == bench.run(scenario).difference.gain


@pytest.mark.parametrize(
    ("load", "text", "code"),
    [
        (load_scenario, "readngs: {x: 1}", "R201"),
        (load_plan, "seconds: 0", "R223"),
        (load_model, "readings: {x: {respondents: 3, error: 1}}", "R216"),
        (load_model, "readings: {x: {at_least: 3}}", "R216"),
    ],
)
def test_files_are_refused_with_their_place(load, text, code, tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load(file)
    assert [issue.code for issue in error.value.issues] == [code]
    assert error.value.issues[0].position.line == 1


def test_touches_reaches_through_findings(province):
    found = touches(province.root, province.plan, "ministry_inspection_conclusion")
    assert {r.criterion: r.through for r in found.reached} == {
        "4.2": ("unlawful_recruitment",),
        "5.2": ("unlawful_recruitment",),
        "5.3": ("unlawful_appointments",),
    }


def test_touches_names_the_nearest(province):
    with pytest.raises(UnknownNameError) as error:
        touches(province.root, province.plan, "enterprises_nw")
    assert error.value.nearest == "enterprises_new"
