"""Campaigns of hostile and broken input, run on demand."""
