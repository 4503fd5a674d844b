"""What is asked of readings: atoms that hold together, and alternatives of which one must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from tieuchi.algebra.interval import Interval, before_cut, outside, test_interval
from tieuchi.model.canonical import EqualTest, FindingTest, Linear, NumberTest, Quotient, Route, Test, UnitKindTest


class Within(NamedTuple):
    """A value lies in an interval, and its denominator is above 0."""

    quotient: Quotient
    interval: Interval

    @property
    def raw(self) -> Interval:
        """Where the value lies before it is cut to its step."""
        step = self.quotient.step
        return self.interval if step is None else before_cut(self.interval, step)


class Equal(NamedTuple):
    """A yes/no or choice reading is something, or is not."""

    indicator: str
    value: bool | str
    holds: bool = True


class OfKind(NamedTuple):
    """The unit is of one of these kinds, or of none of them."""

    kinds: tuple[str, ...]
    holds: bool = True


class AtMostZero(NamedTuple):
    """A linear form of readings is 0 or less: a denominator that nothing can be divided by."""

    form: Linear


Atom = Within | Equal | OfKind | AtMostZero
Alternatives = tuple[tuple[Atom, ...], ...]


class Query(NamedTuple):
    """Atoms that must all hold; of each group of alternatives one must."""

    atoms: tuple[Atom, ...]
    choices: tuple[tuple[Atom, ...], ...] = ()

    def also(self, *atoms: Atom) -> Query:
        """Return the query with more atoms."""
        return Query((*self.atoms, *atoms), self.choices)


@dataclass(frozen=True, slots=True)
class Witness:
    """Readings that show something, and the kind of the unit where it matters."""

    values: Mapping[str, Fraction | bool | str]
    unit_kind: str = ""


class Undecided:
    """No answer within the limits."""


UNDECIDED = Undecided()
Answer = Witness | Undecided | None


def atoms_of(test: Test, findings: Mapping[str, tuple[Test, ...]] | None = None) -> tuple[Atom, ...]:
    """Return what must hold for a test to hold; another finding stands for its own tests."""
    match test:
        case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
            return (Within(quotient, test_interval(operator, threshold)),)
        case EqualTest(indicator=name, expected=expected):
            return (Equal(name, expected),)
        case UnitKindTest(kinds=kinds):
            return (OfKind(kinds),)
        case FindingTest(finding=name):
            return tuple(atom for inner in (findings or {})[name] for atom in atoms_of(inner, findings))


def route_query(routes: tuple[Route, ...], place: int, applies: tuple[Test, ...] = ()) -> Query:
    """Return what must hold for a route to be taken: its tests hold, each one before it fails.

    A finding has no place among the tests of a criterion, which is said elsewhere.
    """
    tests = [test for test in (*applies, *routes[place].tests) if not isinstance(test, FindingTest)]
    earlier = tuple(tuple(atom for test in route.tests for atom in denials_of(test)) for route in routes[:place])
    return Query(tuple(atom for test in tests for atom in atoms_of(test)), earlier)


def denials_of(test: Test) -> tuple[Atom, ...]:
    """Return the ways in which a test can fail, each enough."""
    match test:
        case NumberTest(quotient=quotient, operator=operator, threshold=threshold):
            return tuple(Within(quotient, part) for part in outside(test_interval(operator, threshold)))
        case EqualTest(indicator=name, expected=expected):
            return (Equal(name, expected, holds=False),)
        case UnitKindTest(kinds=kinds):
            return (OfKind(kinds, holds=False),)
        case FindingTest():
            return ()
