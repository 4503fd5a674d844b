"""Each file of ``bad`` is refused with just the message that stands beside it, in both languages.

``pytest --update-golden tests/loading/test_bad_rulebooks.py`` writes new or changed messages, to be read by a person.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import load_rulebook, rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.words.rulebook_messages import RULEBOOK_MESSAGES
from tieuchi.words.yaml_messages import YAML_MESSAGES

BAD = Path(__file__).parent / "bad"
CASES = sorted(p.name for p in BAD.glob("*.yaml") if p.name != "sound.yaml")
ELSEWHERE = {
    "Y100": "a file that can't be read: test_a_missing_file_is_an_unknown_name",
    "Y120": "a file that can't be written: tests/cli",
    "R299": "what pydantic may say one day that has no code of ours",
    "R334": "tests/model/scale/test_nested_scales.py",
    "R335": "tests/model/scale/test_nested_scales.py",
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_rulebook_is_refused_with_its_message(
    name: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(BAD)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(name)
    message = f"{caught.value.text('vi')}\n\n{caught.value.text('en')}\n"
    expected = Path(name).with_suffix(".txt")
    if update_golden:
        expected.write_text(message, encoding="utf-8")
    assert message == expected.read_text(encoding="utf-8")


def test_the_sound_rulebook_loads() -> None:
    assert load_rulebook(BAD / "sound.yaml").id == "sound/1"


HOSTILE = {
    "Y101": b"a" * 10_000_000,
    "Y102": b"\xef\xbb\xbfid: x",
    "Y103": "id: tên".encode("cp1258", "replace") + b"\xea",
    "Y105": b"id: a\x00b",
    "Y108": b"- a\n" * 250_000,
    "Y112": b"id: " + b"x" * 30_000,
    "Y113": b"? [a, b]\n: c\n",
    "R298": b"".join(b"k%d: 1\n" % n for n in range(20_000)),
    "R224": b"id: x/1\ntitle: " + b"t" * 5_000,
    "R230": b"id: x/1\nextends: ./book.yaml\n",
    "R235": b"id: x/1\nextends: par-index-province/2017\nchanges: [{path: a}]\n",
    "R236": b"id: x/1\nextends: par-index-province/2017\nchanges: [{remove: '99'}]\n",
    "Y107": b"[" * 100_000,
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_file_is_refused_by_its_code(code: str, tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(HOSTILE[code])
    with pytest.raises(RulebookError) as caught:
        load_rulebook(path)
    assert code in {issue.code for issue in caught.value.issues}


def test_utf_16_is_named() -> None:
    with pytest.raises(RulebookError, match=r"Y102: the file begins with a byte order mark \(UTF-16\)"):
        rulebook_of(parse_yaml("id: x".encode("utf-16"), "x.yaml"))


def test_every_message_is_shown_by_some_test() -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in BAD.glob("*.txt"))
    shown = set(re.findall(r"\b[YR]\d{3}\b", text)) | set(HOSTILE) | set(ELSEWHERE)
    assert sorted({*RULEBOOK_MESSAGES, *YAML_MESSAGES} - shown) == []
