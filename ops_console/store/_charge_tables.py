"""Which booked visits go beyond what is free, version 1."""

STATEMENTS = (
    """CREATE TABLE charges (
  visit_id TEXT PRIMARY KEY,
  entries TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
)
