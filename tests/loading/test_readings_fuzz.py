"""Whatever stands in a file, it is read or refused with a ``ReadingsError`` that can be shown: nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings, readings_from_dict
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue

CATALOGUE = Path(__file__).parent / "bad_readings" / "catalogue.yaml"
INDICATORS = {i.id: i for i in Catalogue.model_validate(read_yaml(CATALOGUE).plain()).indicators}
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

names = st.sampled_from([*INDICATORS, "value", "source", "unit", "units", "readings", "declared", "locale", "1.9"])
texts = st.sampled_from(
    ["", "-", "12.285", "12,285", "31/33", "0/0", "98,38%", "31/12/2017", "03/04/2017", "có", "n/a", "vi", "en",
     "không áp dụng", "full", "\ud800", "\u202e", "1e5", "−5", "# locale: vi"],
) | st.text(max_size=6)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | texts, inner, max_size=4),
    max_leaves=12,
)
units = st.fixed_dictionaries(
    {"unit": texts | trees},
    optional={"period": scalars, "locale": scalars, "readings": st.dictionaries(names, trees), "declared": trees},
)
fragments = st.lists(
    st.sampled_from(
        ["unit", "indicator", "value", "đơn vị", "budget", "level", "declared:1.9", ",", ";", "\t", "\n", "\r\n",
         '"', '""', "12.285", "1", "#", "# locale: vi\n", "{", "}", "[", "]", ":", ": ", "- ", " ", "\\u", "null"],
    ) | st.text(max_size=3),
    max_size=30,
).map("".join)  # fmt: skip


def is_read_or_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    for locale in (None, "vi"):
        messages = ["read"]
        try:
            load_all_readings(path, INDICATORS, locale=locale)
        except ReadingsError as refused:
            messages = [refused.text("vi"), refused.text("en")]
        for message in messages:
            assert message.encode("utf-8")


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".csv", ".xlsx"])
@SHARED_FOLDER
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, suffix: str, data: bytes) -> None:
    is_read_or_refused(tmp_path / f"a{suffix}", data)


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".csv"])
@SHARED_FOLDER
@given(text=fragments)
def test_any_fragments_are_read_or_refused(tmp_path: Path, suffix: str, text: str) -> None:
    is_read_or_refused(tmp_path / f"a{suffix}", text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@SHARED_FOLDER
@given(tree=units | st.lists(units, max_size=3) | trees)
def test_any_tree_is_read_or_refused(tmp_path: Path, suffix: str, tree: object) -> None:
    is_read_or_refused(tmp_path / f"a{suffix}", json.dumps(tree).encode("utf-8"))


@given(st.dictionaries(names | texts, scalars | st.dates() | st.decimals() | st.fractions(), max_size=4))
def test_any_python_values_are_read_or_refused(values: dict[str, object]) -> None:
    try:
        readings_from_dict(values, INDICATORS)
    except ReadingsError as refused:
        refused.text("vi").encode("utf-8")


@pytest.mark.parametrize("depth", [40, 10_000, 1_000_000])
@pytest.mark.parametrize(("suffix", "opening"), [(".json", "["), (".json", '{"a":'), (".yaml", "["), (".yaml", "{a: ")])
def test_depth_is_refused_without_a_crash(tmp_path: Path, suffix: str, opening: str, depth: int) -> None:
    is_read_or_refused(tmp_path / f"a{suffix}", opening.encode() * min(depth, 1_900_000 // len(opening)))
