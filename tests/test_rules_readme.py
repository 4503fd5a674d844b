"""rules/README.md: every example loads, every result in it is right, every code and scale and place is told.

Where messages changed, ``TIEUCHI_UPDATE=1 pytest tests/test_rules_readme.py`` writes the table of codes anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from tieuchi.casework import run_cases
from tieuchi.cli import run
from tieuchi.loading.bundled import data_root
from tieuchi.loading.cases import load_cases
from tieuchi.loading.readings import load_readings
from tieuchi.loading.rulebook import load_rulebook, rulebook_of
from tieuchi.loading.tree_paths import resolve
from tieuchi.loading.yaml_source import Node, parse_yaml
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import exact_text, parse_number
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scale import Scale
from tieuchi.model.scorecard import Scorecard
from tieuchi.model.value import Value
from tieuchi.scoring.scorer import Scorer
from tieuchi.words.author_messages import AUTHOR_MESSAGES
from tieuchi.words.case_messages import CASE_MESSAGES
from tieuchi.words.language import filled
from tieuchi.words.proof_messages import PROOF_MESSAGES
from tieuchi.words.rulebook_messages import RULEBOOK_MESSAGES
from tieuchi.words.yaml_messages import YAML_MESSAGES

README = data_root() / "rules" / "README.md"
TEXT = README.read_text(encoding="utf-8")
CASES = data_root() / "tests" / "cases" / "scales"

HEADER = """
id: readme/example
title: Example
document: {id: Example}
reference: {item: README}
basis: stated
"""


@dataclass
class Block:
    """One example: its language, its text, the heading above it and the results told below it."""

    language: str
    text: str
    heading: str
    line: int
    results: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"line {self.line} ({self.heading})"


def _blocks() -> Iterator[Block]:
    heading, block, inside = "", None, False
    for number, line in enumerate(TEXT.split("\n"), 1):
        if inside and block is not None:
            if line == "```":
                inside = False
                yield block
            else:
                block.text += line + "\n"
        elif line.startswith("```"):
            block, inside = Block(line[3:], "", heading, number), True
        elif line.startswith("> ") and block is not None:
            block.results.append(line[2:])
        elif line.startswith("#"):
            heading = line.strip("# ")


BLOCKS = list(_blocks())
GUIDE = [block for block in BLOCKS if block.heading.startswith("Fifteen minutes")]
YAML = [block for block in BLOCKS if block.language == "yaml" and block not in GUIDE]
FILES = [block for block in YAML if block.text.startswith("# file: ")]
READINGS = [b for b in BLOCKS if b.heading == "17. Readings" and b.language in ("yaml", "csv", "json")]
CASE_FILES = [block for block in YAML if "\ncases:\n" in block.text]
BOOKS = [block for block in YAML if block not in (*FILES, *READINGS, *CASE_FILES)]
FIRST = BOOKS[0]


def book_of(block: Block) -> Rulebook:
    """Return a rulebook from an example, giving it the header that it leaves out."""
    node = parse_yaml(block.text.encode(), str(block))
    if node.get("document") is None:
        criteria = node.get("criteria")
        assert criteria is not None
        most = sum((parse_number(part.plain()["max_points"]) for part in criteria.parts), Fraction(0))
        header = HEADER if node.get("max_points") else f"{HEADER}max_points: {exact_text(most)}\n"
        node = parse_yaml((header + block.text).encode(), str(block))
    return rulebook_of(node)


def test_the_fifteen_minutes_come_out_as_they_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are saved and commands run as a newcomer would; each line told below a command is in what it says."""
    monkeypatch.chdir(tmp_path)
    commands = 0
    for block in GUIDE:
        if block.text.startswith("# save as: "):
            name = block.text.split("\n", 1)[0].removeprefix("# save as: ")
            Path(name).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            for part in block.text.split("$ ")[1:]:
                command, *told = part.strip("\n").split("\n")
                commands += 1
                _run_as_told(command, told, capsys)
    assert commands == 11
    assert Path("thresholds.xlsx").stat().st_size > 5_000


