"""The table of audit lines, version 1. The file itself refuses to change or drop a line.

Whoever writes past these triggers is found by `ops_console.audit.verify`.
"""

STATEMENTS = (
    """CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  verb TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  details TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT""",
    "CREATE INDEX audit_by_object ON audit (object_kind, object_id)",
    """CREATE TRIGGER audit_lines_stay BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit lines are never removed');
END""",
    """CREATE TRIGGER audit_lines_stand BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit lines are never altered');
END""",
    """CREATE TRIGGER audit_lines_follow BEFORE INSERT ON audit
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
  OR NEW.previous_hash <> coalesce((SELECT hash FROM audit ORDER BY number DESC LIMIT 1), '')
BEGIN
  SELECT RAISE(ABORT, 'audit lines are only appended');
END""",
)
