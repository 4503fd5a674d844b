"""Tables of many units: read, scored, ranked and written, in memory or streamed, without losing a bad row."""
