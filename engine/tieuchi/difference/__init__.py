"""What changed between two rulebooks, in the words of the rules, and what that does to units.

``changes`` compares two rulebooks criterion by criterion: thresholds and points by clause, maxima, values, findings,
grades. ``effect`` scores the same units by both and says who gains, who loses and where.
"""
