"""What a rulebook, an indicator, a reading and a scorecard say. Frozen, and without any input or output."""
