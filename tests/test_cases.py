"""The worked examples of tests/cases: every case on every road, and every threshold with its two sides."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tieuchi.assess import Assessor
from tieuchi.casework import Difference, run_case, run_cases
from tieuchi.errors import RulebookError
from tieuchi.loading.case_folders import case_files
from tieuchi.loading.cases import Case, CaseFile, ExpectedScore, load_cases
from tieuchi.model.canonical import NumberTest, Quotient, Relative, Tally
from tieuchi.model.lowering import span_finder
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.scoring.tests import Lack, quotient_value

HERE = Path(__file__).parent
FILES = list(case_files(HERE / "cases"))
SCALES = sorted((HERE / "cases" / "scales").glob("*.yaml"))


@cache
def loaded(path: Path) -> CaseFile:
    return load_cases(path)


@cache
def planned(path: Path) -> Plan:
    return compile_plan(loaded(path).book)


def all_cases() -> Iterator[object]:
    for path in FILES:
        try:
            cases = loaded(path).cases
        except RulebookError:
            yield pytest.param(path, None, id=path.stem)
            continue
        for case in cases:
            yield pytest.param(path, case, id=f"{path.stem}: {case.name}")


def told(differences: tuple[Difference, ...]) -> str:
    return "\n".join(f"{d.at}: {d.what}: {d.expected} expected, {d.actual} found" for d in differences)


@pytest.mark.parametrize(("path", "case"), list(all_cases()))
def test_a_case_comes_out_as_expected(path: Path, case: Case | None) -> None:
    if case is None:
        load_cases(path)
    assert case is not None
    outcome = run_case(case, Scorer(planned(path)).score)
    assert outcome.passed, told(outcome.differences)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_out_the_same_with_durable_rules_beside_it(path: Path) -> None:
    with Assessor(planned(path), road="both") as assessor:
        outcomes = run_cases(loaded(path), assessor.assess)
    assert all(outcome.passed for outcome in outcomes), told(tuple(d for o in outcomes for d in o.differences))


@pytest.mark.parametrize("path", SCALES, ids=lambda path: path.stem)
def test_every_scale_is_shown_scored_and_missing_and_not_applicable(path: Path) -> None:
    seen = {
        score.state
        for case in loaded(path).cases
        if case.form.expect is not None
        for score in case.form.expect.scores.values()
    }
    wanted = {"missing"} if path.stem == "declared-points" else {"missing", "not_applicable"}
    if path.stem == "bonus-and-penalty-block":
        wanted = {"missing"}  # a block that does not apply is worth 0
    assert wanted <= seen


@pytest.mark.parametrize("path", SCALES, ids=lambda path: path.stem)
def test_every_threshold_is_asked_from_below_and_at_it_and_from_above(path: Path) -> None:
    asked = list(_asked(path))
    for name, quotient, threshold in _thresholds(planned(path)):
        values = {value for other, value in asked if other == name}
        bounds = {t for other, _, t in _thresholds(planned(path)) if other == name}
        span = span_finder(planned(path).indicators)(quotient)
        sides = {"at": threshold in values}
        if span.low is None or span.low < threshold:
            below = max((t for t in bounds if t < threshold), default=None)
            sides["below"] = any(v < threshold and (below is None or v >= below) for v in values)
        if span.high is None or span.high > threshold:
            above = min((t for t in bounds if t > threshold), default=None)
            sides["above"] = any(v > threshold and (above is None or v <= above) for v in values)
        possible = not span.whole or threshold.denominator == 1
        missing = [side for side, found in sides.items() if not found and (side != "at" or possible)]
        assert not missing, f"{name} at {threshold}: no case {' or '.join(missing)}"


Name = tuple[str, int, int]


def _thresholds(plan: Plan) -> Iterator[tuple[Name, Quotient, Fraction]]:
    """Yield every finite end of a piece and every threshold of a test of a plan."""
    for leaf in plan.leaves:
        for place, route in enumerate(leaf.routes):
            if isinstance(route.measured, Quotient):
                for piece in route.pieces[:-1]:
                    assert piece.upper.at is not None
                    yield (leaf.id, place, -1), route.measured, piece.upper.at
            for number, (quotient, threshold) in enumerate(_tests(route.tests, route.measured)):
                yield (leaf.id, place, number), quotient, threshold


def _tests(tests: tuple[object, ...], measured: object) -> Iterator[tuple[Quotient, Fraction]]:
    inner = tuple(t for item in measured.items for t in item.tests) if isinstance(measured, Tally) else ()
    for test in (*tests, *inner):
        if isinstance(test, NumberTest):
            yield test.quotient, test.threshold


def _asked(path: Path) -> Iterator[tuple[Name, Fraction]]:
    """Yield every value that the cases of a file ask a scale or a test about."""
    plan = planned(path)
    for case in loaded(path).cases:
        if case.readings is None:
            continue
        inputs = inputs_of(case.readings)
        for leaf in plan.leaves:
            for place, route in enumerate(leaf.routes):
                if isinstance(route.measured, Quotient):
                    value = quotient_value(route.measured, inputs)
                    if not isinstance(value, Lack):
                        yield (leaf.id, place, -1), value[1]
                for number, (quotient, _) in enumerate(_tests(route.tests, route.measured)):
                    value = quotient_value(quotient, inputs)
                    if not isinstance(value, Lack):
                        yield (leaf.id, place, number), value[1]


def test_relative_scales_are_compared_with_a_group() -> None:
    for path in SCALES:
        relative = any(isinstance(r.measured, Relative) for leaf in planned(path).leaves for r in leaf.routes)
        assert relative == any(case.group for case in loaded(path).cases), path.stem


# --- The format itself -------------------------------------------------------------------------------

HEAD = """
rulebook:
  id: t
  title: T
  document: {id: D}
  reference: {item: x}
  basis: stated
  max_points: 1
  indicators: [{id: done, title: T, kind: count}, {id: held, title: T, kind: yes_no}]
  criteria:
    - id: "1"
      title: T
      max_points: 1
      value: {count: done}
      scale: {per_item: {each: 1}}
      reference: {item: x}
      basis: stated
  findings:
    - {id: found, title: T, when: {indicator: held, is: true}, reference: {item: x}, basis: stated}
  grades: {classes: [{grade: A, otherwise: true}], reference: {item: x}, basis: stated}
