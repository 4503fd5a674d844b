"""The boundary book: for every threshold of a rulebook, what holds just under it, at it and just above it.

``rows`` asks the proofs for readings on each side of every threshold, test and finding, and scores them by the exact
road; ``cases`` writes the rows as a case file that ``tieuchi test`` runs. Sheets and pages are made by ``render``.
"""
