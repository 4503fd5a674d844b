"""Proofs that a rulebook means what it says: the author's side of the one interval algebra (``tieuchi.algebra``).

``leaf`` asks the questions about one sub-criterion, ``book`` those about findings, weights and grades, ``percent``
looks for shares written as plain numbers. Sums of maxima, gaps, overlaps and thresholds out of order are refused when
a rulebook is loaded; here is what loads but hardly can be meant. A checklist adds up and is never asked for gaps.
Where no answer is found within the limits the finding says *not proven*: a note, never a warning.
"""
