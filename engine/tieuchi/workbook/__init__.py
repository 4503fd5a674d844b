"""Excel, in and out: the form that offices fill in, the scored workbook as live formulas, the matrix of many units.

``form`` writes the input workbook and ``form_reading`` reads it back; every reading keeps its cell. ``live`` compiles
the canonical form of a rulebook (routes, tests, pieces) to formulas: an expression tree (``formula``) that is written
as Excel and, at the same time, evaluated exactly here, so that every cell has its cached value. ``ranking`` writes
results of many units. Nothing here decides a point by itself.
"""
