"""Readings that show what is wrong with a scale: which units would fall between two bands, into both, into none.

A complaint names values of a quotient; whether a unit can have one, and with which readings, the interval algebra
says. A gap into which provably no reading falls is no gap: with at most 3 schools no share lies between 33.4% and 50%.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import between
from tieuchi.algebra.query import (
    UNDECIDED,
    Answer,
    AtMostZero,
    Atom,
    Equal,
    OfKind,
    Query,
    Within,
    Witness,
    atoms_of,
    denials_of,
    route_query,
)
from tieuchi.algebra.solve import solve
from tieuchi.model.canonical import FindingTest, Linear, Piece, Quotient, Route, Tally, Test
from tieuchi.model.condition import tests_of
from tieuchi.model.lowering import Indicators, applies_tests
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scale.case import Complaint

GAPS = frozenset({"R312", "R313", "R336"})
"""What is no mistake where no reading falls into it."""


@dataclass(slots=True)
class Seeker:
    """Looks for readings of the units that one rulebook is for."""

    indicators: Indicators
    unit_kinds: tuple[str, ...] = ()
    _domain: Domain | None = field(default=None)

    @property
    def domain(self) -> Domain:
        """What units can hand in."""
        if self._domain is None:
            self._domain = Domain(self.indicators, self.unit_kinds)
        return self._domain

    def harmless(self, complaint: Complaint) -> bool:
        """Say whether a gap is proven to be one that no reading falls into."""
        if complaint.code not in GAPS or complaint.quotient is None or complaint.where is None:
            return False
        return self.ask(Query((Within(complaint.quotient, between(*complaint.where)),))) is None

    def shown(self, complaint: Complaint, criterion: Criterion) -> Witness | None:
        """Return readings that show a complaint, if there are any."""
        way = way_to(criterion, complaint.path)
        if complaint.quotient is None or complaint.where is None:
            # Branches without otherwise: a unit that none of them takes; otherwise first: one that it keeps.
            kept = way.also(*_atoms(_next_branch(criterion, complaint.path)))
            return _found(self.ask(kept)) if complaint.code in ("R331", "R332") else None
        asked = Within(complaint.quotient, between(*complaint.where))
        found = _found(self.ask(way.also(asked)))
        return found if found is not None else _found(self.ask(Query((asked,))))

    def all_parts(self, routes: tuple[Route, ...]) -> tuple[Witness | None, dict[str, Fraction]]:
        """Return readings by which all parts of a checklist hold together, and the points of each."""
        for place, route in enumerate(routes):
            if isinstance(route.measured, Tally):
                items = route.measured.items
                query = route_query(routes, place).also(*(a for item in items for a in _atoms(item.tests)))
                found = _found(self.ask(query))
                return found, {item.clause: item.points for item in items} if found is not None else {}
        return None, {}

    def beyond(
        self, routes: tuple[Route, ...], complaint: Complaint, limit: Fraction
    ) -> tuple[Witness | None, Fraction | None]:
        """Return readings that earn points above a limit, or below it (R311), by the clause complained of; and these.

        A factor (R333) is shown by a unit of its kind.
        """
        above = complaint.code != "R311"
        for place, route in enumerate(routes):
            if complaint.code == "R333" and not any(test.source == complaint.path[-2:] for test in route.tests):
                continue
            for piece in route.pieces:
                names = {piece.clause, route.clause}
                if complaint.clauses and not names & set(complaint.clauses):
                    continue
                if not piece.rate and (piece.base > limit if above else piece.base < limit):
                    found = self.on_piece(routes, place, piece)
                    if found is not None:
                        return found, piece.base
        return None, None

    def on_piece(self, routes: tuple[Route, ...], place: int, piece: Piece) -> Witness | None:
        """Return readings that take a piece of a route."""
        query = route_query(routes, place)
        measured = routes[place].measured
        if isinstance(measured, Quotient):
            query = query.also(Within(measured, between(piece.lower, piece.upper)))
        return _found(self.ask(query))

    def ask(self, query: Query, also: tuple[str, ...] = ()) -> Answer:
        """Answer a query; one on readings that are not there, or not of the kind that it needs, is left open.

        The answer has the readings that are named, and those of ``also``.
        """
        atoms = (*query.atoms, *(atom for choice in query.choices for atom in choice))
        if not all(self._fits(atom) for atom in atoms) or any(name not in self.indicators for name in also):
            return UNDECIDED
        names = dict.fromkeys([*(name for atom in atoms for name in _names(atom)), *also])
        return solve(query, self.domain, names)

    def _fits(self, atom: Atom) -> bool:
        names = _names(atom)
        if any(name not in self.indicators for name in names):
            return False
        if isinstance(atom, Equal):
            indicator = self.indicators[atom.indicator]
            return isinstance(atom.value, bool) if indicator.kind == "yes_no" else atom.value in indicator.choices
        return all(self.domain.numeric(name) for name in names)


def _names(atom: Atom) -> tuple[str, ...]:
    match atom:
        case Within(quotient=quotient):
            return quotient.indicators
        case AtMostZero(form=form):
            return form.indicators
        case Equal(indicator=name):
            return (name,)
        case OfKind():
            return ()


def _atoms(tests: tuple[Test, ...]) -> tuple[Atom, ...]:
    """Return what must hold for tests to hold; a finding has no place in a criterion, which is said elsewhere."""
    return tuple(atom for test in tests if not isinstance(test, FindingTest) for atom in atoms_of(test))


def way_to(criterion: Criterion, path: tuple[str | int, ...]) -> Query:
    """Return what must hold for the scale at a path inside a criterion to be asked."""
    atoms = list(_atoms(applies_tests(criterion)))
    choices: list[tuple[Atom, ...]] = []
    scale = criterion.scale
    if scale is not None and scale.by_unit_kind is not None:
        atoms.append(OfKind(tuple(scale.by_unit_kind.factors), holds=False))
    if scale is not None and scale.branches is not None and path[:2] == ("scale", "branches"):
        here = path[2] if len(path) > 2 else 0
        assert isinstance(here, int)
        inside = path[3:4] == ("scale",)
        for index, branch in enumerate(scale.branches[: here + 1]):
            tests = tests_of(branch.when, ()) if branch.when else ()
            if index == here and inside:
                atoms += _atoms(tests)
            elif tests:
                choices.append(tuple(atom for test in tests for atom in denials_of(test)))
    return Query(tuple(atoms), tuple(choices))


def _next_branch(criterion: Criterion, path: tuple[str | int, ...]) -> tuple[Test, ...]:
    """Return the conditions of the branch after the one at a path, if there are any."""
    branches = (criterion.scale.branches if criterion.scale is not None else None) or ()
    after = path[2] + 1 if len(path) > 2 and isinstance(path[2], int) else len(branches)
    when = branches[after].when if after < len(branches) else None
    return tests_of(when, ()) if when else ()


def value_of(quotient: Quotient, witness: Witness) -> Fraction | None:
    """Return the value that a quotient has with some readings, cut to its step."""
    above, below = (_form(form, witness) for form in (quotient.numerator, quotient.denominator))
    return quotient.cut(above / below) if below > 0 else None


def _form(form: Linear, witness: Witness) -> Fraction:
    total = form.constant
    for name, factor in form.terms:
        value = witness.values[name]
        assert isinstance(value, Fraction)
        total += factor * value
    return total


def _found(answer: Answer) -> Witness | None:
    return answer if isinstance(answer, Witness) else None
