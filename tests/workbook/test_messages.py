from __future__ import annotations

import re

import pytest

from tieuchi.words.workbook_messages import WORKBOOK_MESSAGES


@pytest.mark.parametrize("code", sorted(WORKBOOK_MESSAGES))
def test_both_languages_tell_the_same_facts(code: str) -> None:
    message = WORKBOOK_MESSAGES[code]
    for text in filter(None, (message.text, message.hint)):
        fields = [set(re.findall(r"\{(\w+)\}", t)) for t in text]
        assert text.vi
        assert text.en
        assert fields[0] == fields[1]
