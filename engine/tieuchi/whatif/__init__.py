"""What would change the points: better figures, other thresholds, next year's rules.

``rescore`` keeps one unit scored while its figures change; everything about one unit stands on it: ``difference``
(before and after), ``touches`` (what a place can reach), ``headroom`` (the exact inverse of every scale), ``goal`` (the
cheapest changes that reach a target), ``fragility`` (what rounding decides) and ``compare`` (rules or performance?).
``parametric`` reads how a sub-criterion's points depend on its thresholds; on it stand ``breakpoints``, ``sweep`` and
``cutoff`` over many units. ``simulate`` draws figures and thresholds and scores all draws by the columnar road.

Nothing here reads a file or a clock. What decides points is exact: rational numbers for one unit, whole numbers of
quanta for many.
"""
