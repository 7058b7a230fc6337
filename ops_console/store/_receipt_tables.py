"""The tree over the audit, and what was stated and issued of privileged visits, version 1."""

STATEMENTS = (
    """CREATE TABLE audit_tree (
  level INTEGER NOT NULL,
  place INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE receipts (
  visit_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  statement TEXT NOT NULL,
  receipt TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, number)
) STRICT, WITHOUT ROWID""",
)
