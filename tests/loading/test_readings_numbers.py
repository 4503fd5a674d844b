from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieuchi.loading.locale_numbers import (
    LOCALES,
    Locale,
    NumberText,
    RefusedValueError,
    ratio_counts,
    read_date,
    read_number,
)

NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"


def code_of(text: str, locale: Locale | None = None) -> str:
    with pytest.raises(RefusedValueError) as caught:
        read_number(text, locale)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("12.285", "vi", "12285"),
        ("12,285", "vi", "12.285"),
        ("12,285", "en", "12285"),
        ("12.285", "en", "12.285"),
        ("1.234,5", "vi", "1234.5"),
        ("1,234.5", "en", "1234.5"),
        ("1.234.567", "vi", "1234567"),
        (f"12{NBSP}285", "vi", "12285"),
        (f"12{NARROW}285,5", "vi", "12285.5"),
        (f"12{NBSP}285", None, "12285"),
        ("12285", None, "12285"),
        ("98,38", None, "98.38"),
        ("98.38", None, "98.38"),
        ("1.234.567", None, "1234567"),
        ("1,234,567", None, "1234567"),
        ("1.234,5", None, "1234.5"),
        ("1,234.5", None, "1234.5"),
        ("0.500", None, "0.5"),
        ("0,500", None, "0.5"),
        ("1234.567", None, "1234.567"),
        (f"{MINUS}5", None, "-5"),
        ("+5", None, "5"),
        ("-0", None, "0"),
        ("  7 ", None, "7"),
        ("007", None, "7"),
    ],
)
def test_a_number_is_read_exactly(text: str, locale: Locale | None, number: str) -> None:
    assert read_number(text, locale) == NumberText(Fraction(number))


@pytest.mark.parametrize("text", ["73,82%", "73,82 %", f"73,82{NBSP}%"])
def test_a_percent_sign_stands_at_the_end(text: str) -> None:
    assert read_number(text) == NumberText(Fraction("73.82"), percent=True)


def test_a_ratio_keeps_both_its_parts() -> None:
    assert read_number("1.092/1.110", "vi") == NumberText(Fraction(1092), second=Fraction(1110))
    assert read_number("31 / 33") == NumberText(Fraction(31), second=Fraction(33))


@pytest.mark.parametrize("text", ["12.285", "12,285", "1.092/1.110", "-1.000", "98,380%", "1.092/950"])
def test_a_doubtful_number_is_refused_with_both_readings(text: str) -> None:
    with pytest.raises(RefusedValueError) as caught:
        read_number(text)
    assert caught.value.code == "D461"
    assert set(caught.value.facts) == {"value", "vi", "en"}
    assert caught.value.facts["vi"] != caught.value.facts["en"]


@pytest.mark.parametrize("locale", [None, *LOCALES])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.09.2", "D462"),
        ("12.28.5", "D462"),
        ("0.123.456", "D462"),
        ("1.234,567.8", "D462"),
        ("1..5", "D462"),
        ("5.", "D462"),
        (",5", "D462"),
        ("%5", "D462"),
        ("5%%", "D462"),
        ("1/2/3", "D462"),
        ("5-3", "D462"),
        ("-1/2", "D462"),
        ("50/60%", "D462"),
        (f"1{NBSP}23", "D462"),
        ("1e5", "D463"),
        ("1,5E-3", "D463"),
        ("１２", "D464"),
        ("5％", "D464"),
        ("–5", "D464"),
        ("½", "D464"),
        ("١٢", "D464"),
        ("12 285", "D465"),
        ("31 33", "D465"),
        ("9" * 61, "D466"),
        ("12O", "D460"),
        ("năm", "D460"),
        ("(5)", "D460"),
        ("5 người", "D460"),
        ("0x10", "D460"),
        ("1_000", "D460"),
        ("inf", "D460"),
        ("", "D460"),
    ],
)
def test_what_is_no_number_is_refused_for_its_reason(text: str, expected: str, locale: Locale | None) -> None:
    assert code_of(text, locale) == expected


def test_a_letter_that_looks_like_a_digit_is_pointed_out() -> None:
    with pytest.raises(RefusedValueError) as caught:
        read_number("12O")
    assert caught.value.facts["nearest"] == "120"


