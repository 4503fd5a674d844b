"""The interval algebra of rulebooks: does any reading do this, and which?

Every scale has come down to routes (tests) and pieces (intervals of a value). A question about a rulebook, such as
"does any reading reach this clause?", is a *query*: atoms that must hold together, and alternatives of which one must
hold (an earlier branch fails if one of its tests fails). ``solve`` answers with a *witness*, concrete readings inside
their declared ranges, or with a proof that there is none:

1. ``interval``: intersections of intervals, whole numbers, the simplest fraction between two ends. Exact, and enough
   for one reading, for a ratio of two, and for growth.
2. ``smt``: what is left (several readings that depend on each other) is linear, for a quotient lies between two ends
   just if its numerator lies between two multiples of its denominator. z3 decides it within a time limit.
3. Where neither answers, the answer is ``UNDECIDED``, never a guess.

Loading asks it for readings that show what is wrong with a rulebook, ``proofs`` for everything else about one.
"""
