"""Tables of visits, their history, what is published and what devices said, version 1.

The triggers have the last word on double booking, whoever writes and however many at once.
"""

from string import Template

_HOLDING = "('held','booked','checked-in','waiting','in-progress','interrupted','ended','no-show')"


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


def _refuse_busy_people(name: str, event: str, people: str) -> str:
    """A trigger that refuses a visit while somebody of its party is in another one."""
    return f"""CREATE TRIGGER {name}_free AFTER {event}
WHEN (SELECT status FROM visits WHERE visit_id = NEW.visit_id) IN {_HOLDING}
BEGIN
  SELECT RAISE(ABORT, 'visitor-already-booked')
  FROM visits AS mine JOIN visits AS other JOIN visit_people AS theirs
    ON theirs.visit_id = other.visit_id
  WHERE mine.visit_id = NEW.visit_id AND other.visit_id <> NEW.visit_id
    AND theirs.person_id IN {people if people.startswith("(") else f"({people})"}
    AND other.status IN {_HOLDING}
    AND other.starts_at < mine.ends_at AND mine.starts_at < other.ends_at;
END"""  # noqa: S608 - constant parts


def _note_changes(name: str, event: str, visits: str) -> str:
    """A trigger that numbers what changes about who holds which time, for whoever keeps a ledger.

    The stamp tells a change that was undone from the one that came in its place.
    """
    return f"""CREATE TRIGGER {name} AFTER {event}
BEGIN
  INSERT INTO visit_changes (stamp, visit_id) SELECT hex(randomblob(8)), {visits};
END"""


_CHANGES = (
    ("visit_added", "INSERT ON visits", "NEW.visit_id"),
    (
        "visit_changed",
        "UPDATE OF status, starts_at, ends_at, inmate_id, unit_id, terminal_id, session ON visits",
        "NEW.visit_id",
    ),
    ("visit_forgotten", "DELETE ON visits", "OLD.visit_id"),
    ("visit_people_added", "INSERT ON visit_people", "NEW.visit_id"),
    (
        "inmate_changed",
        "UPDATE OF unit_id, about, last_name ON inmates",
        f"visit_id FROM visits WHERE inmate_id = NEW.inmate_id AND status IN {_HOLDING}",
    ),
)
_UPDATE = "UPDATE OF visit_id, status, starts_at, ends_at, inmate_id, visitor_id, terminal_id"

STATEMENTS = (
    f"""CREATE TABLE visits (
  visit_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL DEFAULT 'remote',
  session TEXT,
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
  held_until TEXT,
  waits_for TEXT NOT NULL DEFAULT '',
  CHECK (starts_at < ends_at),
  CHECK (status NOT IN {_HOLDING} OR (inmate_id IS NOT NULL AND unit_id IS NOT NULL)),
  CHECK (status NOT IN {_HOLDING} OR channel = 'in-person' OR terminal_id IS NOT NULL),
  CHECK ((status = 'held') = (held_until IS NOT NULL))
) STRICT""",
    "CREATE INDEX visits_by_start ON visits (starts_at)",
    "CREATE INDEX visits_by_inmate ON visits (inmate_id, ends_at)",
    "CREATE INDEX visits_by_visitor ON visits (visitor_id, ends_at)",
    "CREATE INDEX visits_by_terminal ON visits (terminal_id, ends_at)",
    "CREATE INDEX visits_by_unit ON visits (unit_id, starts_at)",
    "CREATE INDEX visits_by_approval ON visits (approval_id)",
    """CREATE INDEX visits_unfinished ON visits (ends_at)
WHERE status IN ('booked','checked-in','waiting','in-progress','interrupted')""",
    "CREATE INDEX visits_held ON visits (held_until) WHERE status = 'held'",
    """CREATE TABLE visit_people (
  visit_id TEXT NOT NULL REFERENCES visits ON DELETE CASCADE,
  person_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (visit_id, person_id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX visits_by_person ON visit_people (person_id)",
    *(
        _refuse_overlap(column, code, moment, event)
        for moment, event in (("insert", "INSERT"), ("update", _UPDATE))
        for column, code in (
            ("inmate_id", "inmate-already-booked"),
            ("visitor_id", "visitor-already-booked"),
            ("terminal_id", "no-place-free"),
        )
    ),
    _refuse_busy_people("visit_people", "INSERT ON visit_people", "NEW.person_id"),
    _refuse_busy_people(
        "moved_people",
        "UPDATE OF status, starts_at, ends_at ON visits",
        "(SELECT person_id FROM visit_people WHERE visit_id = NEW.visit_id)",
    ),
    """CREATE TABLE visit_changes (
  number INTEGER PRIMARY KEY,
  stamp TEXT NOT NULL,
  visit_id TEXT NOT NULL
) STRICT""",
    *(_note_changes(*one) for one in _CHANGES),
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
  entry TEXT,
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
    """CREATE TABLE stale_units (
  unit_id TEXT PRIMARY KEY REFERENCES units,
  agenda INTEGER NOT NULL CHECK (agenda IN (0, 1)),
  stamp TEXT NOT NULL
) STRICT""",
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

# What is shown and searched is mostly to come: by their ends, years of visits that are over are
# not even looked at.
BY_THEIR_END = (
    "DROP INDEX visits_by_start",
    "DROP INDEX visits_by_unit",
    "CREATE INDEX visits_by_end ON visits (ends_at)",
    "CREATE INDEX visits_by_unit ON visits (unit_id, ends_at)",
)

# Most requests of a rush are refused, and a refusal holds no time: no ledger need look at it.
_OF_TIME_HELD = (
    ("visit_added", "INSERT ON visits", f"NEW.visit_id WHERE NEW.status IN {_HOLDING}"),
    (
        "visit_changed",
        "UPDATE OF status, starts_at, ends_at, inmate_id, unit_id, terminal_id, session ON visits",
        f"NEW.visit_id WHERE OLD.status IN {_HOLDING} OR NEW.status IN {_HOLDING}",
    ),
    ("visit_forgotten", "DELETE ON visits", f"OLD.visit_id WHERE OLD.status IN {_HOLDING}"),
    (
        "visit_people_added",
        "INSERT ON visit_people",
        f"visit_id FROM visits WHERE visit_id = NEW.visit_id AND status IN {_HOLDING}",
    ),
)
CHANGES_OF_TIME_HELD = tuple(
    statement
    for one in _OF_TIME_HELD
    for statement in (f"DROP TRIGGER {one[0]}", _note_changes(*one))
)

# Whether somebody or something is taken is asked of each booking, and a terminal has hundreds of
# visits to come: the indexes hold what is asked of them, so that only a visit that stands in the
# way has to be read. Most that are refused have no terminal, and nobody asks for those.
BY_WHAT_IS_TAKEN = (
    "DROP INDEX visits_by_inmate",
    "DROP INDEX visits_by_visitor",
    "DROP INDEX visits_by_terminal",
    "CREATE INDEX visits_by_inmate ON visits (inmate_id, ends_at, starts_at, status)",
    "CREATE INDEX visits_by_visitor ON visits (visitor_id, ends_at, starts_at, status)",
    """CREATE INDEX visits_by_terminal ON visits (terminal_id, ends_at, starts_at, status)
WHERE terminal_id IS NOT NULL""",
)
