"""Whatever is given to the authors' commands is refused by name with status 2; never a traceback, never half a file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tieuchi.cli import run

BOOK = "curb-65/2003"
LAUGHS = "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True))
FILES: dict[str, bytes] = {
    "empty.yaml": b"",
    "empty.dmn": b"",
    "empty.csv": b"",
    "empty.xlsx": b"",
    "bytes.yaml": bytes(range(128, 256)),
    "bytes.csv": bytes(range(128, 256)),
    "bytes.dmn": bytes(range(128, 256)),
    "bytes.xlsx": bytes(range(128, 256)),
    "damaged.xlsx": b"PK\x03\x04damaged",
    "deep.yaml": b"[" * 3_000,
    "laughs.dmn": f'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]><l>&i;</l>'.encode(),
    "outside.dmn": '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]><l>&a;</l>'.encode("utf-16"),
    "no-rows.dmn": b'<definitions><decision id="a"><decisionTable/></decision></definitions>',
    "formula.csv": b"criterion;indicator;clause;at_least;points\nx;=1+1;a;1;1\nx;x;b;;0\n",
    "sound.csv": b"criterion;indicator;clause;at_least;points\n1;x;a;1;1\n1;x;b;;0\n",
    "cases.yaml": b"rulebook: nowhere\ncases: 5\n",
}
REFUSED = [
    *(
        ["check", name]
        for name in ("nothing", "folder", "empty.yaml", "bytes.yaml", "damaged.xlsx", "deep.yaml", "a" * 5_000)
    ),
    *(["test", name] for name in ("nothing", "folder", "bytes.yaml", "cases.yaml", "damaged.xlsx", "deep.yaml")),
    *(
        ["boundaries", BOOK, "--out", name]
        for name in ("x.pdf", "folder", "folder.xlsx", "no/such/x.xlsx", "/proc/x.md")
    ),
    *(["diff", BOOK, name] for name in ("nothing", "bytes.yaml")),
    *(["diff", BOOK, BOOK, name] for name in ("nothing.csv", "bytes.csv", "folder", "damaged.xlsx", "a" * 5_000)),
    *(["fmt", name] for name in ("nothing", "bytes.yaml", "empty.yaml", "damaged.xlsx")),
    *(["import", name] for name in sorted(FILES) if not name.endswith(".yaml") and name != "sound.csv"),
    *(
        ["import", name]
        for name in ("nothing.dmn", "nothing.xlsx", "folder", "folder.xlsx", "no-parts.xlsx", "bytes.yaml")
    ),
    *(["import", "sound.csv", "--out", name] for name in ("sound.csv", "folder", "no/such/x.yaml", "/proc/x")),
    ["import", "sound.csv", "--id", "Xấu tên"],
    *(
        ["export", BOOK, "--to", to, "--out", out]
        for to in ("dmn", "pmml")
        for out in ("folder", "no/such/x", "/proc/x")
    ),
    ["export", "nothing", "--to", "dmn"],
    ["export", "index-egapro/plus-de-250", "--to", "pmml"],
    *(["rename", BOOK, "indicator", "age", new, "--dry-run"] for new in ("blood_urea", "Tuổi", "")),
    ["rename", BOOK, "indicator", "nothing", "x", "--dry-run"],
    *(
        ["rename", BOOK, "indicator", "age", "years", "--dry-run", "--also", name]
        for name in ("nothing", "bytes.csv", "bytes.xlsx", "damaged.xlsx", "deep.yaml", "laughs.dmn", "a" * 5_000)
    ),
]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    for name in ("folder", "folder.xlsx"):
        (folder / name).mkdir()
    with zipfile.ZipFile(folder / "no-parts.xlsx", "w") as package:
        package.writestr("a.txt", "x")
    return folder


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda given: " ".join(given)[:60])
def test_it_is_refused_with_status_2_and_in_words(
    arguments: list[str], given: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(given)
    before = {path: path.read_bytes() for path in given.rglob("*") if path.is_file()}
    assert run([*arguments, "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert "fault in the program" not in said.err
    assert before == {path: path.read_bytes() for path in given.rglob("*") if path.is_file()}
