"""Readings of a witness as people hand them in: exact numbers, days as dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.query import Witness
from tieuchi.errors import Example
from tieuchi.model.number import exact_text


def example_of(
    witness: Witness,
    domain: Domain,
    clause: str = "",
    *,
    points: Mapping[str, Fraction] | None = None,
    total: Fraction | None = None,
) -> Example:
    """Return a witness as an example of an issue, with what it earns, by criterion and in all, where that is told."""
    readings = {name: _written(name, value, domain) for name, value in witness.values.items()}
    earned = {name: exact_text(number) for name, number in (points or {}).items()}
    return Example(readings, witness.unit_kind, clause, earned, "" if total is None else exact_text(total))


def examples_of(witnesses: Iterable[tuple[str, Witness]], domain: Domain) -> tuple[Example, ...]:
    """Return witnesses as examples, each with the clause it falls under."""
    return tuple(example_of(witness, domain, clause) for clause, witness in witnesses)


def _written(name: str, value: Fraction | bool | str, domain: Domain) -> str | bool:
    if not isinstance(value, Fraction):
        return value
    if domain.indicators[name].kind == "date":
        return date.fromordinal(int(value)).isoformat()
    return exact_text(value)
