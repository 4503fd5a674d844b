"""What would change the points: better figures, other thresholds, next year's rules.

``rescore`` keeps one unit scored while its figures change; everything about one unit stands on it: ``difference``
(before and after), ``touches`` (what a place can reach), ``headroom`` (the exact inverse of every scale), ``goal`` (the
cheapest changes that reach a target), ``fragility`` (what rounding decides) and ``compare`` (rules or performance?).
``dial`` says what a number of a rulebook moves: on it stand ``terms``, ``breakpoints``, ``sweep`` and ``cutoff`` where
that is the end of a step, and ``moving``, ``curves``, ``bends`` and ``levels`` for any other. ``simulate`` draws
figures and thresholds and scores all draws by the columnar road.

Nothing here reads a file or a clock. What decides points is exact: rational numbers for one unit, whole numbers of
quanta for many.
"""
