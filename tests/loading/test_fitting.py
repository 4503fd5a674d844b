"""Readings that are sound by themselves and yet don't fit the rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieuchi import ReadingsError, load_readings, load_rulebook
from tieuchi.model.plan import compile_plan

BOOK = """\
id: fit/1
title: Fit
document: {id: none}
max_points: 3
reference: {item: all}
basis: stated
unit_kinds: {mountain: Mountain, plain: Plain}
indicators:
  - {id: offices, title: Offices, kind: count}
  - {id: open_offices, title: Open offices, kind: count}
criteria:
  - {id: "1", title: Declared, max_points: 1, scale: {declared: {}}, reference: {item: "1"}, basis: stated}
  - id: "2"
    title: Coverage
    max_points: 2
    value: {coverage: [open_offices, offices]}
    scale: {linear: {}}
    reference: {item: "2"}
    basis: stated
"""


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "book.yaml"
    path.write_text(BOOK, encoding="utf-8")
    return path


def refusal(book_file: Path, readings: str) -> str:
    path = book_file.with_name("readings.yaml")
    path.write_text(readings, encoding="utf-8")
    with pytest.raises(ReadingsError) as caught:
        load_readings(path, load_rulebook(book_file))
    return str(caught.value).replace(f"{path}", "readings.yaml")


def test_a_kind_of_unit_the_rulebook_does_not_know_is_refused(book_file: Path) -> None:
    text = refusal(book_file, "unit: {id: u, kind: montain}\nreadings: {offices: 3}\n")
    assert text == (
        "readings.yaml: D501: unit “u” is of kind “montain”, the rulebook knows: mountain, plain\n"
        "    hint  did you mean “mountain”?"
    )


def test_points_declared_for_what_has_none_to_declare_are_refused(book_file: Path) -> None:
    text = refusal(book_file, "unit: {id: u}\nreadings: {}\ndeclared: {'1': 5, '2': 1, '3': 1}\n")
    assert [line.split(": ")[1] for line in text.splitlines() if not line.startswith(" ")] == ["D504", "D503", "D502"]


def test_more_bodies_that_comply_than_there_are_is_refused(book_file: Path) -> None:
    text = refusal(book_file, "unit: {id: u}\nreadings:\n  open_offices: 12\n  offices: 11\n")
    assert text == (
        "readings.yaml:3:17: D505: “open_offices” is 12, more than “offices”, which is 11 at readings.yaml:4:12 "
        "(criterion 2)"
    )


def test_the_range_of_points_leaves_out_ends_that_do_not_belong_to_a_stair(tmp_path: Path) -> None:
    path = tmp_path / "stair.yaml"
    scale = "{per_item: {each: 1, per: 10, at_most: 2.5}}"
    path.write_text(
        BOOK.replace("value: {coverage: [open_offices, offices]}", "value: {count: offices}").replace(
            "{linear: {}}", scale
        ),
        encoding="utf-8",
    )
    text = (
        path.read_text(encoding="utf-8")
        .replace("max_points: 2\n", "max_points: 3\n")
        .replace("points: 3\n", "points: 4\n", 1)
    )
    path.write_text(text, encoding="utf-8")
    plan = compile_plan(load_rulebook(path))
    assert [str(end) for end in plan.by_id["2"].ranges[0]] == ["0", "5/2"]


def test_exact_counts_in_order_keep_to_a_declared_direction(tmp_path: Path) -> None:
    path = tmp_path / "exact.yaml"
    bands = "bands: [{clause: a, exactly: 0, points: 2}, {clause: b, exactly: 1, points: 1}, "
    bands += "{clause: c, otherwise: true, points: 0}]"
    text = BOOK.replace("value: {coverage: [open_offices, offices]}", "value: {count: offices}")
    text = text.replace("linear: {}", bands).replace("basis: stated\n", "basis: stated\n", 1)
    text += "    direction: lower_is_better\n"
    path.write_text(text, encoding="utf-8")
    assert load_rulebook(path).criteria[1].direction == "lower_is_better"
