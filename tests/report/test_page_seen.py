"""The scorecard page in headless Chromium: opened from a file, without any network."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Browser, need_browser
from tieuchi.api import load_readings, load_rulebook, score
from tieuchi.render.card_html import card_html

BOOK = load_rulebook("par-index-province/2017")
CARD = score(BOOK, load_readings("soc-trang-2017", BOOK), road="exact")


def opened(folder: Path, width: int, *, dark: bool = False, language: str = "vi") -> Browser:
    need_browser()
    path = folder / "card.html"
    path.write_text(card_html(CARD, language, rulebook_sha256="abc", version="1"), encoding="utf-8")  # type: ignore[arg-type]
    browser = Browser(folder / "browser", width, dark=dark)
    browser.driver.get(path.as_uri())
    return browser


@pytest.fixture
def wide(tmp_path: Path) -> Iterator[Browser]:
    browser = opened(tmp_path, 1280)
    yield browser
    browser.close()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_no_serious_finding_of_axe_and_nothing_sideways(width: int, dark: bool, tmp_path: Path) -> None:
    import axe_core_python

    browser = opened(tmp_path, width, dark=dark)
    try:
        browser.picture(f"card-{width}{'-dark' if dark else ''}")
        browser.click("#open")
        browser.script((Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
        found = browser.driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in serious] == []
        assert browser.script("return document.documentElement.scrollWidth") <= width
        browser.picture(f"card-open-{width}{'-dark' if dark else ''}")
        assert browser.foreign("file:") == []
        assert browser.complaints() == []
    finally:
        browser.close()


def test_the_keyboard_reaches_and_opens_everything(wide: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    wide.keys(Keys.TAB)
    assert wide.script("return document.activeElement.className") == "skip"
    wide.script("document.querySelector('#criteria summary').focus()")
    assert not wide.script("return document.querySelector('#criteria details').open")
    wide.keys(Keys.ENTER)
    assert wide.script("return document.querySelector('#criteria details').open")
    wide.keys(Keys.TAB)
    assert wide.script("return document.activeElement.textContent").strip().startswith("1.1")


def test_a_lost_point_leads_to_its_reasoning(wide: Browser) -> None:
    wide.click("#lost + * a[href]")
    at = wide.script("return decodeURIComponent(location.hash.slice(1))")
    assert wide.until(lambda: wide.script("return document.getElementById(arguments[0]).open", at))


def test_search_takes_words_without_their_marks(wide: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    wide.element("#q").send_keys("doanh nghiep thanh lap", Keys.TAB)
    shown = wide.script(
        "return [...document.querySelectorAll('#criteria details')].filter(d => !d.hidden).map(d => d.id)"
    )
    assert len(shown) == 2


def test_the_order_by_lost_points_comes_and_goes(wide: Browser) -> None:
    first = "return document.querySelector('#criteria > details summary .id').textContent"
    assert wide.script(first) == "1"
    wide.click("#order")
    assert wide.script(first) == "5"
    wide.click("#order")
    assert wide.script(first) == "1"


def test_everything_is_printed_unfolded(wide: Browser, tmp_path: Path) -> None:
    printed = wide.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    data = b64decode(printed["data"])
    (tmp_path / "card.pdf").write_bytes(data)
    pages = data.count(b"/Type /Page\n") + data.count(b"/Type /Page/")
    assert pages > 8
