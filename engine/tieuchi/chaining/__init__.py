"""Which rules fire for the facts of one unit, and what follows from them: the adapter to durable-rules.

It is given rules about whole numbers and texts and gives back their names; points, ratios and words are the
business of others. Rules pass a fence first (``fence``), are fired by the engine (``host``), and can be
fired by a twin in plain Python (``reference``), which must agree on every rule and on the order.
"""

from tieuchi.chaining.fence import Comparison, Fact, Fenced, FenceError, FireRule, Firing, fenced
from tieuchi.chaining.host import RuleHost, available, unavailable_reason
from tieuchi.chaining.reference import fire_reference

__all__ = [
    "Comparison",
    "Fact",
    "FenceError",
    "Fenced",
    "FireRule",
    "Firing",
    "RuleHost",
    "available",
    "fenced",
    "fire_reference",
    "unavailable_reason",
]
