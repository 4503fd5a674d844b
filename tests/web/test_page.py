"""The page in a real browser: points move exactly, everything can be taken back, nothing is clipped or foreign."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from browser import Browser, need_browser
from web_server import Running

BASE = "74,51"
FIGURE = "#figure-enterprises_new"


@pytest.fixture(scope="module")
def wide(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    need_browser()
    browser = Browser(tmp_path_factory.mktemp("wide"), 1280)
    yield browser
    browser.close()


@pytest.fixture
def page(wide: Browser, server: Running) -> Browser:
    wide.open(server.url + "/")
    return wide


def pick(page: Browser, criterion: str) -> None:
    page.click(f"[data-id='{criterion}']")
    page.until(lambda: page.text("#detail-title").startswith(criterion + " "))


def total(page: Browser) -> str:
    return page.text("#total-now")


def test_the_page_loads_with_nothing_from_elsewhere_and_nothing_to_complain(page: Browser, server: Running) -> None:
    assert total(page) == BASE
    assert page.text("#total-exact") == "= 73768843/990000"
    assert page.script("return document.documentElement.lang") == "vi"
    page.picture("1280-vi-light")
    assert page.foreign(server.url) == []
    assert page.complaints() == []


def test_a_changed_figure_moves_the_exact_total_and_undo_takes_it_back(page: Browser) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "423")
    page.until(lambda: total(page) == "75,01")
    assert page.text("#total-exact") == "= 74263843/990000"
    assert page.text("#total-before").startswith(BASE)
    assert page.text("#total-delta") == "+0,5"
    assert "0,500 → 1,000" in page.text("#detail-points")
    page.picture("1280-vi-changed")
    page.click("#undo")
    page.until(lambda: total(page) == BASE)
    page.click("#redo")
    page.until(lambda: total(page) == "75,01")
    page.click("#reset")
    page.until(lambda: total(page) == BASE)


def test_a_changed_threshold_moves_the_exact_total(page: Browser) -> None:
    pick(page, "8.2")
    page.write("[id='rule-8.2/b/at_least']", "10,77%")
    # 35/325 is 10.769…%: shown to two decimals it would reach, exactly it does not.
    page.until(lambda: total(page) == "74,01")
    assert "đã đổi" in page.text(".detail")
    page.click("#undo")
    page.until(lambda: total(page) == BASE)


def test_a_threshold_just_above_the_value_takes_the_points(page: Browser) -> None:
    pick(page, "8.2")
    page.write("[id='rule-8.2/b/at_least']", "10,76923077%")
    page.until(lambda: total(page) == "74,01")
    page.write("[id='rule-8.2/b/at_least']", "10,76923076%")
    page.until(lambda: total(page) == BASE)


def test_a_figure_that_can_not_be_is_refused_beside_its_field(page: Browser) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "12,5")
    page.until(lambda: "D473" in page.text(".reading .error"))
    assert total(page) == BASE


def test_the_slider_moves_the_total_within_100_ms(page: Browser) -> None:
    pick(page, "8.2")
    measured = page.driver.execute_async_script(MEASURE, 30)
    assert len(measured) == 30
    # The machine is shared with whatever else runs; the typical change is what a user feels.
    assert statistics.median(measured) < 100, sorted(measured)


MEASURE = """
const done = arguments[arguments.length - 1], count = arguments[0], found = [];
const input = document.querySelector('#slider-enterprises_new input'), total = document.getElementById('total-now');
function go() {
  if (found.length >= count) return done(found);
  const was = total.textContent, begun = performance.now();
  const seen = new MutationObserver(() => {
    if (total.textContent === was) return;
    seen.disconnect();
    requestAnimationFrame(() => { found.push(performance.now() - begun); setTimeout(go, 150); });
  });
  seen.observe(total, { childList: true, characterData: true, subtree: true });
  input.value = found.length % 2 ? 360 : 430;
  input.dispatchEvent(new Event('input'));
}
go();"""


def test_a_scenario_is_saved_and_loaded_again(page: Browser, server: Running) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "423")
    page.until(lambda: total(page) == "75,01")
    page.click("#tab-changes")
    page.click("#save-scenario")
    text = page.downloaded("scenario.yaml").decode()
    assert "enterprises_new: '423'" in text
    page.open(server.url + "/")
    assert total(page) == BASE
    page.click("#tab-changes")
    page.element("#load-scenario").send_keys(str(page.downloads / "scenario.yaml"))
    page.until(lambda: total(page) == "75,01")
    (page.downloads / "scenario.yaml").unlink()


def test_the_scorecard_that_is_downloaded_is_the_one_shown(page: Browser) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "423")
    page.until(lambda: total(page) == "75,01")
    page.click("#tab-files")
    page.click("#file-scorecard")
    card = json.loads(page.downloaded("scorecard.json"))
    assert Fraction(card["points"]["exact"]) == Fraction(74263843, 990000)


def test_a_goal_is_sought_within_limits_and_tried(page: Browser) -> None:
    page.click("#tab-goal")
    page.write("#goal-target", "75")
    page.write("#goal-fixed", "staff_disciplined")
    page.click("#goal-seek")
    page.until(lambda: "đã chứng minh" in page.text("#goal-answer"), 40)
    page.click("#goal-try")
    page.until(lambda: total(page) >= "75,00" and total(page) != BASE)
    page.click("#tab-changes")
    page.until(lambda: page.text("#panel table"))


def test_a_limit_that_is_none_is_told(page: Browser) -> None:
    page.click("#tab-goal")
    page.write("#goal-target", "nhiều")
    page.click("#goal-seek")
    page.until(lambda: "S720" in page.text("[role=alert]"), 20)


MANY = ["đơn vị;chỉ số;số liệu"] + [
    line
    for number in range(12)
    for line in (
        f"tỉnh-{number:02};enterprises_new;{300 + 10 * number}",
        f"tỉnh-{number:02};enterprises_new_last_year;300",
    )
]


def declared_book(tmp_path: Path) -> Path:
    file = tmp_path / "nhiều.csv"
    file.write_text("\n".join(MANY) + "\n", encoding="utf-8")
    return file


def test_many_units_are_listed_filtered_opened_and_their_breakpoints_told(page: Browser, tmp_path: Path) -> None:
    page.element("#upload").send_keys(str(declared_book(tmp_path)))
    page.until(lambda: "tỉnh-11" in page.text("#unit"))
    pick(page, "8.2")
    page.click("#tab-many")
    page.until(lambda: "tỉnh-11" in page.text("#ranking"))
    page.write("#rank-filter", "tỉnh-07")
    page.until(lambda: "tỉnh-11" not in page.text("#ranking"))
    page.click("#ranking [data-do='open:7']")
    page.until(lambda: "370" in page.script("return document.querySelector('#figure-enterprises_new').value"))
    page.script("document.querySelector('#breakpoint-path').value = '8.2/b/at_least'")
    page.script("document.querySelector('#breakpoint-path').dispatchEvent(new Event('change'))")
    page.click("#list-breakpoints")
    page.until(lambda: "tỉnh-03" in page.text("#breakpoints"), 30)
    page.picture("1280-vi-ranking")


def test_two_results_are_compared(page: Browser) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "423")
    page.until(lambda: total(page) == "75,01")
    page.click("#tab-compare")
    page.click("#compare-do")
    page.until(lambda: "8.2" in page.text("#comparison"), 20)
    assert "0,5" in page.text("#comparison")


@pytest.mark.parametrize(
    ("button", "name", "magic"),
    [
        ("workbook", "workbook.xlsx", b"PK"),
        ("form", "form.xlsx", b"PK"),
        ("report", "report.docx", b"PK"),
        ("picture", "headroom.png", b"\x89PNG"),
    ],
)
def test_files_are_made_and_downloaded(page: Browser, button: str, name: str, magic: bytes) -> None:
    page.click("#tab-files")
    page.click(f"#file-{button}")
    page.until(lambda: (page.downloads / name).is_file() or page.text("[role=alert]"), 60)
    assert page.text("[role=alert]") == ""
    assert page.downloaded(name).startswith(magic)


def test_an_uploaded_file_of_two_units_can_be_chosen_from(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "số liệu.csv"
    rows = ["đơn vị;chỉ số;số liệu"]
    for unit, count in (("tỉnh-a", "423"), ("tỉnh-b", "360")):
        rows += [f"{unit};enterprises_new;{count}", f"{unit};enterprises_new_last_year;325"]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    page.element("#upload").send_keys(str(file))
    page.until(lambda: "tỉnh-b" in page.text("#unit"))
    assert " … " in total(page)  # much is missing: an interval, never zero
    pick(page, "8.2")
    assert "1,000 / 1" in page.text("#detail-points")


def test_a_bad_upload_is_refused_by_place_and_changes_nothing(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "xấu.csv"
    file.write_text("đơn vị;chỉ số;số liệu\na;enterprises_nw;1\n", encoding="utf-8")
    page.element("#upload").send_keys(str(file))
    page.until(lambda: "xấu.csv:2" in page.text("[role=alert]"))
    assert "D443" in page.text("[role=alert]")
    assert total(page) == BASE


def test_what_a_file_says_is_text_and_never_a_script(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    evil = "<img src=x onerror=window.bad=1>"
    file.write_text(
        f'unit: {{id: x, name: "{evil}"}}\nreadings:\n  enterprises_new: {{value: 423, source: "{evil}"}}\n'
    )
    page.element("#upload").send_keys(str(file))
    page.until(lambda: "onerror" in page.text("#unit"))
    pick(page, "8.2")
    page.until(lambda: "onerror" in page.text(".detail"))
    assert page.script("return window.bad === undefined && !document.querySelector('img[src=x]')")


def test_everything_is_reached_by_the_keyboard(page: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    page.script("document.querySelector('.tree tr[tabindex=\"0\"]').focus()")
    page.keys(Keys.HOME)
    first = page.script("return document.activeElement.dataset.id")
    page.keys(Keys.ARROW_LEFT)
    assert page.script("return document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keys(Keys.ARROW_RIGHT)
    page.keys(Keys.ARROW_DOWN)
    second = page.script("return document.activeElement.dataset.id")
    assert second.startswith(first + ".")
    page.keys(Keys.ENTER)
    page.until(lambda: page.text("#detail-title").startswith(second))
    page.script("document.querySelector('.detail input[type=range]')?.focus()")


def test_the_page_speaks_both_languages_and_keeps_what_was_changed(page: Browser) -> None:
    pick(page, "8.2")
    page.write(FIGURE, "423")
    page.until(lambda: total(page) == "75,01")
    page.click("#language")
    page.until(lambda: total(page) == "75.01")
    assert page.text("#undo") == "Undo"
    page.until(lambda: page.script("return document.documentElement.lang") == "en")
    page.picture("1280-en-light")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_serious_finding_of_axe_nothing_clipped_nothing_sideways(
    server: Running, tmp_path: Path, width: int, dark: bool, language: str
) -> None:
    need_browser()
    browser = Browser(tmp_path, width, dark=dark)
    try:
        browser.open(f"{server.url}/?lang={language}")
        browser.picture(f"{width}-{language}-{'dark' if dark else 'light'}")
        for criterion in ("8.2", "5.2", "7.1.1"):
            browser.script("const r = document.getElementById('row-' + arguments[0]); if (r) r.click()", criterion)
        assert _axe(browser) == []
        assert browser.script(SIDEWAYS) is True
        assert browser.script(CLIPPED) == []
        browser.picture(f"{width}-{language}-{'dark' if dark else 'light'}-detail")
    finally:
        browser.close()


SIDEWAYS = "return document.documentElement.scrollWidth <= window.innerWidth"
CLIPPED = """
return [...document.querySelectorAll('button, th, td, label, h1, h2, h3, dd, dt, .label, .big, .was, .badge')]
  .filter((e) => e.offsetParent && !e.closest('.unseen') && getComputedStyle(e).overflow !== 'visible' &&
                 (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map((e) => e.outerHTML.slice(0, 120));"""


def _axe(browser: Browser) -> list[str]:
    import axe_core_python

    browser.script((Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = browser.driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    return [
        f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
