"""Proofs that a rulebook means what it says: the author's side of the one interval algebra.

Every scale has come down to routes (tests) and pieces (intervals of a value). A question about a rulebook, such as
"does any reading reach this clause?", is a *query*: atoms that must hold together, and alternatives of which one must
hold (an earlier branch fails if one of its tests fails). ``solve`` answers with a *witness*, concrete readings inside
their declared ranges, or with a proof that there is none:

1. ``interval``: intersections of intervals, whole numbers, the simplest fraction between two ends. Exact, and enough
   for one reading, for a ratio of two, and for growth.
2. ``smt``: what is left (several readings that depend on each other) is linear, for a quotient lies between two ends
   just if its numerator lies between two multiples of its denominator. z3 decides it within a time limit.
3. Where neither answers, the finding says *not proven*: a note, never a warning.

``leaf`` asks the questions about one sub-criterion, ``book`` those about findings, weights and grades, ``percent``
looks for shares written as plain numbers. Sums of maxima, gaps, overlaps and thresholds out of order are refused when
a rulebook is loaded; here is what loads but hardly can be meant. A checklist adds up and is never asked for gaps.
"""
