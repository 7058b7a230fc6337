"""Tables of visits, their history, what is published and what devices said, version 1.

The triggers have the last word on double booking, whoever writes and however many at once.
"""

from string import Template

_HOLDING = "('booked','checked-in','waiting','in-progress','interrupted','ended','no-show')"


_FREE = Template("""CREATE TRIGGER ${column}_free_on_$moment BEFORE $event ON visits
WHEN NEW.status IN $holding
BEGIN
  SELECT RAISE(ABORT, '$code') FROM visits AS other
  WHERE other.$column = NEW.$column AND other.visit_id <> NEW.visit_id
    AND other.status IN $holding
    AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at;
END""")


def _refuse_overlap(column: str, code: str, moment: str, event: str) -> str:
    """A trigger that refuses a visit whose `column` is taken for part of its slot."""
    return _FREE.substitute(column=column, code=code, moment=moment, event=event, holding=_HOLDING)


_UPDATE = "UPDATE OF visit_id, status, starts_at, ends_at, inmate_id, visitor_id, terminal_id"

STATEMENTS = (
    f"""CREATE TABLE visits (
  visit_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  kind TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  status TEXT NOT NULL,
  cause TEXT,
  visitor_id TEXT NOT NULL,
  approval_id TEXT NOT NULL,
  inmate_id TEXT REFERENCES inmates,
  unit_id TEXT REFERENCES units,
  terminal_id TEXT REFERENCES terminals,
  asked_at TEXT NOT NULL,
  seen_at TEXT,
  visitor_came_at TEXT,
  inmate_came_at TEXT,
  last_sequence INTEGER,
  CHECK (starts_at < ends_at),
  CHECK (status NOT IN {_HOLDING}
    OR (inmate_id IS NOT NULL AND unit_id IS NOT NULL AND terminal_id IS NOT NULL))
) STRICT""",
    "CREATE INDEX visits_by_start ON visits (starts_at)",
    "CREATE INDEX visits_by_inmate ON visits (inmate_id, ends_at)",
    "CREATE INDEX visits_by_visitor ON visits (visitor_id, ends_at)",
    "CREATE INDEX visits_by_terminal ON visits (terminal_id, ends_at)",
    "CREATE INDEX visits_by_unit ON visits (unit_id, starts_at)",
    "CREATE INDEX visits_by_approval ON visits (approval_id)",
    """CREATE INDEX visits_unfinished ON visits (ends_at)
WHERE status IN ('booked','checked-in','waiting','in-progress','interrupted')""",
    """CREATE VIEW held_times AS
SELECT starts_at, ends_at, inmate_id, visitor_id, terminal_id FROM visits
WHERE status NOT IN ('requested', 'refused', 'cancelled')""",
    *(
        _refuse_overlap(column, code, moment, event)
        for moment, event in (("insert", "INSERT"), ("update", _UPDATE))
        for column, code in (
            ("inmate_id", "inmate-already-booked"),
            ("visitor_id", "visitor-already-booked"),
            ("terminal_id", "no-place-free"),
        )
    ),
    """CREATE TABLE visit_history (
  visit_id TEXT NOT NULL REFERENCES visits,
  line INTEGER NOT NULL,
  at TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  what TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_id TEXT,
  before TEXT,
  after TEXT,
  cause TEXT,
  standing TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (visit_id, line)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE visit_refusals (
  visit_id TEXT NOT NULL REFERENCES visits,
  place INTEGER NOT NULL,
  code TEXT NOT NULL,
  visitor_text TEXT NOT NULL,
  officer_text TEXT NOT NULL,
  PRIMARY KEY (visit_id, place)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE early_reports (
  visit_id TEXT NOT NULL REFERENCES visits,
  sequence INTEGER NOT NULL,
  terminal_id TEXT NOT NULL,
  report TEXT NOT NULL,
  came_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, sequence)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE publications (
  kind TEXT NOT NULL CHECK (kind IN ('agenda', 'calendar')),
  unit_id TEXT NOT NULL REFERENCES units,
  revision INTEGER NOT NULL,
  content TEXT NOT NULL,
  notice TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  PRIMARY KEY (kind, unit_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE presence (
  device TEXT PRIMARY KEY,
  boot_id TEXT NOT NULL,
  state TEXT NOT NULL,
  version TEXT NOT NULL,
  since TEXT NOT NULL,
  details TEXT NOT NULL,
  heard_at TEXT NOT NULL
) STRICT""",
)
