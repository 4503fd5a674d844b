"""Whatever stands in a file, loading it gives a rulebook or a ``RulebookError``; nothing else, and soon."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml

BOOK = Path(__file__).parents[1] / "loading" / "bad" / "sound.yaml"
WORDS = (
    "at_least",
    "points",
    "30%",
    "otherwise",
    "true",
    "null",
    "-",
    "[",
    "}",
    "&a",
    "*a",
    "!!python/object:os.system",
)
slow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@cache
def lines() -> tuple[str, ...]:
    return tuple(BOOK.read_text(encoding="utf-8").splitlines())


def loads_or_is_refused(data: bytes) -> None:
    try:
        rulebook_of(parse_yaml(data, "x.yaml"))
    except RulebookError as error:
        refused = error
    else:
        return
    assert refused.issues
    assert refused.text("vi")
    assert refused.text("en")


@slow
@given(st.binary(max_size=400))
@example(b"\xff\xfe" + "id: a".encode("utf-16-le"))
@example(b"a: " + b"9" * 100_000)
@example(b"a: &a [x]\nb: [*a, *a]\n<<: *a")
@example(b"%YAML 9.9\n---\na: 1")
@example(b"? [a]\n: b")
@example(b"a: 1\n---\nb: 2")
def test_any_bytes_load_or_are_refused(data: bytes) -> None:
    loads_or_is_refused(data)


@slow
@given(st.data())
def test_a_damaged_rulebook_loads_or_is_refused(data: st.DataObject) -> None:
    text = list(lines())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.sampled_from(("drop", "double", "swap", "character", "word", "indent"))):
            case "drop":
                del text[place]
            case "double":
                text.insert(place, text[place])
            case "swap":
                other = data.draw(st.integers(0, len(text) - 1))
                text[place], text[other] = text[other], text[place]
            case "character":
                at = data.draw(st.integers(0, len(text[place])))
                text[place] = text[place][:at] + data.draw(st.characters(codec="utf-8")) + text[place][at + 1 :]
            case "word":
                at = data.draw(st.integers(0, len(text[place])))
                text[place] = text[place][:at] + data.draw(st.sampled_from(WORDS)) + text[place][at:]
            case "indent":
                text[place] = "  " + text[place]
    loads_or_is_refused("\n".join(text).encode())
