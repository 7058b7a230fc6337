"""Recordings: what is kept of a visit, and how it reaches the console."""
