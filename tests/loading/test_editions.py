"""A new edition of a rulebook, and what it takes over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import load_rulebook

CATALOGUE = "indicators: [{id: late, title: Late, kind: count}]\noffices: {home: Home Affairs}\n"
FIRST = """
id: book/1
title: Book
document: {id: D}
reference: {item: x}
basis: stated
max_points: 1
catalogues: [catalogue.yaml]
criteria:
  - {id: "1", title: T, max_points: 1, owner: home, value: {count: late}, scale: {any_violation: {}},
     reference: {}, basis: stated}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "first.yaml").write_text(FIRST, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "again", ["", "catalogues: [catalogue.yaml]", "catalogues: [catalogue.yaml, ./catalogue.yaml]"]
)
def test_a_catalogue_named_again_is_taken_once(folder: Path, again: str) -> None:
    (folder / "second.yaml").write_text(f"extends: ./first.yaml\nid: book/2\n{again}\n", encoding="utf-8")
    book = load_rulebook(folder / "second.yaml")
    assert [indicator.id for indicator in book.indicators] == ["late"]


def test_another_catalogue_with_the_same_indicator_is_still_refused(folder: Path) -> None:
    (folder / "copy.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "second.yaml").write_text(
        "extends: ./first.yaml\nid: book/2\ncatalogues: [copy.yaml]\n", encoding="utf-8"
    )
    with pytest.raises(RulebookError, match="R401: the id “late” stands twice"):
        load_rulebook(folder / "second.yaml")


def test_an_edition_without_its_base_says_no_more_than_that(folder: Path) -> None:
    (folder / "second.yaml").write_text("extends: ./absent.yaml\nid: book/2\nchanges: []\n", encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder / "second.yaml")
    assert [issue.code for issue in caught.value.issues] == ["R232"]
