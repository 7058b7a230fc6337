"""What terminals' camera helpers raised, and what officers made of it, version 1.

The file itself refuses an alarm of a visit whose kind is private by law.
"""

STATEMENTS = (
    """CREATE TABLE face_alarms (
  alarm_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  trouble TEXT NOT NULL CHECK (trouble IN ('no-face', 'covered')),
  since TEXT NOT NULL,
  until TEXT,
  heard_at TEXT NOT NULL,
  judged TEXT CHECK (judged IN ('right', 'false')),
  judged_by TEXT REFERENCES officers,
  judged_at TEXT,
  UNIQUE (visit_id, since)
) STRICT""",
    "CREATE INDEX face_alarms_since ON face_alarms (since)",
    """CREATE TRIGGER alarms_for_known_kinds BEFORE INSERT ON face_alarms
WHEN coalesce((SELECT kind FROM visits WHERE visit_id = NEW.visit_id), '')
  NOT IN ('social', 'family', 'clergy', 'official')
BEGIN
  SELECT RAISE(ABORT, 'nobody looks for faces in a visit of this kind');
END""",
)
