"""The same points as SQL: one SELECT that scores a table inside its database, in whole numbers only.

``dialects`` knows what each database calls things, ``layers`` stacks sub-selects, ``values``, ``leaves`` and ``sums``
write a program's parts, ``generate`` puts them together, ``run`` runs the text on DuckDB and SQLite. Emitted are only
comparisons, +, −, ×, CASE and whole division of numbers that are not negative; anything else means something different
from one database to the next.
"""
