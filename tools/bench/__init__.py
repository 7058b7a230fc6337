"""Measurements. Each module here has `measure() -> list[Row]` and `NAMES`, its row prefixes."""
