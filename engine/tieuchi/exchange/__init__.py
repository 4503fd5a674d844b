"""Import and export: PMML Scorecard, DMN decision tables, tables of bands.

Nobody is locked in, and outsiders can check us.

``portable`` says which sub-criteria a target can carry; what it can't say is refused by name. ``pmml`` and ``dmn_out``
write, ``dmn_in`` and ``band_table`` read; ``feel`` knows the unary tests of FEEL in both directions.
"""
