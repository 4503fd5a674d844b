"""Rulebooks and readings that nobody would write by mistake: each is refused in a sentence, with its place.

None may bring a traceback, a character that a terminal would obey, or a wait.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tieuchi.cli import run
from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import load_rulebook

SOUND = (Path(__file__).parent / "bad" / "sound.yaml").read_text(encoding="utf-8")
READINGS = "unit: u\nreadings: {done: 1, assigned: 2}\n"

# Where a value stands in a rulebook that is sound but for it.
PLACES = {
    "id": "id: sound/1",
    "maximum": "max_points: 10",
    "title": "title: Discipline",
    "reference": "reference: {item: all}",
    "offices": "offices: {so-noi-vu: {vi: Sở Nội vụ, en: Home Affairs}}",
    "kind": "kind: percent",
    "value": "value: {ratio: [done, assigned]}",
    "threshold": "at_least: 80%",
    "scale": "scale: {deduction: {each: 1}}",
    "condition": "when: {indicator: late, at_least: 1}",
}
NASTY = {
    "list in lists": "[[[[]]]]",
    "keys in keys": "{a: {b: {c: 1}}}",
    "exponent": "1e999999",
    "5,000 digits": "9" * 5000,
    "alias of nothing": "*x",
    "NUL": '"a\\0b"',
    "escape": '"\\e[31m"',
    "half a pair": '"\\uD800"',
    "tag": "!!python/name:os.system x",
    "block": "|\n" + " " * 20 + "a\n" + " " * 20 + "b",
}
HARMLESS = {("title", "exponent"), ("title", "5,000 digits"), ("title", "block"), ("id", "exponent")}
OTHER_SCRIPTS = {"maximum": "１０", "threshold": "٨٠%", "kind": "percent\u200b", "id": "sound/１"}


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must refuse, and return what it says."""
    assert run([*arguments, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert "fault in the program" not in err
    assert all(c.isprintable() or c == "\n" for c in err)
    return err


def at(key: str, value: str) -> str:
    line = PLACES[key]
    return SOUND.replace(line, f"{line.split(':')[0]}: {value}", 1)


def said_of(text: str, file: Path) -> str:
    """Load a rulebook that must be refused, and return what is said."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(file)
    said = caught.value.text("vi")
    assert all(character.isprintable() or character == "\n" for character in said)
    return said


@pytest.mark.parametrize(("key", "value"), [(k, v) for k in PLACES for v in NASTY if (k, v) not in HARMLESS])
def test_a_nasty_value_anywhere_in_a_rulebook_is_refused_at_its_place(key: str, value: str, tmp_path: Path) -> None:
    text = at(key, NASTY[value])
    line = text[: text.index(NASTY[value])].count("\n") + 1
    assert f"book.yaml:{line}:" in said_of(text, tmp_path / "book.yaml")


@pytest.mark.parametrize("key", OTHER_SCRIPTS)
def test_digits_of_other_scripts_are_no_digits(key: str, tmp_path: Path) -> None:
    said_of(at(key, OTHER_SCRIPTS[key]), tmp_path / "book.yaml")


WHOLE = {
    "empty": (b"", "Y110"),
    "comment": (b"# nothing\n", "Y110"),
    "NULs": (b"\0" * 100, "Y105"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Y103"),
    "UTF-16": (SOUND.encode("utf-16"), "Y102"),
    "UTF-32": ("id: x\n".encode("utf-32-le"), "Y105"),
    "byte order mark": (b"\xef\xbb\xbf" + SOUND.encode(), "Y102"),
    "tabs": (SOUND.replace("  ", "\t").encode(), "Y104"),
    "two documents": (b"---\na: 1\n---\nb: 2\n", "Y106"),
    "deep lists": (b"[" * 5000 + b"]" * 5000, "Y107"),
    "deep keys": (b"{a: " * 3000 + b"1" + b"}" * 3000, "Y107"),
    "ten laughs": (
        b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 10)) for n in range(9)),
        "Y109",
    ),
    "an anchor in itself": (b"a: &a [*a]", "Y109"),
    "keys that are lists": (b"? [a, b]\n: c\n", "Y113"),
    "3,000 wrong findings": (
        SOUND.replace("findings:\n", "findings:\n" + "  - {id: f, title: x, whne: 1}\n" * 3000).encode(),
        "R298",
    ),
    "extends itself": (SOUND.encode() + b"extends: ./book.yaml\n", "R230"),
    "extends a folder above": (b"extends: ../../../../../../../etc/passwd\n", "R220"),
    "extends no path": (b'extends: "' + b"a/" * 4000 + b'"\n', "R232"),
    "a part outside": (SOUND.encode() + b"parts: [/etc/passwd]\n", "R233"),
    "a part that is a folder": (SOUND.encode() + b"parts: [.]\n", "R234"),
    "a part that is itself": (SOUND.encode() + b"parts: [book.yaml]\n", "R201"),
    "a catalogue that is none": (SOUND.encode() + b"catalogues: [/etc/passwd]\n", "R220"),
    "a catalogue without end": (SOUND.encode() + b"catalogues: [/dev/zero]\n", "R232"),
    "a change of nothing": (b"extends: par-index-province/2017\nchanges: [{path: '', value: 1}]\n", "R236"),
    "a change below a text": (b"extends: par-index-province/2017\nchanges: [{add: 3, under: title}]\n", "R2"),
    "changes that are keys": (b"extends: par-index-province/2017\nchanges: {}\n", "R219"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_hostile_rulebook_is_refused_by_its_code(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book.yaml"
    data, code = WHOLE[name]
    book.write_bytes(data)
    assert f": {code}" in refused(["check", str(book)], capsys)


@pytest.mark.parametrize("name", ["folder", "loop", "nul\0", "n" * 5000, "", "/dev/zero", "absent.yaml"])
def test_what_is_no_file_is_no_rulebook(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    assert "there is no rulebook" in refused(["check", name], capsys)


TABLE = "unit,done,satisfied\nu,1,50\n"
FILES: dict[str, tuple[str, bytes, str]] = {
    "exponent": ("csv", TABLE.replace("50", "1e999999").encode(), "D463"),
    "5,000 digits": ("csv", TABLE.replace("50", "9" * 5000).encode(), "D466"),
    "infinity": ("csv", TABLE.replace("50", "inf").encode(), "D460"),
    "other digits": ("csv", TABLE.replace("50", "５０").encode(), "D464"),
    "NUL": ("csv", TABLE.replace("50", "5\0").encode(), "D419"),
    "formula": ("csv", TABLE.replace("50", "=1+1").encode(), "D460"),
    "one column twice": ("csv", b"unit,done,done\nu,1,2\n", "D448"),
    "no header": ("csv", b",,\nu,1,2\n", "D4"),
    "ragged": ("csv", b"unit,done\nu,1,2,3\n", "D449"),
    "quote left open": ("csv", b'unit,done\nu,"1\n', "D431"),
    "quote inside": ("csv", b'unit,done\nu,1"\n', "D432"),
    "UTF-16": ("csv", TABLE.encode("utf-16"), "D404"),
    "bytes": ("csv", bytes(range(1, 256)), "D406"),
    "50,000 unknown columns": ("csv", ("unit," + ",".join(f"x{n}" for n in range(50_000)) + "\n").encode(), "D499"),
    "JSON that is deep": ("json", b"[" * 100_000, "D423"),
    "JSON and more": ("json", b'{"unit": "u"} x', "D421"),
    "JSON without a number": ("json", b'{"unit": "u", "readings": {"done": NaN}}', "D427"),
    "JSON with a huge exponent": ("json", b'{"unit": "u", "readings": {"done": 1e999999}}', "D466"),
    "YAML with a list": ("yaml", b"unit: u\nreadings: {done: [1]}\n", "D413"),
    "YAML with an escape": ("yaml", b'unit: "\\e[31m"\nreadings: {}\n', "Y105"),
    "no workbook": ("xlsx", b"not a zip", "D4"),
    "half a workbook": ("xlsx", b"PK\x03\x04" + bytes(200), "D4"),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_readings_are_refused_by_their_code(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suffix, data, code = FILES[name]
    book, file = tmp_path / "book.yaml", tmp_path / f"readings.{suffix}"
    book.write_text(SOUND, encoding="utf-8")
    file.write_bytes(data)
    assert f": {code}" in refused(["score", str(book), str(file)], capsys)


def test_a_pipe_is_no_rulebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reading from one would wait for ever."""
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "there is no rulebook" in refused(["check", str(tmp_path / "pipe.yaml")], capsys)
