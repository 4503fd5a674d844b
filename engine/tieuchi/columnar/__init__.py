"""Score many units: a rulebook as code over columns of integers, and two machines that run it.

``layout`` says which integer columns a rulebook reads and at which scale, ``program`` is the rulebook in whole numbers
over these columns, made by ``lower*``, and ``limits`` proves up to which magnitudes 64 bits hold it. ``encode`` writes
it as ``code``: a flat list of steps, each a loop over a block of units. ``numpy_*`` runs the code for few units and for
what 64 bits can't hold (``wide``), where it must in Python integers; ``kernel*`` is the machine for many, compiled by
numba. ``best`` finds what group-relative scales compare with, ``road`` chooses.

Every road gives the same integers: points in the rulebook's quantum, rounded half up once for each sub-criterion.
"""
