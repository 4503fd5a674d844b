"""Frames of pandas and polars with whatever they can hold: read, or refused by column, never with a foreign error."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.errors import ReadingsError, UnknownNameError
from tieuchi.model.plan import Plan

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (lambda: pandas.DataFrame({"unit": ["a", "b"], "done": [1, "2,5"]}), "for column done with type object"),
        (lambda: pandas.DataFrame({"unit": ["a"], "liked": [Fraction(1, 3)]}), "for column liked with type object"),
        (lambda: pandas.DataFrame({"unit": ["a"], "done": [1 + 2j]}), "for column done with type complex128"),
        (lambda: pandas.DataFrame({"unit": ["a"], "done": pandas.arrays.SparseArray([0])}), "(column done)"),
        (lambda: pandas.DataFrame({"unit": ["a"], "done": [2**70]}), "too large"),
        (lambda: polars.Series("unit", ["a"]), "non-struct type"),
    ],
)
def test_what_arrow_has_no_type_for_is_refused_by_column(plan: Plan, frame: Callable[[], Any], said: str) -> None:
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, frame())
    (issue,) = refused.value.issues
    assert (issue.code, said in issue.facts["reason"]) == ("B649", True), issue.facts


def test_the_refusal_says_what_to_do_in_both_languages(plan: Plan) -> None:
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, pandas.DataFrame({"unit": ["a"], "done": [2**70]}))
    reason = refused.value.issues[0].facts["reason"]
    assert refused.value.text("en") == (
        f"<frame>: B649: the frame can't be brought to Arrow: {reason}\n"
        "    hint  make numbers, text or dates of that column"
    )
    assert refused.value.text("vi") == (
        f"<frame>: B649: bảng không đổi sang Arrow được: {reason}\n    gợi ý đổi cột ấy thành số, văn bản hay ngày"
    )


def test_columns_of_one_name_are_told_by_their_name(plan: Plan) -> None:
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, pandas.DataFrame([["a", 1, 2, 3, 4]], columns=["unit", "done", "all", "done", "all"]))
    told = {(issue.code, issue.facts["column"]) for issue in refused.value.issues}
    assert told == {("D448", "all"), ("D448", "done")}


def test_columns_that_hold_no_figures_are_told_at_once(plan: Plan) -> None:
    frame = pa.table({"unit": [b"a"], "done": [[1]], "all": [{"x": 1}], "liked": ["50%"]})
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, frame)
    assert {*refused.value.text("en").splitlines()} == {
        "<frame>: B608: column “unit” is of type binary, which can't be read",
        "<frame>: B608: column “done” is of type list<item: int64>, which can't be read",
        "<frame>: B608: column “all” is of type struct<x: int64>, which can't be read",
    }
    long = pa.table({"unit": [b"a"], "indicator": ["done"], "value": [[1]]})
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, long)
    assert {(issue.code, issue.facts["column"]) for issue in refused.value.issues} == {
        ("B608", "unit"),
        ("B608", "value"),
    }


def test_text_of_a_frame_that_is_no_utf8_is_refused(plan: Plan) -> None:
    buffers = [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, pa.table({"unit": pa.Array.from_buffers(pa.string(), 1, buffers), "done": [1]}))
    assert [(issue.code, "unit: Invalid UTF8" in issue.facts["reason"]) for issue in refused.value.issues] == [
        ("B649", True)
    ]


def test_a_unit_that_is_not_a_number_is_nobody(plan: Plan) -> None:
    found, summary = score_frame(plan, pa.table({"unit": [1.0, float("nan"), None], "done": [9, 9, 9]}))
    assert (found["unit"].to_pylist(), [issue.code for issue in summary.issues]) == (["1"], ["D434", "D434"])


def test_an_index_of_pandas_that_says_who_stands_in_the_rows_counts(plan: Plan) -> None:
    frame = pandas.DataFrame({"unit": ["a", "b"], "period": ["2024", "2025"], "done": [9, 9], "all": [10, 10]})
    found, _ = score_frame(plan, frame.set_index(["unit", "period"]))
    assert (found["unit"].to_pylist(), found["period"].to_pylist()) == (["a", "b"], ["2024", "2025"])
    found, _ = score_frame(plan, frame.set_index(pandas.Index([7, 8], name="row")))
    assert found["unit"].to_pylist() == ["a", "b"]


def test_categories_of_polars_are_words(plan: Plan) -> None:
    figures = {"done": [9, 9], "all": [10, 10], "liked": ["50%", None]}
    frame = polars.DataFrame({"unit": ["a", "b"], **figures}).with_columns(
        polars.col("unit").cast(polars.Categorical), polars.col("liked").cast(polars.Enum(["50%"]))
    )
    found, summary = score_frame(plan, frame)
    assert (found["unit"].to_pylist(), found["2:state"].to_pylist()) == (["a", "b"], ["scored", "missing"])
    assert summary.issues == []


def test_the_choice_of_no_group_can_be_seen_among_the_choices(plan: Plan) -> None:
    with pytest.raises(UnknownNameError, match='known: "", period, unit_kind, unit_parent'):
        score_frame(plan, polars.DataFrame({"unit": ["a"], "done": [1]}), BatchOptions(group="province"))