cases:
"""


def written(tmp_path: Path, cases: str, head: str = HEAD) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(head + cases, encoding="utf-8")
    return path


def refused(tmp_path: Path, cases: str, head: str = HEAD) -> list[tuple[str, int, str]]:
    with pytest.raises(RulebookError) as caught:
        load_cases(written(tmp_path, cases, head))
    return [(issue.code, issue.position.line, issue.path) for issue in caught.value.issues]


FIRST = HEAD.count("\n") + 1


@pytest.mark.parametrize(
    ("case", "code", "path"),
    [
        ('- {name: a, expect: {"1.1": {points: 1}}}', "C501", "cases[0].expect.1.1"),
        ("- {name: a, expect: {grade: B}}", "C502", "cases[0].expect.grade"),
        ('- {name: a, expect: {"1": {findings: [fond]}}}', "C503", "cases[0].expect.1.findings"),
        ('- {name: a, expect: {"1": {missing: [dane]}}}', "C504", "cases[0].expect.1.missing"),
        ("- {name: a, error: D000}", "C505", "cases[0].error"),
        ("- {name: a, expect: {}}", "C507", "cases[0].expect"),
        ('- {name: a, expect: {"1": {}}}', "C507", "cases[0].expect.1"),
        ('- {name: a, expect: {"1": {interval: [1, 0]}}}', "C510", "cases[0].expect.1.interval"),
        ('- {name: a, expect: {"1": {pionts: 1}}}', "R201", "cases[0].expect.1.pionts"),
        ('- {name: a, expect: {"1": {points: một}}}', "R210", "cases[0].expect.1.points"),
        ("- {name: a}", "R225", "cases[0]"),
        ("- {name: a, expect: {grade: A}, error: D474}", "R216", "cases[0]"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) == 4 else "",
)
def test_a_case_that_can_not_be_meant_is_refused_with_its_place(
    tmp_path: Path, case: str, code: str, path: str
) -> None:
    assert refused(tmp_path, case) == [(code, FIRST, path)]


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "- {name: a, error: D474}\n- {name: a, error: D474}") == [
        ("C506", FIRST + 1, "cases[1].name")
    ]


def test_a_rulebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "- {name: a, error: D474}", "rulebook: par-index-province/2107\ncases:\n") == [
        ("C508", 1, "rulebook")
    ]
    assert refused(tmp_path, "- {name: a, error: D474}", "rulebook: [a]\ncases:\n") == [("C509", 1, "rulebook")]


def test_what_is_wrong_in_the_rulebook_is_told_at_its_place_in_the_case_file(tmp_path: Path) -> None:
    head = HEAD.replace("value: {count: done}", "value: {count: dnoe}")
    assert refused(tmp_path, "- {name: a, error: D474}", head) == [("R410", 14, "criteria[0].value.count")]


def test_a_rulebook_may_be_named_by_its_path_beside_the_case_file(tmp_path: Path) -> None:
    body = HEAD.partition("rulebook:\n")[2].partition("cases:\n")[0]
    (tmp_path / "book.yaml").write_text("\n".join(line[2:] for line in body.splitlines()), encoding="utf-8")
    path = written(
        tmp_path, '- {name: a, readings: {done: 1}, expect: {"1": {points: 1}}}', "rulebook: book.yaml\ncases:\n"
    )
    file = load_cases(path)
    assert all(outcome.passed for outcome in run_cases(file, Scorer(compile_plan(file.book)).score))


def outcomes(tmp_path: Path, cases: str) -> tuple[Difference, ...]:
    file = load_cases(written(tmp_path, cases))
    found = run_cases(file, Scorer(compile_plan(file.book)).score)
    return tuple(difference for outcome in found for difference in outcome.differences)


def test_differences_name_what_where_and_both_values(tmp_path: Path) -> None:
    case = """- name: a
  readings: {done: 1, held: true}
  expect:
    grade: A
    total: {points: 1/3, findings: []}
    "1": {clause: counted, state: missing, interval: [0, 1], value: 2}
