"""Exact scoring of one unit: readings to points, with the steps that led there. Pure functions.

``inputs`` turns readings into numbers, ``tests`` says whether conditions hold (yes, no, or not known yet),
``leaf`` scores one sub-criterion, ``findings`` which findings hold and what they take, ``aggregate`` adds up.
"""