def _run_as_told(command: str, told: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if command.startswith("sed "):
        subprocess.run(shlex.split(command), check=True)
        return
    status = run(shlex.split(command)[1:])
    streams = capsys.readouterr()
    said = " ".join((streams.out + streams.err).split())
    assert status in (0, 1, 2)
    for line in told:
        assert " ".join(line.split()) in said, (command, said)


RESULT = re.compile(
    r"(?:a `(?P<kind>\w+)` unit: )?`(?P<own>\w+: [^`]+)`(?:, beside `(?P<group>[^`]+)`)?"
    r"(?: → [^→]*?clause `(?P<clause>[^`]+)`| → [^→]*?)? → \*\*(?P<points>[^*]+)\*\* points?(?P<rest>.*)"
)


@pytest.mark.parametrize("block", BOOKS, ids=str)
def test_an_example_loads_and_its_results_are_right(block: Block, tmp_path: Path) -> None:
    book = book_of(block)
    indicators = {indicator.id: indicator for indicator in book.indicators}
    scorer = Scorer(compile_plan(book))
    assert block.results, "no result is told"
    for result in (line for line in block.results if line.strip()):
        found = RESULT.fullmatch(result)
        assert found is not None, result
        units = [
            _readings(text, found["kind"], indicators, tmp_path) for text in (found["own"], found["group"]) if text
        ]
        _check(scorer.score(units[0], units[1:]), found, book)


def _readings(text: str, kind: str | None, indicators: dict[str, Indicator], folder: Path) -> Readings:
    path = folder / "readings.yaml"
    path.write_text(f"unit: {{id: u, kind: {kind or 'plain'}}}\nreadings: {{{text}}}\n", encoding="utf-8")
    return load_readings(path, indicators)


def _check(card: Scorecard, found: re.Match[str], book: Rulebook) -> None:
    first = card[book.criteria[0].id]
    assert first.points == parse_number(found["points"])
    if found["clause"] is not None:
        assert first.trace is not None
        assert first.trace.clause == found["clause"]
    if total := re.search(r"total \*\*([^*]+)\*\*", found["rest"]):
        assert card.total.points == parse_number(total[1])
    if grade := re.search(r"grade `(\w+)`", found["rest"]):
        assert card.grade == grade[1]


def test_every_percentage_that_is_told_as_the_value_is_the_value(tmp_path: Path) -> None:
    checked = 0
    for block in BOOKS:
        book = book_of(block)
        indicators = {indicator.id: indicator for indicator in book.indicators}
        for result in block.results:
            found = RESULT.fullmatch(result)
            said = re.search(r"→ (\d[\d.]*)%, clause", result)
            if found is None or said is None:
                continue
            card = Scorer(compile_plan(book)).score(_readings(found["own"], None, indicators, tmp_path))
            trace = card[book.criteria[0].id].trace
            assert trace is not None
            assert trace.value is not None
            assert abs(trace.value * 100 - Fraction(said[1])) < Fraction(1, 100)
            checked += 1
    assert checked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every example that names its file, under that name, and the first rulebook as library.yaml."""
    for block in FILES:
        path = tmp_path / block.text.partition("\n")[0].removeprefix("# file: ").strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    (tmp_path / "library.yaml").write_text(FIRST.text, encoding="utf-8")
    return tmp_path


def test_a_folder_and_its_next_edition_load(folder: Path) -> None:
    old, new = load_rulebook(folder / "my-index/2025"), load_rulebook(folder / "my-index/2026")
    assert [leaf.id for leaf in old.leaves()] == ["1.1", "1.2", "1.3"]
    assert [leaf.id for leaf in new.leaves()] == ["1.1", "1.2", "1.4"]
    first, second, third = new.leaves()
    assert first.scale is not None
    assert first.scale.bands is not None
    assert first.scale.bands[1].at_least == Fraction("0.85")
    assert second.title.en == "Reports sent late"
    assert second.direction is None
    assert (new.id, new.document.id, new.max_points) == ("my-index/2026", "9/QĐ-UBND", old.max_points)
    assert {i.id for i in new.indicators} == {*(i.id for i in old.indicators), "plan_issued"}
    assert third.id == "1.4"


@pytest.mark.parametrize("block", READINGS, ids=lambda block: block.language)
def test_readings_are_read_in_every_format_alike(block: Block, folder: Path) -> None:
    book = load_rulebook(folder / "library.yaml")
    path = folder / f"readings.{block.language}"
    path.write_text(block.text, encoding="utf-8")
    readings = load_readings(path, {indicator.id: indicator for indicator in book.indicators})
    card = Scorer(compile_plan(book)).score(readings)
    assert (card["1"].points, card["1"].rate, card.total.points) == (7, 1, 10)
    assert card["1"].trace is not None
    assert (card["1"].trace.value, card["1"].trace.clause) == (Fraction("0.9"), "a")


@pytest.mark.parametrize("block", CASE_FILES, ids=str)
def test_worked_cases_come_out(block: Block, folder: Path) -> None:
    path = folder / "cases.yaml"
    path.write_text(block.text, encoding="utf-8")
    file = load_cases(path)
    outcomes = run_cases(file, Scorer(compile_plan(file.book)).score)
    assert [difference for outcome in outcomes for difference in outcome.differences] == []


def test_json_is_json() -> None:
    assert all(json.loads(block.text) for block in BLOCKS if block.language == "json")


def test_every_way_of_scoring_has_its_section_and_its_cases() -> None:
    told = dict(re.findall(r"### ([^\n]+)\n\n[^`]*?\(\[cases\]\(\.\./tests/cases/scales/([^)]+)\)\)", TEXT))
    assert len(told) == 25
    assert sorted(told.values()) == sorted(p.name for p in CASES.glob("*.yaml") if p.stem != "declared-points")


def test_every_key_of_the_language_is_told() -> None:
    words = set(re.findall(r"[a-z_]+", TEXT))
    names: set[str] = set()
    for schema in Rulebook.model_json_schema(by_alias=True)["$defs"].values():
        names |= set(schema.get("properties", ()))
    assert not names - words
    for kind in Scale.model_fields:
        assert f"`{kind}`" in TEXT or f"`{kind}: {{}}`" in TEXT
    for form in Value.model_fields:
        assert f"| `{{{form}: " in TEXT


def test_internal_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("http"):
            assert (README.parent / target.partition("#")[0]).exists(), target


# --- Names of places -----------------------------------------------------------------------------------

PLACES = """
max_points: 1
indicators: [{id: districts, range: {at_most: 1}}]
grades: {classes: [{grade: A, at_least: 1}]}
findings: [{id: unlawful_recruitment, consequences: [{clause: councils, deduct: 1}]}]
criteria:
  - {id: "8.2", max_points: 1, scale: {bands: [{clause: b, at_least: 1, points: 1}]}}
  - {id: "3.3", scale: {linear: {cut_off: 1, full_at: 1}}}
  - {id: "1.5", scale: {any_violation: {allowed: 1}}}
  - {id: "4.1", scale: {deduction: {each: 1}}}
  - {id: "1.6", scale: {lateness: {on_time: 1}}}
  - {id: "1.7", scale: {deadline: {grace_days: 1}}}
  - id: "1"
    value: {survey_mean: [{worth: 1}, {worth: 1}]}
    scale: {by_unit_kind: {factors: {mountain: 1}, scale: {bands: [{clause: b, at_least: 1}]}}}
  - {id: "2", scale: {branches: [{clause: other, scale: {per_item: {each: 1}}}]}}
  - {id: "5.1", nothing_assigned: {points: 1}}
"""


def test_the_names_of_places_are_names() -> None:
    table = TEXT.partition("## 16. Names of places")[2].partition("## 17.")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    names = [name for row in rows for name in re.findall(r"`([^`]+)`", row) if name not in ("by_unit_kind", "other")]
    root: Node = parse_yaml(PLACES.encode(), "places")
    assert len(names) > 15
    for name in names:
        assert root.at(resolve(root, name)).text == "1", name


# --- The table of codes ----------------------------------------------------------------------------------


def code_table() -> str:
    """Return the table of everything that can be wrong with a rulebook."""
    lines = ["| Code | What is wrong | What to do |", "| --- | --- | --- |"]
    messages = {**YAML_MESSAGES, **RULEBOOK_MESSAGES, **PROOF_MESSAGES, **CASE_MESSAGES}
    messages |= {code: message for code, message in AUTHOR_MESSAGES.items() if code.startswith("E")}
    for code in sorted(messages, key=lambda code: ("YRWEC".index(code[0]), code)):
        text, hint = messages[code]
        lines.append(f"| {code} | {_cell(text.en)} | {_cell(hint.en) if hint else ''} |")
    return "\n".join(lines)


def _cell(template: str) -> str:
    return filled(template, defaultdict(lambda: "…")).replace("|", "\\|")


def test_the_table_of_codes_is_whole_and_fresh() -> None:
    start, end = "<!-- codes -->\n", "\n<!-- /codes -->"
    head, _, rest = TEXT.partition(start)
    table, _, tail = rest.partition(end)
    if os.environ.get("TIEUCHI_UPDATE"):
        README.write_text(head + start + code_table() + end + tail, encoding="utf-8")
        return
    assert table == code_table()
