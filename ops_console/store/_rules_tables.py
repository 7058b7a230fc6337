"""Tables of the rules' versions and of the facts that only the rules ask for, version 1."""

STATEMENTS = (
    """CREATE TABLE rules_versions (
  number INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  saved_by TEXT,
  reason TEXT NOT NULL
) STRICT""",
    """CREATE TABLE rules_stamp (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  stamp TEXT NOT NULL
) STRICT""",
    "INSERT INTO rules_stamp (only, stamp) VALUES (1, hex(randomblob(8)))",
    *(
        f"""CREATE TRIGGER rules_stamped_by_{table}_{event} AFTER {event} ON {table}
BEGIN
  UPDATE rules_stamp SET stamp = hex(randomblob(8));
END"""  # noqa: S608 - constant parts
        for table in ("rules_versions", "units", "terminals")
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
    """CREATE TABLE keep_separates (
  first_id TEXT NOT NULL,
  second_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (first_id, second_id),
  CHECK (first_id < second_id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX separates_by_second ON keep_separates (second_id)",
    """CREATE TABLE no_contact_orders (
  person_id TEXT NOT NULL,
  inmate_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, inmate_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE bars (
  bar_id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  starts_at TEXT,
  ends_at TEXT,
  kinds TEXT,
  channels TEXT,
  reason TEXT NOT NULL
) STRICT""",
    "CREATE INDEX bars_by_person ON bars (person_id)",
    """CREATE TABLE engagements (
  engagement_id TEXT PRIMARY KEY,
  inmate_id TEXT NOT NULL REFERENCES inmates,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  what TEXT NOT NULL,
  CHECK (starts_at < ends_at)
) STRICT""",
    "CREATE INDEX engagements_by_inmate ON engagements (inmate_id, ends_at)",
    """CREATE TABLE closures (
  closure_id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT,
  kinds TEXT,
  reason TEXT NOT NULL
) STRICT""",
    """CREATE TABLE waiting (
  waiting_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  visitor_id TEXT NOT NULL,
  approval_id TEXT NOT NULL REFERENCES approvals,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  companions TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  standing TEXT NOT NULL,
  visit_id TEXT,
  asked_at TEXT NOT NULL
) STRICT""",
    "CREATE INDEX waiting_by_standing ON waiting (standing, asked_at)",
    "CREATE INDEX waiting_by_visit ON waiting (visit_id)",
)

# Another stamp whenever anything else has changed that a decision may be read from.
FACTS_STAMP = (
    """CREATE TABLE facts_stamp (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  stamp TEXT NOT NULL
) STRICT""",
    "INSERT INTO facts_stamp (only, stamp) VALUES (1, hex(randomblob(8)))",
    *(
        f"""CREATE TRIGGER facts_stamped_by_{table}_{event} AFTER {event} ON {table}
BEGIN
  UPDATE facts_stamp SET stamp = hex(randomblob(8));
END"""  # noqa: S608 - constant parts
        for table in (
            "inmates",
            "visitors",
            "companions",
            "approvals",
            "keep_separates",
            "no_contact_orders",
            "bars",
            "engagements",
            "closures",
        )
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
)