def test_a_number_of_the_other_locale_is_refused_with_what_it_would_be() -> None:
    assert code_of("98.38", "vi") == "D488"
    assert code_of("0.500", "vi") == "D488"
    assert code_of("98,38", "en") == "D489"


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("2017-12-31", None, date(2017, 12, 31)),
        ("2017-03-04", "en", date(2017, 3, 4)),
        ("31/12/2017", None, date(2017, 12, 31)),
        ("12/31/2017", None, date(2017, 12, 31)),
        ("04/04/2017", None, date(2017, 4, 4)),
        ("3/4/2017", "vi", date(2017, 4, 3)),
        ("3-4-2017", "en", date(2017, 3, 4)),
        ("29/2/2016", "vi", date(2016, 2, 29)),
    ],
)
def test_a_date_is_read_by_its_locale(text: str, locale: Locale | None, expected: date) -> None:
    assert read_date(text, locale) == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("03/04/2017", None, "D477"),
        ("12/31/2017", "vi", "D478"),
        ("31/12/2017", "en", "D490"),
        ("29/2/2017", None, "D476"),
        ("2017-13-01", None, "D476"),
        ("0000-01-01", None, "D476"),
        ("31/12/17", "vi", "D476"),
        ("31/12-2017", "vi", "D476"),
        ("2017-12-31T00:00", None, "D476"),
        ("３１/12/2017", "vi", "D476"),
        ("", None, "D476"),
    ],
)
def test_what_is_no_sure_date_is_refused(text: str, locale: Locale | None, expected: str) -> None:
    with pytest.raises(RefusedValueError) as caught:
        read_date(text, locale)
    assert caught.value.code == expected


def written(number: Fraction, places: int, locale: Locale, *, grouped: bool) -> str:
    """Write a number with decimals as a locale does."""
    scaled = abs(number) * 10**places
    whole, decimals = divmod(scaled.numerator, 10**places)
    text = f"{whole:,}" if grouped else str(whole)
    text += f".{decimals:0{places}}" if places else ""
    if locale == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"-{text}" if number < 0 else text


scaled_numbers = st.tuples(st.integers(-(10**30), 10**30), st.integers(0, 20))


@given(scaled_numbers, st.sampled_from(LOCALES), st.booleans(), st.booleans())
def test_what_a_locale_writes_it_reads_back_exactly(
    scaled: tuple[int, int], locale: Locale, grouped: bool, percent: bool
) -> None:
    digits, places = scaled
    number = Fraction(digits, 10**places)
    text = written(number, places, locale, grouped=grouped) + "%" * percent
    assert read_number(text, locale) == NumberText(number, percent)


@given(st.integers(0, 10**20), st.integers(0, 10**20), st.sampled_from(LOCALES))
def test_counts_of_a_ratio_are_found_again(part: int, whole: int, locale: Locale) -> None:
    text = "/".join(written(Fraction(n), 0, locale, grouped=True) for n in (part, whole))
    read = read_number(text, locale)
    assert (read.number, read.second) == (part, whole)
    assert ratio_counts(text) == (part, whole)


@given(st.dates(), st.sampled_from(LOCALES))
def test_a_date_written_by_a_locale_is_read_back(day: date, locale: Locale) -> None:
    first, second = (day.day, day.month) if locale == "vi" else (day.month, day.day)
    assert read_date(f"{first:02}/{second:02}/{day.year:04}", locale) == day
    assert read_date(day.isoformat(), locale) == day


number_like = st.text(st.sampled_from("0123456789.,+-/% " + NBSP + MINUS), max_size=14) | st.text(max_size=8)


@given(number_like)
def test_without_a_locale_only_what_every_reading_agrees_on_is_read(text: str) -> None:
    under = {}
    for locale in LOCALES:
        try:
            under[locale] = read_number(text, locale)
        except RefusedValueError:
            continue
    readings = set(under.values())
    code = ""
    try:
        readings ^= {read_number(text)}
    except RefusedValueError as refused:
        code = refused.code
    assert len(readings) == (2 if code == "D461" else 0)


@given(number_like, st.sampled_from([None, *LOCALES]))
def test_any_text_is_a_date_or_refused(text: str, locale: Locale | None) -> None:
    try:
        day = read_date(text, locale)
    except RefusedValueError:
        return
    assert str(day.year) in text
