"""The ops console: the only program that decides."""
