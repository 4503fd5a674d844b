"""The second opinion: what durable-rules fires for a unit, compared with the exact road."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from tieuchi.chaining.fence import FenceError, Firing
from tieuchi.chaining.host import RuleHost, available
from tieuchi.chaining.translate import TooManyWaysError, facts_of, rules_of
from tieuchi.errors import DisagreementError
from tieuchi.model.canonical import Tally
from tieuchi.model.plan import Plan
from tieuchi.model.scorecard import Inputs, Scorecard, Trace

Absence = Literal["unavailable", "beyond_limits"]


class Chainer:
    """The rules of one plan, fired by durable-rules for one unit after another."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._host = RuleHost(list(rules_of(plan)))

    @classmethod
    def open(cls, plan: Plan) -> Chainer | Absence:
        """Return a chainer, or why there is none: durable-rules is not installed, or the rulebook beyond its limits."""
        if not available():
            return "unavailable"
        try:
            return cls(plan)
        except (FenceError, TooManyWaysError):
            return "beyond_limits"

    def close(self) -> None:
        """Free the engine's memory."""
        self._host.close()

    def fire(self, card: Scorecard, inputs: Inputs) -> tuple[str, ...]:
        """Return the rules that fired for a unit, in order, having found them the same as on the exact road.

        Raises:
            DisagreementError: They are not the same.
        """
        best = {
            node.id: node.trace.group_best
            for node in card.leaves()
            if node.trace is not None and node.trace.group_best is not None
        }
        fired = self._host.fire(list(facts_of(self.plan, inputs, best)))
        expected = set(_expected(card))
        taken = {n.id: n.trace.route for n in card.leaves() if n.trace is not None}
        # One rule may have come about in several ways; each of them fires once.
        first: dict[str, Firing] = {}
        for firing in fired:
            first.setdefault(_without_way(firing.rule), firing)
        found = {name for name in first if _counts(name, taken)}
        if expected != found or len({firing.rule for firing in fired}) != len(fired):
            raise DisagreementError(tuple(sorted(expected - found)), tuple(sorted(found - expected)))
        return tuple(self._label(firing) for firing in first.values())

    def _label(self, firing: Firing) -> str:
        """Name a firing as the decree does: ``8.2/b``, ``finding:x``, ``x>5.4/a``."""
        name = _without_way(firing.rule)
        if "#" not in name or ">" in name:
            return name.split("#", 1)[0]
        leaf, rest = name.split("#", 1)
        if ":" in rest:
            return f"{leaf}/{rest.split(':', 1)[1]}"
        if rest == "na":
            return f"{leaf}/not_applicable"
        route, piece = (int(part) for part in rest.split("."))
        held = self.plan.by_id[leaf].routes[route]
        clause = held.pieces[piece].clause
        return f"{leaf}/{clause}" if held.clause in (None, clause) else f"{leaf}/{held.clause}/{clause}"


def _without_way(rule: str) -> str:
    """Take off the number that tells apart the ways in which one rule can come about."""
    if rule.startswith("finding:") or ">" in rule or ":" in rule.partition("#")[2]:
        return rule
    return rule.rpartition(".")[0]


def _counts(name: str, taken: dict[str, int]) -> bool:
    """Leave out parts of checklists on routes that were not taken: their facts are there all the same."""
    leaf, _, rest = name.partition("#")
    return ":" not in rest or leaf.startswith("finding:") or ">" in leaf or taken[leaf] == int(rest.split(":")[0])


def _expected(card: Scorecard) -> Iterator[str]:
    """Yield the rules that the exact road says must fire."""
    for state in card.findings:
        if state.holds:
            yield f"finding:{state.id}"
            finding = next(f.finding for f in card.plan.findings if f.finding.id == state.id)
            for number, consequence in enumerate(finding.consequences):
                yield f"{state.id}>{consequence.criterion}/{consequence.clause}#{number}"
    for node in card.leaves():
        if node.trace is not None:
            yield from _expected_of(node.trace)


def _expected_of(trace: Trace) -> Iterator[str]:
    name = trace.plan.id
    if trace.state == "not_applicable" and trace.route < 0 and not trace.lacking:
        yield f"{name}#na"
    if trace.route >= 0:
        measured = trace.plan.routes[trace.route].measured
        if isinstance(measured, Tally):
            yield f"{name}#{trace.route}.0"
        elif trace.piece >= 0:
            yield f"{name}#{trace.route}.{trace.piece}"
    for place, route in enumerate(trace.plan.routes):
        if isinstance(route.measured, Tally) and place == trace.route:
            for item, held in zip(route.measured.items, trace.held, strict=True):
                if held:
                    yield f"{name}#{place}:{item.clause}"
