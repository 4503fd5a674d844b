"""Bands with one end reach to their neighbours, in whatever order the decree tells them."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from tieuchi.model.canonical import Linear, Piece, Quotient
from tieuchi.model.scale.bands import Band, routes
from tieuchi.model.scale.case import Case, Span

ANY = Span()
VALUE = Quotient(Linear((("x", Fraction(1)),)), named=("x",))


def lowered(*bands: dict[str, str], span: Span = ANY) -> tuple[list[Piece], list[tuple[str, str]]]:
    """Return the pieces of bands named a, b, c, … in their order, and what is wrong with them."""
    issues: list[tuple[str, str]] = []
    case = Case(
        Fraction(1),
        Fraction(0),
        VALUE,
        lambda _: span,
        lambda found: issues.append((found.code, "/".join(str(step) for step in found.path))),
    )
    written = tuple(
        Band.model_validate({"clause": clause, "points": "0", **ends})
        for clause, ends in zip("abcdefgh", bands, strict=False)
    )
    return [piece for route in routes(written, case) for piece in route.pieces], issues


def clauses(pieces: list[Piece], *values: str) -> str:
    return "".join(piece.clause for value in values for piece in pieces if piece.holds(Fraction(value)))


def test_the_decrees_own_wording_loads_from_high_to_low() -> None:
    pieces, issues = lowered(
        {"at_least": "80%"},
        {"at_least": "70%", "less_than": "80%"},
        {"at_least": "50%", "less_than": "70%"},
        {"less_than": "50%"},
    )
    assert not issues
    assert clauses(pieces, "0.8", "0.7999", "0.7", "0.6999", "0.5", "0.4999", "0", "-1") == "abbccddd"


def test_the_decrees_own_wording_loads_from_low_to_high() -> None:
    pieces, issues = lowered({"less_than": "50%"}, {"at_least": "50%", "less_than": "70%"}, {"at_least": "70%"})
    assert not issues
    assert clauses(pieces, "0.4999", "0.5", "0.6999", "0.7", "2") == "abbcc"


def test_none_and_some_may_be_told_in_this_order() -> None:
    pieces, issues = lowered({"exactly": "0"}, {"at_least": "1"}, span=Span(Fraction(0), None, whole=True))
    assert not issues
    assert clauses(pieces, "0", "1", "100") == "abb"


def test_a_lower_end_alone_reaches_up_to_the_nearest_band_above_it() -> None:
    pieces, issues = lowered({"at_least": "80"}, {"exactly": "60"}, {"more_than": "40"}, {"otherwise": "true"})
    assert not issues
    assert clauses(pieces, "80", "79", "60", "59", "41", "40") == "adbccd"


def test_an_upper_end_alone_reaches_down_to_the_nearest_band_below_it() -> None:
    pieces, issues = lowered({"exactly": "0"}, {"at_most": "10"}, {"otherwise": "true"})
    assert not issues
    assert clauses(pieces, "0", "1", "10", "11", "-1") == "abbcc"


@pytest.mark.parametrize("order", list(permutations(("a", "b", "c"))), ids="".join)
def test_bands_with_both_ends_mean_the_same_in_any_order(order: tuple[str, ...]) -> None:
    ends = {
        "a": {"at_least": "50"},
        "b": {"at_least": "10", "less_than": "50"},
        "c": {"less_than": "10"},
    }
    pieces, issues = lowered(*(ends[name] for name in order))
    named = dict(zip("abc", order, strict=True))
    assert not issues
    assert "".join(named[clause] for clause in clauses(pieces, "50", "49", "10", "9")) == "abbc"


def test_two_open_bands_in_the_wrong_order_are_refused() -> None:
    assert lowered({"at_least": "50"}, {"at_least": "80"})[1] == [("R306", "1/at_least")]
    assert lowered({"less_than": "80"}, {"less_than": "50"})[1] == [("R307", "1/less_than")]
    assert lowered({"at_least": "50"}, {"at_least": "50"})[1] == [("R306", "1/at_least")]


def test_bands_that_overlap_are_refused() -> None:
    assert lowered({"at_least": "10"}, {"at_least": "5", "at_most": "12"})[1] == [("R309", "0")]
    assert lowered({"at_least": "50", "less_than": "70"}, {"at_least": "60"}, {"otherwise": "true"})[1] == [
        ("R309", "1")
    ]


def test_a_value_without_a_band_is_refused() -> None:
    assert [code for code, _ in lowered({"at_least": "80"}, {"less_than": "50"})[1]] == ["R313"]
    assert [code for code, _ in lowered({"at_least": "80"})[1]] == ["R312"]
