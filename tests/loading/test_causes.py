"""Causes of lost points in readings: kept with their place, never scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_readings
from tieuchi.model.indicator import Indicator

STAFF = {"staff": Indicator(id="staff", title={"vi": "Công chức", "en": "Staff"}, kind="count")}  # type: ignore[arg-type]


def test_causes_are_read_from_yaml_and_json_alike(tmp_path: Path) -> None:
    yaml, json = tmp_path / "a.yaml", tmp_path / "a.json"
    yaml.write_text('unit: u\nreadings: {staff: 1}\ncauses:\n  "1.2": Do thiếu người\n  "3":\n', encoding="utf-8")
    json.write_text('{"unit": "u", "readings": {"staff": 1}, "causes": {"1.2": "Do thiếu người"}}', encoding="utf-8")
    for path in (yaml, json):
        (cause,) = load_readings(path, STAFF).causes.values()
        assert (cause.criterion, cause.text) == ("1.2", "Do thiếu người")
        assert str(cause.at).startswith(str(path))


@pytest.mark.parametrize(
    ("causes", "code"),
    [
        ('{"a b": "x"}', "D445"),
        ('{"1": ["x"]}', "D413"),
        ('{"1": "' + "x" * 5000 + '"}', "D420"),
        ('{"1": "\\u0007"}', "D419"),
    ],
)
def test_what_can_be_no_cause_is_refused(causes: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"unit": "u", "readings": {{"staff": 1}}, "causes": {causes}}}', encoding="utf-8")
    with pytest.raises(ReadingsError) as caught:
        load_readings(path, STAFF)
    assert code in {issue.code for issue in caught.value.issues}
