"""What a finding shows: readings, the places of all that clash, and the words in both languages.

Each file of ``doubtful`` loads, and is doubted with just the message that stands beside it. ``pytest --update-golden
tests/proofs/test_witnesses.py`` writes new or changed messages, to be read by a person.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
from tieuchi.proofs.prove import doubts_of
from tieuchi.words.proof_messages import PROOF_MESSAGES
from tieuchi.words.rulebook_messages import RULEBOOK_MESSAGES

HERE = Path(__file__).parent / "doubtful"
BAD = Path(__file__).parents[1] / "loading" / "bad"
CASES = sorted(path.name for path in HERE.glob("*.yaml"))

SHAPE = "what stands there is not of the form that a rulebook has"
NAME = "a name, a key or an order: no figure of any unit has to do with it"
OPEN = "nothing is claimed"
WITHOUT_READINGS = {
    "R301": SHAPE,
    "R302": SHAPE,
    "R303": NAME,
    "R304": NAME,
    "R305": NAME,
    "R314": SHAPE,
    "R315": SHAPE,
    "R330": SHAPE,
    "R334": SHAPE,
    "R335": SHAPE,
    **dict.fromkeys((code for code in RULEBOOK_MESSAGES if code > "R4" and code not in ("R402", "R426")), NAME),
    **dict.fromkeys(("W597", "W598", "W599"), OPEN),
}
ONE = "there is nothing else that it could clash with"
ABSENT = "what it lacks stands nowhere"
WITHOUT_SECOND_PLACE = {
    "R301": ABSENT,
    "R302": ONE,
    "R419": ABSENT,
    "R332": ABSENT,
    **dict.fromkeys(("R410", "R412", "R413", "R414", "R421", "R422", "R423", "R424", "R425", "R432"), ABSENT),
    "W515": ABSENT,
    **dict.fromkeys(("W597", "W598", "W599"), OPEN),
}
ELSEWHERE = {
    "R334": "tests/model/scale/test_nested_scales.py",
    "R335": "tests/model/scale/test_nested_scales.py",
    "W517": "the loader refuses such seams; checked where pieces are made otherwise",
    "W518": "the loader refuses such seams; checked where pieces are made otherwise",
    **dict.fromkeys(("W597", "W598", "W599"), "tests/proofs/test_not_proven.py"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_doubtful_rulebook_is_doubted_with_its_message(
    name: str, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(HERE)
    root = rulebook_tree(name)
    doubts = doubts_of(rulebook_of(root), root)
    assert doubts
    message = "\n\n".join("\n".join(doubt.text(language) for doubt in doubts) for language in ("vi", "en")) + "\n"  # type: ignore[arg-type]
    expected = Path(name).with_suffix(".txt")
    if update_golden:
        expected.write_text(message, encoding="utf-8")
    assert message == expected.read_text(encoding="utf-8")


def told() -> dict[str, list[str]]:
    """Return the findings in English of all golden files, by code."""
    found: dict[str, list[str]] = {}
    for path in (*HERE.glob("*.txt"), *BAD.glob("*.txt")):
        english = path.read_text(encoding="utf-8").split("\n\n")[1]
        for text in re.split(r"\n(?=\S)", english):
            match = re.search(r": ([RW]\d{3}): ", text)
            if match:
                found.setdefault(match[1], []).append(text)
    return found


@pytest.mark.parametrize("code", [c for c in (*RULEBOOK_MESSAGES, *PROOF_MESSAGES) if c > "R3" and c not in ELSEWHERE])
def test_every_finding_shows_readings_and_both_places_where_there_can_be_any(code: str) -> None:
    """Some file shows readings and a second place for each code; those without are listed with the reason."""
    texts = told()[code]
    assert any("\n    e.g.  " in text for text in texts) == (code not in WITHOUT_READINGS), texts
    assert any("\n    and   " in text for text in texts) == (code not in WITHOUT_SECOND_PLACE), texts
