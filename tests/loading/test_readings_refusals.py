"""Each file of bad_readings is refused with just the message that stands beside it, in both languages.

A new or changed message is written by ``pytest --update-golden tests/loading/test_readings_refusals.py`` and read
by a person before it is kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue
from tieuchi.words.readings_messages import READINGS_MESSAGES

HERE = Path(__file__).parent
BAD = HERE / "bad_readings"
CASES = sorted(p.name for p in BAD.iterdir() if p.suffix != ".txt" and p.name != "catalogue.yaml")
INDICATORS = {i.id: i for i in Catalogue.model_validate(read_yaml(BAD / "catalogue.yaml").plain()).indicators}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_with_its_message(
    name: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(BAD)
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(name, INDICATORS)
    message = f"{caught.value.text('vi')}\n\n{caught.value.text('en')}\n"
    expected = Path(f"{name}.txt")
    if update_golden:
        expected.write_text(message, encoding="utf-8")
    assert message == expected.read_text(encoding="utf-8")


def test_every_message_is_shown_by_some_test() -> None:
    tests = [p for p in HERE.glob("test_readings_*.py") if p.name != Path(__file__).name]
    sources = [*BAD.glob("*.txt"), *tests]
    shown = {code for p in sources for code in re.findall(r"\bD4\d\d\b", p.read_text(encoding="utf-8"))}
    assert set(READINGS_MESSAGES) - shown == set()


@pytest.mark.parametrize("code", sorted(READINGS_MESSAGES))
def test_both_languages_tell_the_same_facts(code: str) -> None:
    message = READINGS_MESSAGES[code]
    for text in filter(None, (message.text, message.hint)):
        fields = [set(re.findall(r"\{(\w+)\}", t)) for t in text]
        assert text.vi
        assert text.en
        assert fields[0] == fields[1]
