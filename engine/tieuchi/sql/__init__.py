"""The same points as SQL: one SELECT that scores a table inside its database, in whole numbers only.

``dialects`` knows what each database calls things, ``layers`` stacks sub-selects, ``values``, ``codes``, ``leaves``,
``findings``, ``rounding``, ``best``, ``sums`` and ``exact`` write a program's parts, ``generate`` puts them together,
``run`` runs the text. Emitted are only comparisons, +, −, ×, CASE, and whole division and remainders of numbers that
are not negative; anything else means something different from one database to the next.

A sub-criterion takes two steps: one CASE tells the *piece* that a unit lands on (``codes``), a second one its points.
Where nobody asks for states and clauses, one CASE gives the points at once.
What is not known is NULL all the way, so that states are asked for only where something lacks.
"""
