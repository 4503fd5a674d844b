"""How long one unit takes. Not part of `make test`; run by `make bench`."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest

from tieuchi.assess import Assessor
from tieuchi.chaining import available
from tieuchi.errors import Position
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.reading import Reading, Readings, Unit

HEAD = """
id: bench/1
title: Bench
document: {id: none}
max_points: 100
reference: {item: all}
basis: assumed
indicators:
  - {id: now, title: Now, kind: count}
  - {id: before, title: Before, kind: count, range: {at_least: 1}}
  - {id: wrong, title: Wrong, kind: count}
  - {id: asked, title: Asked, kind: percent}
criteria:
"""
SCALES = (
    (
        "{growth: [now, before]}|{bands: [{clause: a, at_least: 30%, points: 1}, "
        "{clause: b, at_least: 10%, points: 0.5}, {clause: c, otherwise: true, points: 0}]}"
    ),
    "{ratio: [now, before]}|{linear: {cut_off: 60%}}",
    "{count: wrong}|{deduction: {each: 1/3}}",
    "{amount: asked}|{linear: {full_at: 80%}}",
)


def book_text() -> str:
    rows = []
    for number in range(100):
        value, scale = SCALES[number % len(SCALES)].split("|")
        rows.append(f'  - {{id: "{number}", title: T, max_points: 1, value: {value}, scale: {scale},')
        rows.append('     reference: {item: "1"}, basis: assumed}')
    return HEAD + "\n".join(rows)


@pytest.fixture(scope="module")
def readings() -> Readings:
    given = {"now": Fraction(360), "before": Fraction(325), "wrong": Fraction(2), "asked": Fraction("0.7382")}
    place = Position("bench")
    return Readings(Unit("u"), "1", {name: Reading(name, value, place) for name, value in given.items()})


def test_one_unit_by_the_exact_road(benchmark: Any, readings: Readings) -> None:
    assessor = Assessor(rulebook_of(parse_yaml(book_text().encode(), "bench.yaml")), "exact")
    benchmark(assessor.assess, readings)


@pytest.mark.skipif(not available(), reason="durable-rules is not installed")
def test_one_unit_by_both_roads(benchmark: Any, readings: Readings) -> None:
    with Assessor(rulebook_of(parse_yaml(book_text().encode(), "bench.yaml"))) as assessor:
        benchmark(assessor.assess, readings)


def test_loading_a_rulebook_of_100(benchmark: Any) -> None:
    benchmark(lambda: rulebook_of(parse_yaml(book_text().encode(), "bench.yaml")))


@pytest.mark.parametrize(
    "words", [["--help"], ["score", "par-index-province/2017", "soc-trang-2017"]], ids=["help", "score"]
)
def test_a_cold_process(benchmark: Any, words: list[str]) -> None:
    command = [sys.executable, "-m", "tieuchi", *words]
    benchmark.pedantic(lambda: subprocess.run(command, capture_output=True, check=True), rounds=5)