"""
    differences = outcomes(tmp_path, case)
    assert [(d.what, d.at.line - FIRST, d.expected, d.actual) for d in differences] == [
        ("total/points", 4, "1/3", "1"),
        ("total/findings", 4, "[-]", "[found]"),
        ("1/interval", 5, "[0, 1]", "[1, 1]"),
        ("1/state", 5, "missing", "scored"),
        ("1/clause", 5, "counted", "cap"),
        ("1/value", 5, "2", "1"),
    ]


def test_an_expected_refusal_is_no_difference_and_any_other_is(tmp_path: Path) -> None:
    assert not outcomes(tmp_path, "- {name: a, readings: {done: -1}, error: D474}")
    (other,) = outcomes(tmp_path, "- {name: a, readings: {done: -1}, error: D473}")
    assert (other.what, other.expected, other.actual) == ("error", "D473", "D474")
    (accepted,) = outcomes(tmp_path, "- {name: a, readings: {done: 1}, error: D474}")
    assert (accepted.expected, accepted.actual) == ("D474", "-")
    (unexpected,) = outcomes(tmp_path, '- {name: a, readings: {done: -1}, expect: {"1": {points: 1}}}')
    assert (unexpected.what, unexpected.actual) == ("readings", "D474")


@pytest.mark.parametrize("nothing", ["", "~", "null", "chưa có", '""'])
def test_a_figure_written_as_nothing_is_missing(tmp_path: Path, nothing: str) -> None:
    assert not outcomes(
        tmp_path, f'- name: a\n  readings:\n    done: {nothing}\n  expect: {{"1": {{state: missing}}}}\n'
    )


def test_everything_that_can_be_expected_can_be_compared(tmp_path: Path) -> None:
    keys = [key for key in ExpectedScore.model_fields if key not in ("interval", "findings", "missing", "state")]
    wrong = "".join(f"{key}: {'x' if key == 'clause' else 999}, " for key in keys)
    more = "interval: [998, 999], findings: [found], missing: [done], state: refused"
    differences = outcomes(tmp_path, f'- {{name: a, readings: {{done: 1}}, expect: {{"1": {{{wrong}{more}}}}}}}')
    assert {d.what for d in differences} == {f"1/{key}" for key in ExpectedScore.model_fields}
