"""``tieuchi fmt`` keeps what a file says, its comments and its wording; ``tieuchi rename`` changes names alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tieuchi.cli import run
from tieuchi.errors import RulebookError, UnknownNameError
from tieuchi.loading.bundled import data_root, rulebook_path
from tieuchi.loading.formatting import format_text, formatted
from tieuchi.loading.renaming import rename
from tieuchi.loading.rule_files import rule_files
from tieuchi.loading.rulebook import load_rulebook
from tieuchi.loading.yaml_source import parse_yaml

UGLY = """\
# đầu tệp
id:   "1.10"     # mã, không phải số
title: {vi:  Tên,   en: Name}
max_points:    1.50
list:
- a   # thứ nhất
-   no


- 30%
when: 2017-12-31
"""


def test_layout_changes_and_what_is_said_does_not() -> None:
    text = format_text(UGLY.encode(), "x.yaml")
    assert text != UGLY
    assert parse_yaml(text.encode(), "x.yaml").plain() == parse_yaml(UGLY.encode(), "x.yaml").plain()
    for kept in ("# đầu tệp", '"1.10"', "# mã, không phải số", "# thứ nhất", "1.50", "- no", "30%", "2017-12-31"):
        assert kept in text
    assert "\n\n\n" not in text


def test_formatting_twice_changes_nothing() -> None:
    once = format_text(UGLY.encode(), "x.yaml")
    assert format_text(once.encode(), "x.yaml") == once


@pytest.mark.parametrize("path", sorted((data_root() / "rules").rglob("*.yaml")), ids=lambda p: p.stem)
def test_the_bundled_rules_are_laid_out(path: Path) -> None:
    assert formatted(path) == path.read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for folder in ("rules", "indicators"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    book = tmp_path / "rules" / "par-index-province" / "2017"
    catalogue = tmp_path / "indicators" / "catalogue" / "par-index-province.yaml"
    header = book / "rulebook.yaml"
    header.write_text(
        header.read_text().replace("[par-index-province]", "[../../../indicators/catalogue/par-index-province.yaml]")
    )
    assert catalogue.is_file()
    return tmp_path


def test_an_indicator_is_renamed_in_rules_catalogue_and_readings_at_once(copied: Path) -> None:
    book = copied / "rules" / "par-index-province" / "2017"
    readings = copied / "indicators" / "readings" / "soc-trang-2017.yaml"
    before = load_rulebook(book)
    changed = rename([*rule_files(str(book)), readings], "indicator", "enterprises_new", "new_firms")
    assert {path.name for path in changed} == {"8-tac-dong.yaml", "par-index-province.yaml", "soc-trang-2017.yaml"}
    for path, data in changed.items():
        assert data.count(b"\n") == path.read_bytes().count(b"\n")
        path.write_bytes(data)
    after = load_rulebook(book)
    assert "new_firms" in {indicator.id for indicator in after.indicators}
    assert before.model_dump_json().replace('"enterprises_new"', '"new_firms"') == after.model_dump_json()
    assert run(["score", str(book), str(readings), "--exact"]) == 0


def test_a_criterion_is_renamed_with_the_findings_that_act_on_it(copied: Path) -> None:
    book = copied / "rules" / "par-index-province" / "2017"
    cases = Path("tests/cases/par-index-province/boundaries.yaml")
    changed = rename([*rule_files(str(book)), cases], "criterion", "5.2", "5.20")
    assert {path.name for path in changed} == {"5-can-bo-cong-chuc.yaml", "rulebook.yaml", "boundaries.yaml"}
    for path, data in changed.items():
        if path != cases:
            path.write_bytes(data)
    loaded = load_rulebook(book)
    assert loaded.findings[1].consequences[0].criterion == "5.20"
    assert "5.20" in {leaf.id for leaf in loaded.leaves()}


def test_a_name_that_is_taken_or_not_there_is_refused(copied: Path) -> None:
    files = rule_files(str(copied / "rules" / "par-index-province" / "2017"))
    with pytest.raises(RulebookError, match="E110"):
        rename(files, "indicator", "enterprises_new", "communes")
    with pytest.raises(UnknownNameError, match="did you mean “enterprises_new”"):
        rename(files, "indicator", "enterprise_new", "new_firms")
    with pytest.raises(RulebookError, match="E111"):
        rename(files, "office", "so-noi-vu", "Sở Nội vụ")


def test_the_command_says_which_files_would_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(UGLY)
    assert run(["fmt", "--check", str(tmp_path)]) == 1
    assert file.read_text() == UGLY
    assert run(["fmt", str(tmp_path)]) == 0
    assert run(["fmt", "--check", str(rulebook_path("curb-65/2003").parent), str(tmp_path)]) == 0
    assert "x.yaml" in capsys.readouterr().out
