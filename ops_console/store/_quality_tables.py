"""How calls went, what was seen of pages and terminals meanwhile, and what failed, version 1."""

STATEMENTS = (
    """CREATE TABLE quality (
  visit_id TEXT NOT NULL,
  end TEXT NOT NULL,
  attempt TEXT NOT NULL,
  since TEXT NOT NULL,
  sample TEXT NOT NULL,
  came_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, end, attempt, since)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX quality_came ON quality (came_at)",
    """CREATE TABLE witnessed (
  visit_id TEXT NOT NULL,
  at TEXT NOT NULL,
  word TEXT NOT NULL,
  came_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, at, word)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX witnessed_at ON witnessed (word, at)",
    """CREATE TABLE presence_changes (
  device TEXT NOT NULL,
  at TEXT NOT NULL,
  online INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  PRIMARY KEY (device, at)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE to_judge (
  visit_id TEXT NOT NULL PRIMARY KEY,
  due_at TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE failures (
  visit_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT,
  blame TEXT NOT NULL,
  why TEXT NOT NULL,
  judged_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, line)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX failures_starts ON failures (starts_at)",
)
