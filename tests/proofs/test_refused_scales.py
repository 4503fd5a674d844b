"""Gaps, overlaps and disorder of bands: refused just where trying every value finds them, and shown by readings."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from small_books import book_tree, leaf, node_of
from tieuchi.errors import Issue, RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.model.number import parse_number
from tieuchi.model.scale.bands import Band

RANGE = {"n": {"kind": "count", "range": {"at_most": "8"}}}
FEW = {
    "done": {"kind": "count", "part_of": "all"},
    "all": {"kind": "count", "range": {"at_least": "1", "at_most": "3"}},
}
SHARE = {"ratio": ["done", "all"]}


def refusals(bands: list[dict[str, str]], value: Any = None, indicators: Any = None, **more: Any) -> list[Issue]:
    tree = book_tree(leaf({"bands": bands}, value=value or {"count": "n"}, **more), indicators=indicators or RANGE)
    try:
        rulebook_of(node_of(tree))
    except RulebookError as error:
        return list(error.issues)
    return []


def _covers(band: Band, x: Fraction) -> bool:
    low, high = band.lower, band.upper
    above = low is None or low.at is None or x > low.at or (low.closed and x == low.at)
    return above and (high is None or high.at is None or x < high.at or (high.closed and x == high.at))


def _drawn_bands(random: Random, ends: list[Fraction]) -> list[dict[str, str]]:
    """Return bands with both ends, open or closed, some a single point; or side by side, perhaps with one left out."""
    bands = []
    cuts = [ends[0], *sorted(random.sample(ends[1:-1], 2)), ends[-1]]
    tiled = random.random() < 0.5
    for index in range(random.randint(1, 4) if not tiled else 3):
        low, high = sorted(random.choice(ends) for _ in range(2))
        lower, upper = random.choice(["at_least", "more_than"]), random.choice(["at_most", "less_than"])
        if tiled:
            low, high, lower, upper = cuts[index], cuts[index + 1], "at_least", "at_most" if index == 2 else "less_than"
        band = {"clause": f"c{index}", "points": "1", lower: str(low), upper: str(high)}
        if not tiled and random.random() < 0.2:
            band = {"clause": f"c{index}", "points": "1", "exactly": str(low)}
        bands.append(band)
    if tiled and random.random() < 0.5:
        del bands[random.randrange(3)]
    return bands


def _shown(issue: Issue) -> dict[str, Fraction]:
    (example,) = issue.examples
    return {name: parse_number(str(text)) for name, text in example.readings.items()}


def _check_examples(issues: list[Issue], models: list[Band], value_of: Any, reached: set[Fraction]) -> None:
    """Each example has a value that there is, in no band for a gap, in two for an overlap."""
    for issue in issues:
        if not issue.examples:
            # Nothing can show an overlap that no reading falls into; a gap like that is none.
            assert issue.code in ("R309", "R308"), issue
            continue
        x = value_of(_shown(issue))
        held = [band.clause for band in models if _covers(band, x)]
        assert x in reached
        if issue.code in ("R312", "R313"):
            assert not held, (issue, models)
            assert issue.facts["witness"] == str(x) or parse_number(issue.facts["witness"]) == x
        elif issue.code == "R309":
            assert set(issue.clauses) <= set(held), (issue, models)
            assert issue.there
        elif issue.code == "R308":
            assert issue.clauses[0] not in held


def test_gaps_and_overlaps_of_counts_agree_with_trying_every_value(capsys: pytest.CaptureFixture[str]) -> None:
    """Whole counts from 0 to 8, thresholds on and between them."""
    random = Random("gaps")
    seen: Counter[str] = Counter()
    ends = [Fraction(n, 2) for n in range(17)]
    for _ in range(1_500):
        bands = _drawn_bands(random, ends)
        issues = refusals(bands)
        codes = {issue.code for issue in issues}
        models = [Band.model_validate(band) for band in bands]
        _check_examples(issues, models, lambda shown: shown["n"], {Fraction(x) for x in range(9)})
        if "R308" in codes:
            continue
        counts = [sum(_covers(band, Fraction(x)) for band in models) for x in range(9)]
        halves = [sum(_covers(band, Fraction(x, 4)) for band in models) for x in range(33)]
        assert ("R309" in codes) == (max(halves) > 1), bands
        if "R309" not in codes:
            assert bool(codes & {"R312", "R313"}) == (min(counts) == 0), bands
        seen.update(codes or {"sound"})
    assert min(seen[code] for code in ("R309", "R312", "R313", "sound")) > 20, seen
    with capsys.disabled():
        print(f"\nbands on counts, tried against every value: {sum(seen.values())} ({dict(seen)})")  # noqa: T201


def test_gaps_of_shares_agree_with_trying_every_pair_of_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A share of at most 3 is 0, 1/3, 1/2, 2/3 or 1: a gap between two of these is none."""
    random = Random("shares")
    seen: Counter[str] = Counter()
    reached = {Fraction(k, n) for n in (1, 2, 3) for k in range(n + 1)}
    ends = [Fraction(n, 12) for n in range(13)]
    for _ in range(1_500):
        bands = _drawn_bands(random, ends)
        issues = refusals(bands, SHARE, FEW)
        codes = {issue.code for issue in issues}
        models = [Band.model_validate(band) for band in bands]
        _check_examples(issues, models, lambda shown: shown["done"] / shown["all"], reached)
        if "R308" in codes or "R309" in codes:
            continue
        assert bool(codes & {"R312", "R313"}) == any(not any(_covers(b, x) for b in models) for x in reached), bands
        seen.update(codes or {"sound"})
    assert min(seen[code] for code in ("R312", "R313", "sound")) > 20, seen
    with capsys.disabled():
        print(f"\nbands on shares, tried against every pair of counts: {sum(seen.values())} ({dict(seen)})")  # noqa: T201


