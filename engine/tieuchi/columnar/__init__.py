"""Score many units: a rulebook as flat tables of integers, and two roads that read them.

``layout`` says which integer columns a rulebook reads and at which scale, ``program`` is the rulebook in whole numbers
over these columns, made by ``lower*``, and ``limits`` proves up to which magnitudes 64 bits hold it. ``numpy_*`` is the
road for few units, ``kernel*`` the numba road over blocks of many units, ``wide`` repeats in Python integers what 64
bits can't hold, ``best`` finds what group-relative scales compare with, ``road`` chooses.

Every road gives the same integers: points in the rulebook's quantum, rounded half up once for each sub-criterion.
"""
