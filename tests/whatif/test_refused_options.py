"""Options that mean nothing are refused by name, in both languages, and what lies beyond a range is still told."""

from __future__ import annotations

import json

import pytest

from tieuchi.cli import run

BOOK, UNIT = "par-index-province/2017", "soc-trang-2017"
CUT, SAME = "8.2/b/at_least", "8.2/scale/bands/b/at_least"
REFUSED = {
    "a share that is no number": (
        ["solve", "--threshold", CUT, "--share", "abc"],
        "--share abc: S719: “abc” is not a number\n",
        "--share abc: S719: “abc” không phải là số\n",
    ),
    "more than all": (
        ["solve", "--threshold", CUT, "--share", "150%"],
        "--share 150%: S717: a share is from 0% to 100%, not 150%\n",
        "--share 150%: S717: tỷ lệ phải từ 0% đến 100%, không phải 150%\n",
    ),
    "no width": (
        ["solve", "--threshold", CUT, "--share", "50%", "--width", "0"],
        "--width 0: S709: a width is above 0, not 0\n",
        "--width 0: S709: độ rộng phải lớn hơn 0, không phải 0\n",
    ),
    "points that are no number": (
        ["solve", "--threshold", "5.5/full_at=70%:100%", "--share", "50%", "--points", "most"],
        "--points most: S719: “most” is not a number\n",
        "--points most: S719: “most” không phải là số\n",
    ),
    "one number under two names": (
        ["sweep", "--threshold", f"{CUT}=5%:15%:5%", "--threshold", f"{SAME}=5%:15%:5%"],
        f"--threshold {SAME}=5%:15%:5%: S705: “{SAME}” is changed twice (first: --threshold {CUT}=5%:15%:5%)\n",
        f"--threshold {SAME}=5%:15%:5%: S705: “{SAME}” được đổi hai lần (lần đầu: --threshold {CUT}=5%:15%:5%)\n",
    ),
    "a place that is none": (
        ["whatif", "--threshold", "8.2/bb/at_least=5%"],
        ("--threshold 8.2/bb/at_least=5%: S701: no place “8.2/bb/at_least” in the rulebook\n"
        f"    hint  did you mean “{CUT}”?\n"),
        ("--threshold 8.2/bb/at_least=5%: S701: không có chỗ nào tên “8.2/bb/at_least” trong bộ tiêu chí\n"
        f"    gợi ý có phải “{CUT}”?\n"),
    ),
    "a place that holds others": (
        ["whatif", "--threshold", "8.2/a=5%"],
        ("--threshold 8.2/a=5%: S703: “8.2/a” is a group, not a value\n"
        "    hint  name one of: 8.2/a/clause, 8.2/a/at_least, 8.2/a/points\n"),
        ("--threshold 8.2/a=5%: S703: “8.2/a” là một nhóm, không phải một giá trị\n"
        "    gợi ý nêu một trong: 8.2/a/clause, 8.2/a/at_least, 8.2/a/points\n"),
    ),
    "a place that holds others, turned": (
        ["sweep", "--threshold", "8.2/scale/bands/a=5%:10%"],
        ("--threshold 8.2/scale/bands/a=5%:10%: S703: “8.2/scale/bands/a” is a group, not a value\n"
        "    hint  name one of: 8.2/a/clause, 8.2/a/at_least, 8.2/a/points\n"),
        ("--threshold 8.2/scale/bands/a=5%:10%: S703: “8.2/scale/bands/a” là một nhóm, không phải một giá trị\n"
        "    gợi ý nêu một trong: 8.2/a/clause, 8.2/a/at_least, 8.2/a/points\n"),
    ),
    "no value": (
        ["whatif", "--set", "enterprises_new"],
        ("--set enterprises_new: S704: “enterprises_new” is not of the form name=value\n"
        "    hint  such as enterprises_new=423\n"),
        ("--set enterprises_new: S704: “enterprises_new” không có dạng tên=giá trị\n"
        "    gợi ý ví dụ enterprises_new=423\n"),
    ),
    "no range": (
        ["sweep", "--threshold", f"{CUT}=5%:x"],
        (f"--threshold {CUT}=5%:x: S710: “5%:x” is not a range LOW:HIGH[:STEP]\n"
        f"    hint  such as {CUT}=5%:20%:1%\n"),
        (f"--threshold {CUT}=5%:x: S710: “5%:x” không phải khoảng TỪ:ĐẾN[:BƯỚC]\n"
        f"    gợi ý ví dụ {CUT}=5%:20%:1%\n"),
    ),
    "no target": (
        ["goal", "--target", "most"],
        ("--target most: S720: the target “most” is no number of points, no rank and no grade\n"
        "    hint  such as 80, rank:10 or grade:A\n"),
        ("--target most: S720: mục tiêu “most” không phải số điểm, hạng hay xếp loại\n"
        "    gợi ý ví dụ 80, rank:10 hoặc grade:A\n"),
    ),
    "a rank among nobody": (
        ["goal", "--target", "rank:1"],
        "--target rank:1: S722: a target rank needs the figures of the group\n    hint  add --group\n",
        "--target rank:1: S722: mục tiêu thứ hạng cần số liệu của cả nhóm\n    gợi ý thêm --group\n",
    ),
    "nothing uncertain": (
        ["simulate"],
        ("--model: S732: nothing in the model is uncertain\n"
        "    hint  say in a file --model what is, and by how much\n"),
        ("--model: S732: mô hình không có gì ngẫu nhiên\n"
        "    gợi ý viết sai số của số liệu hay ngưỡng vào một tệp --model\n"),
    ),
    "a picture of no kind": (
        ["sweep", "--threshold", f"{CUT}=5%:15%:5%", "--plot", "x.bmp"],
        "x.bmp: S733: a plot is .svg, .png or .html, not .bmp\n",
        "x.bmp: S733: tệp hình phải là .svg, .png hoặc .html, không phải .bmp\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", REFUSED)
def test_an_option_that_means_nothing_is_refused(name, lang, capsys):
    (command, *options), en, vi = REFUSED[name]
    assert run([command, BOOK, UNIT, *options, "--lang", lang]) == 2
    assert capsys.readouterr().err == (en if lang == "en" else vi)


def test_a_seed_beyond_what_the_generator_takes_is_refused(capsys):
    assert run(["simulate", BOOK, UNIT, "--seed", str(2**64)]) == 2
    assert "--seed" in capsys.readouterr().err


@pytest.mark.parametrize("span", ["60%:70%", "110%:130%"])
def test_a_range_beside_where_the_number_stands_is_looked_at(span, capsys):
    assert run(["sweep", BOOK, UNIT, "--threshold", f"5.5/full_at={span}", "--breakpoints", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == "5.5/full_at"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "no value that the rulebook takes gives this share"),
        ("vi", "không giá trị nào mà bộ tiêu chí nhận cho đúng tỷ lệ này"),
    ],
)
def test_a_share_that_no_value_gives_is_said_to_be_none(lang, words, capsys, tmp_path):
    """The unit is above the 30% that the next band begins at, and so above all that this one can begin at."""
    table = tmp_path / "one.csv"
    table.write_text("unit,period,enterprises_new,enterprises_new_last_year\na,2017,150,100\n", encoding="utf-8")
    assert run(["solve", BOOK, str(table), "--threshold", CUT, "--share", "0%", "--lang", lang]) == 0
    assert words in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("lang", "words"), [("en", "Changes"), ("vi", "Các thay đổi")])
def test_without_changes_there_is_no_list_of_them(lang, words, capsys):
    assert run(["whatif", BOOK, UNIT, "--exact", "--lang", lang]) == 0
    assert words not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "No criterion has other points."), ("vi", "Không tiêu chí nào khác điểm.")]
)
def test_an_appraisal_that_changes_nothing_says_so(lang, words, capsys):
    assert run(["compare", BOOK, UNIT, "--appraised", UNIT, "--lang", lang]) == 0
    assert capsys.readouterr().out.rstrip().endswith(words)