def test_a_gap_that_no_share_of_few_falls_into_is_none() -> None:
    bands = [
        {"clause": "a", "at_least": "34%", "points": "1"},
        {"clause": "b", "less_than": "33.4%", "points": "0"},
    ]
    assert refusals(bands, SHARE, FEW) == []
    many = {**FEW, "all": {"kind": "count", "range": {"at_least": "1", "at_most": "300"}}}
    (issue,) = refusals(bands, SHARE, many)
    assert (issue.code, issue.clauses) == ("R313", ("a", "b"))
    assert Fraction("0.334") <= _shown(issue)["done"] / _shown(issue)["all"] < Fraction("0.34")


@pytest.mark.parametrize(
    ("bands", "code", "clauses"),
    [
        ([{"at_least": "3"}, {"at_least": "5"}], "R306", ("b", "a")),
        ([{"at_most": "5"}, {"at_most": "3"}], "R307", ("b", "a")),
        ([{"at_least": "5", "at_most": "4"}, {"otherwise": "true"}], "R308", ("a", "a")),
        ([{"at_least": "2", "at_most": "5"}, {"at_least": "5", "at_most": "8"}], "R309", ("b", "a")),
        ([{"at_least": "3"}], "R312", ("a",)),
        ([{"at_least": "5"}, {"less_than": "3"}], "R313", ("a", "b")),
        ([{"at_least": "5"}, {"at_least": "1", "at_most": "3"}, {"otherwise": "true"}], "R336", ("c", "a")),
    ],
)
def test_each_refusal_names_both_clauses_both_places_and_readings(
    bands: list[dict[str, str]], code: str, clauses: tuple[str, ...]
) -> None:
    issues = refusals([{"clause": c, "points": "1", **band} for c, band in zip("abc", bands, strict=False)])
    issue = next(issue for issue in issues if issue.code == code)
    assert issue.clauses == clauses
    assert issue.there
    assert issue.position not in issue.there
    assert issue.examples
    assert 0 <= _shown(issue)["n"] <= 8


def test_a_step_against_the_direction_is_shown_by_readings_on_both_sides() -> None:
    bands = [{"clause": "a", "at_least": "5", "points": "0"}, {"clause": "b", "otherwise": "true", "points": "1"}]
    (issue,) = refusals(bands, direction="higher_is_better")
    assert (issue.code, issue.clauses) == ("R426", ("a", "b"))
    assert [(e.clause, e.readings) for e in issue.examples] == [("b", {"n": "0"}), ("a", {"n": "5"})]
    assert issue.there[0].line > issue.position.line


def test_readings_that_show_a_gap_take_the_branch_that_it_is_in() -> None:
    inner = [{"clause": "a", "at_least": "5", "points": "1"}, {"clause": "b", "less_than": "3", "points": "0"}]
    branches = [
        {"clause": "small", "when": {"indicator": "size", "at_most": "10"}, "points": "0"},
        {"clause": "large", "otherwise": "true", "scale": {"bands": inner}},
    ]
    tree = book_tree(leaf({"branches": branches}, value={"count": "n"}), indicators={**RANGE, "size": "count"})
    with pytest.raises(RulebookError) as caught:
        rulebook_of(node_of(tree))
    (issue,) = caught.value.issues
    assert issue.code == "R313"
    assert issue.examples[0].readings == {"n": "3", "size": "11"}


def test_a_gap_in_dates_is_shown_by_a_day() -> None:
    value = {"days_late": {"date": "issued", "due": "31/12/2017"}}
    bands = [{"clause": "a", "at_most": "0", "points": "1"}, {"clause": "b", "at_least": "2", "points": "0"}]
    (issue,) = refusals(bands, value, {"issued": "date"})
    assert issue.code == "R313"
    assert issue.examples[0].readings == {"issued": "2018-01-01"}
