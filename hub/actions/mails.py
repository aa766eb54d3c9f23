"""The queue of letters: what waits, what was given up, what may be tried again."""

HANDED = "handed over, outcome unknown"
"""Stands as a letter's failure from right before the server takes it until the server has answered."""
