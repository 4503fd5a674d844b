from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import readings_from_dict
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue
from tieuchi.model.reading import Unit

CATALOGUE = Path(__file__).parent / "bad_readings" / "catalogue.yaml"
INDICATORS = {i.id: i for i in Catalogue.model_validate(read_yaml(CATALOGUE).plain()).indicators}


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("officials", 12285, Fraction(12285)),
        ("officials", "12285", Fraction(12285)),
        ("budget", Decimal("92.82"), Fraction("92.82")),
        ("budget", Fraction(1, 3), Fraction(1, 3)),
        ("on_time", Decimal("73.82"), Fraction("0.7382")),
        ("on_time", 73, Fraction("0.73")),
        ("on_time", "73,82%", Fraction("0.7382")),
        ("on_time", Fraction("0.7382"), Fraction("0.7382")),
        ("coverage", "31/33", Fraction(31, 33)),
        ("coverage", Fraction(31, 33), Fraction(31, 33)),
        ("coverage", Fraction(1), Fraction(1)),
        ("plan_issued", date(2017, 12, 31), date(2017, 12, 31)),
        ("plan_issued", "2017-12-31", date(2017, 12, 31)),
        ("inspected", False, False),
        ("inspected", "có", True),
        ("level", "none", "none"),
    ],
)
def test_a_python_value_is_taken_exactly(name: str, given: object, value: object) -> None:
    assert readings_from_dict({name: given}, INDICATORS).values[name].value == value


def test_none_is_missing() -> None:
    assert readings_from_dict({"budget": None}, INDICATORS).values == {}


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("budget", 0.1, "D485"),
        ("budget", float("nan"), "D485"),
        ("on_time", 73.82, "D485"),
        ("budget", [1], "D486"),
        ("budget", b"1", "D486"),
        ("plan_issued", datetime(2017, 12, 31, tzinfo=UTC), "D486"),
        ("budget", Decimal("NaN"), "D460"),
        ("budget", Decimal("1e999999"), "D460"),
        pytest.param("budget", 10**5000, "D466", id="huge"),
        ("budget", True, "D482"),
        ("budget", date(2017, 1, 1), "D479"),
        ("officials", Decimal("1.5"), "D473"),
        ("officials", Fraction(-1), "D474"),
        ("on_time", Fraction("73.82"), "D475"),
        ("coverage", 1, "D469"),
        ("coverage", Fraction(4, 3), "D484"),
        ("plan_issued", 43100, "D483"),
        ("inspected", 1, "D480"),
        ("level", 1, "D481"),
        ("budgt", 1, "D443"),
        (5, 1, "D494"),
    ],
)
def test_another_value_is_refused(name: str, given: object, code: str) -> None:
    with pytest.raises(ReadingsError) as caught:
        readings_from_dict({name: given}, INDICATORS)
    assert [issue.code for issue in caught.value.issues] == [code]
    assert caught.value.text("vi")


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(ReadingsError) as caught:
        readings_from_dict({"budget": 0.1, "officials": "x"}, INDICATORS, declared={"1.9": 0.5, "1": "5%"})
    assert sorted(issue.path for issue in caught.value.issues) == ["1", "1.9", "budget", "officials"]


def test_unit_period_locale_and_declared_points_are_kept() -> None:
    unit = Unit("soc-trang", "Sóc Trăng", "province")
    readings = readings_from_dict(
        {"officials": "12.285"}, INDICATORS, unit=unit, period="2017", declared={"1.9": "0,5"}, locale="vi"
    )
    assert (readings.unit, readings.period) == (unit, "2017")
    assert readings.values["officials"].value == 12285
    assert readings.declared["1.9"].points == Fraction(1, 2)
