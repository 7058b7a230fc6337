"""Leave to record, recordings, and what officers do to a visit that runs or is kept, version 1.

The file itself holds a visit to the kind that it was booked for, refuses leave to record a kind
that is private by law, and drops no leave that was ever given.
"""

_MAY_BE_RECORDED = "('social','family','clergy','official')"

STATEMENTS = (
    """CREATE TRIGGER visit_kind_stands BEFORE UPDATE OF kind ON visits
WHEN NEW.kind <> OLD.kind AND NOT (OLD.status = 'held' AND OLD.waits_for = '')
BEGIN
  SELECT RAISE(ABORT, 'the kind of a visit stands from its booking on');
END""",
    """CREATE TABLE recording_grants (
  grant_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  terminal_id TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  evidence_key TEXT NOT NULL,
  signed TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  UNIQUE (visit_id, terminal_id, starts_at, ends_at, evidence_key)
) STRICT""",
    f"""CREATE TRIGGER grants_for_known_kinds BEFORE INSERT ON recording_grants
WHEN coalesce((SELECT kind FROM visits WHERE visit_id = NEW.visit_id), '')
  NOT IN {_MAY_BE_RECORDED}
BEGIN
  SELECT RAISE(ABORT, 'nothing allows recording a visit of this kind');
END""",  # noqa: S608 - constant parts
    """CREATE TRIGGER grants_stay BEFORE DELETE ON recording_grants
BEGIN
  SELECT RAISE(ABORT, 'leave to record is never forgotten');
END""",
    """CREATE TRIGGER grants_stand BEFORE UPDATE ON recording_grants
BEGIN
  SELECT RAISE(ABORT, 'leave to record is never altered');
END""",
    """CREATE TABLE grants_refused (
  visit_id TEXT PRIMARY KEY REFERENCES visits,
  why TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT""",
    """CREATE TABLE recordings (
  recording_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  grant_id TEXT NOT NULL REFERENCES recording_grants,
  pieces INTEGER NOT NULL,
  last_link TEXT NOT NULL,
  began_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  cut_off INTEGER NOT NULL CHECK (cut_off IN (0, 1)),
  statement TEXT NOT NULL,
  heard_at TEXT NOT NULL
) STRICT""",
    "CREATE INDEX recordings_by_visit ON recordings (visit_id, began_at)",
    """CREATE TABLE recording_troubles (
  visit_id TEXT NOT NULL REFERENCES visits,
  at TEXT NOT NULL,
  why TEXT NOT NULL,
  blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
  PRIMARY KEY (visit_id, at)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE supervisions (
  visit_id TEXT PRIMARY KEY REFERENCES visits,
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)),
  why TEXT NOT NULL DEFAULT '',
  notice_id TEXT,
  notice TEXT NOT NULL DEFAULT ''
) STRICT""",
    """CREATE TABLE watches (
  watch_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  officer_id TEXT NOT NULL REFERENCES officers,
  purpose TEXT NOT NULL,
  began_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  ended_at TEXT
) STRICT""",
    "CREATE INDEX watches_open ON watches (last_seen_at) WHERE ended_at IS NULL",
    "CREATE INDEX watches_by_visit ON watches (visit_id, began_at)",
    """CREATE TABLE visit_notes (
  note_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  officer_id TEXT NOT NULL REFERENCES officers,
  at TEXT NOT NULL,
  text TEXT NOT NULL,
  saved_at TEXT NOT NULL
) STRICT""",
    "CREATE INDEX notes_by_visit ON visit_notes (visit_id, at)",
    """CREATE TABLE legal_holds (
  hold_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  reason TEXT NOT NULL,
  placed_by TEXT NOT NULL REFERENCES officers,
  placed_at TEXT NOT NULL,
  lifted_by TEXT REFERENCES officers,
  lifted_at TEXT,
  lifted_why TEXT NOT NULL DEFAULT ''
) STRICT""",
    "CREATE UNIQUE INDEX one_hold_at_once ON legal_holds (visit_id) WHERE lifted_at IS NULL",
    """CREATE TABLE purges (
  purge_id TEXT PRIMARY KEY,
  visit_id TEXT NOT NULL REFERENCES visits,
  reason TEXT NOT NULL,
  asked_by TEXT REFERENCES officers,
  asked_at TEXT NOT NULL,
  confirmed_by TEXT REFERENCES officers,
  confirmed_at TEXT,
  done_at TEXT,
  stones TEXT NOT NULL DEFAULT '[]',
  withdrawn_at TEXT,
  CHECK (asked_by IS NULL OR confirmed_by IS NULL OR asked_by <> confirmed_by)
) STRICT""",
    "CREATE INDEX purges_by_visit ON purges (visit_id)",
)
