"""Scorecards and explanations in words, tables and JSON. Nothing is scored here."""
