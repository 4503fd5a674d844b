from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tieuchi.api import load_readings, load_rulebook, score
from tieuchi.explain.ledger import ledger_of
from tieuchi.model.reading import Unit
from tieuchi.render.card_html import card_html

BOOK = load_rulebook("par-index-province/2017")
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
CARD = score(BOOK, SOC_TRANG, road="exact")
VOID = {"meta", "input", "br", "img", "link", "hr"}


class Checked(HTMLParser):
    """Sees that every element is closed, and collects names and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Checked:
    checked = Checked()
    checked.feed(text)
    assert checked.open == []
    return checked


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_whole_and_asks_for_nothing_else(language: str) -> None:
    text = card_html(CARD, language, rulebook_sha256="abc", version="1")  # type: ignore[arg-type]
    page = parsed(text)
    asked = [attrs for tag, attrs in page.seen for name in ("src", "href") if name in attrs]
    assert all(str(attrs.get("href", "")).startswith("#") for attrs in asked)
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert f'<html lang="{language}">' in text


def test_every_criterion_unfolds_and_every_bar_is_read_aloud() -> None:
    page = parsed(card_html(CARD, "vi", rulebook_sha256="abc", version="1"))
    ids = {attrs["id"] for tag, attrs in page.seen if tag == "details"}
    assert ids == {f"c-{node.id}" for node in CARD.total.walk() if node is not CARD.total}
    bars = [attrs for _, attrs in page.seen if str(attrs.get("class", "")).startswith("bar")]
    assert bars
    assert all(bar.get("role") == "img" and bar.get("aria-label") for bar in bars)
    targets = {str(attrs["href"])[1:] for _, attrs in page.seen if "href" in attrs}
    assert targets <= ids | {"tree"}


def test_lost_points_stand_first_the_most_at_the_top() -> None:
    text = card_html(CARD, "vi", rulebook_sha256="abc", version="1")
    table = text[text.index('id="lost"') : text.index('id="tree"')]
    found = re.findall(r'<a href="#c-([\d.]+)">', table)
    wanted = sorted(ledger_of(CARD).rows, key=lambda row: -row.most)
    assert found == [row.criterion for row in wanted]


def test_what_suppliers_write_stays_text() -> None:
    unit = Unit("x", "<script>alert(1)</script>", "province")
    readings = type(SOC_TRANG)(unit, "2017", SOC_TRANG.values, SOC_TRANG.declared)
    text = card_html(score(BOOK, readings, road="exact"), "vi", rulebook_sha256="abc", version="1")
    assert "<script>alert" not in text
    parsed(text)


def test_a_scorecard_without_readings_is_a_page_of_intervals() -> None:
    readings = type(SOC_TRANG)(SOC_TRANG.unit, "2017")
    text = card_html(score(BOOK, readings, road="exact"), "vi", rulebook_sha256="abc", version="1")
    parsed(text)
    assert "[0,00; 100,00]" in text
    assert "thiếu số liệu" in text
