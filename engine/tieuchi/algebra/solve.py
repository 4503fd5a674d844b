"""Answer a query: readings that fulfil it, a proof that there are none, or no answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval
from tieuchi.algebra.pairs import Pair, pair_of, solve_pair
from tieuchi.algebra.query import UNDECIDED, Answer, AtMostZero, Atom, Equal, OfKind, Query, Undecided, Within, Witness
from tieuchi.algebra.smt import solve_smt
from tieuchi.model.canonical import Linear, Quotient

Values = dict[str, Fraction | bool | str]

MOST_CASES = 64
"""Up to this many combinations of alternatives are tried one by one before the SMT solver is asked."""
MOST_TRIED = 1_500
"""Up to this many combinations of plain values are tried on several readings that depend on each other."""


def solve(query: Query, domain: Domain, names: Iterable[str] = ()) -> Answer:
    """Return a witness for a query, None if there is none, or ``UNDECIDED``.

    Args:
        query: What must hold.
        domain: What readings can be.
        names: Further readings that the witness shall have, with plain values.
    """
    size = 1
    for choice in query.choices:
        size *= len(choice)
    if size == 0:
        return None
    open_cases = size > MOST_CASES
    if not open_cases:
        for chosen in product(*query.choices):
            answer = _together((*query.atoms, *chosen), domain)
            if isinstance(answer, Witness):
                return _filled(answer, domain, names)
            open_cases = open_cases or isinstance(answer, Undecided)
    if not open_cases:
        return None
    answer = solve_smt(query, domain)
    return _filled(answer, domain, names) if isinstance(answer, Witness) else answer


def _filled(witness: Witness, domain: Domain, names: Iterable[str]) -> Witness:
    """Return a witness with plain values for the readings that nothing is asked of, parts within their wholes."""
    values = dict(witness.values)
    lacking = [name for name in names if name not in values]
    for name in lacking:
        values[name] = domain.plain(name)
    for part, whole in domain.links(values):
        if part in lacking and whole in lacking:
            continue
        least, most = values[part], values[whole]
        if isinstance(least, Fraction) and isinstance(most, Fraction) and least > most:
            values[part if part in lacking else whole] = most if part in lacking else least
    return Witness(values, witness.unit_kind)


def _together(atoms: tuple[Atom, ...], domain: Domain) -> Answer:
    """Answer a conjunction."""
    values: Values = {}
    kind = _kind([atom for atom in atoms if isinstance(atom, OfKind)], domain)
    if kind is None or not _equals([atom for atom in atoms if isinstance(atom, Equal)], domain, values):
        return None
    within = [atom for atom in atoms if isinstance(atom, Within)]
    forms = [atom.form for atom in atoms if isinstance(atom, AtMostZero)]
    numbers = _numbers(within, forms, domain)
    if isinstance(numbers, Undecided) or numbers is None:
        return numbers
    return Witness({**values, **numbers}, kind)


def _kind(atoms: list[OfKind], domain: Domain) -> str | None:
    """Return a kind of unit that fits, the empty one where none is asked for, or None."""
    for kind in ("", *domain.unit_kinds):
        if all((kind in atom.kinds) == atom.holds for atom in atoms):
            return kind
    return None


def _equals(atoms: list[Equal], domain: Domain, values: Values) -> bool:
    """Fill in yes/no and choice readings; say whether that can be done."""
    for name in dict.fromkeys(atom.indicator for atom in atoms):
        indicator = domain.indicators[name]
        options = (True, False) if indicator.kind == "yes_no" else indicator.choices
        own = [atom for atom in atoms if atom.indicator == name]
        fit = [o for o in options if all((o == atom.value) == atom.holds for atom in own)]
        if not fit:
            return False
        values[name] = fit[0]
    return True


def _numbers(within: list[Within], forms: list[Linear], domain: Domain) -> Values | Undecided | None:
    """Answer the part of a conjunction that is on numbers."""
    if not within and not forms:
        return {}
    singles: dict[str, Interval] = {}
    pairs: dict[Pair, Interval] = {}
    rest = False
    for atom in within:
        interval = atom.raw
        if interval.empty:
            return None
        single = _single(atom.quotient, interval)
        pair = pair_of(atom.quotient) if single is None else None
        if single is not None:
            name, allowed = single
            if not name:
                if allowed.empty:
                    return None
                continue
            singles[name] = singles.get(name, domain.range_of(name)) & allowed
        elif pair is not None:
            shape, allowed = pair.of_ratio(interval)
            pairs[shape] = pairs.get(shape, Interval()) & allowed
        else:
            rest = True
    for form in forms:
        single = _single(Quotient(form), Interval(high=Fraction(0)))
        if single is None or not single[0]:
            rest = True
        else:
            singles[single[0]] = singles.get(single[0], domain.range_of(single[0])) & single[1]
    return _joined(singles, pairs, within, forms, domain, rest=rest)


def _joined(
    singles: dict[str, Interval],
    pairs: dict[Pair, Interval],
    within: list[Within],
    forms: list[Linear],
    domain: Domain,
    *,
    rest: bool,
) -> Values | Undecided | None:
    if any(interval.member(whole=domain.whole(name)) is None for name, interval in singles.items()):
        return None
    names = {*singles, *(n for pair in pairs for n in (pair.above, pair.below))}
    linked = domain.links(names)
    alone = next(iter(pairs), None)
    plain = not rest and len(pairs) <= 1
    if plain and all(alone is not None and link == (alone.above, alone.below) for link in linked):
        found: Values = {}
        for pair, interval in pairs.items():
            answer = solve_pair(pair, interval, singles, domain, linked=bool(linked))
            if isinstance(answer, Undecided):
                return _tried(within, forms, singles, domain)
            if answer is None:
                return None
            found.update(answer)
        for name, interval in singles.items():
            if name not in found:
                member = interval.member(whole=domain.whole(name))
                assert member is not None
                found[name] = member
        return found
    return _tried(within, forms, singles, domain)


def _single(quotient: Quotient, interval: Interval) -> tuple[str, Interval] | None:
    """Return the reading that is the whole value and where it must lie; an empty name where the value is fixed."""
    if quotient.denominator.terms or len(quotient.numerator.terms) > 1:
        return None
    divisor, shift = quotient.denominator.constant, quotient.numerator.constant
    if not quotient.numerator.terms:
        return "", interval & Interval(shift / divisor, shift / divisor)
    name, factor = quotient.numerator.terms[0]
    return name, interval.moved(divisor / factor, -shift / factor)


def _tried(
    within: list[Within], forms: list[Linear], singles: dict[str, Interval], domain: Domain
) -> Values | Undecided | None:
    """Try plain values on readings that depend on each other."""
    names = list(dict.fromkeys(n for atom in within for n in _names(atom.quotient)))
    names += [n for form in forms for n in form.indicators if n not in names]
    options = {name: list(_plain_values(singles.get(name, domain.range_of(name)), name, domain)) for name in names}
    if any(not found for found in options.values()):
        return None
    links = domain.links(names)
    for count, values in enumerate(product(*options.values())):
        if count >= MOST_TRIED:
            break
        given = dict(zip(names, values, strict=True))
        fits = all(given[part] <= given[whole] for part, whole in links) and all(_value(f, given) <= 0 for f in forms)
        if fits and all(_lies(atom, given) for atom in within):
            return dict(given)
    return UNDECIDED


def _names(quotient: Quotient) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*quotient.numerator.indicators, *quotient.denominator.indicators)))


def _plain_values(interval: Interval, name: str, domain: Domain) -> Iterator[Fraction]:
    """Yield a few values of a reading: near its lower end, and its upper end."""
    whole = domain.whole(name)
    first = interval.member(whole=whole)
    if first is None:
        return
    yield first
    for step in (1, 2, 10):
        if interval.holds(first + step):
            yield first + step
    if interval.high is not None and interval.holds(interval.high) and interval.high > first + 2:
        yield interval.high


def _lies(atom: Within, given: dict[str, Fraction]) -> bool:
    below = _value(atom.quotient.denominator, given)
    if below <= 0:
        return False
    value = _value(atom.quotient.numerator, given) / below
    fits = atom.quotient.kind != "coverage" or value <= 1
    return fits and atom.raw.holds(value)


def _value(form: Linear, given: dict[str, Fraction]) -> Fraction:
    return form.constant + sum((factor * given[name] for name, factor in form.terms), Fraction(0))


__all__ = ["solve"]
