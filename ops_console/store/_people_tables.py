"""Tables of units, terminals, inmates, officers, visitors and approvals, version 1.

`about` columns hold further facts, as JSON in the words of `ops_console.rules.facts`.
"""

STATEMENTS = (
    """CREATE TABLE units (
  unit_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE
) STRICT""",
    """CREATE TABLE terminals (
  terminal_id TEXT PRIMARY KEY,
  unit_id TEXT NOT NULL REFERENCES units,
  name TEXT NOT NULL,
  out_since TEXT,
  out_reason TEXT NOT NULL DEFAULT ''
) STRICT""",
    """CREATE TABLE inmates (
  inmate_id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE COLLATE NOCASE,
  last_name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  unit_id TEXT REFERENCES units,
  pin_verifier TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '{}'
) STRICT""",
    "CREATE INDEX inmates_by_unit ON inmates (unit_id)",
    """CREATE TABLE inmate_cards (
  card_id TEXT PRIMARY KEY,
  inmate_id TEXT NOT NULL REFERENCES inmates
) STRICT""",
    "CREATE INDEX cards_by_inmate ON inmate_cards (inmate_id)",
    """CREATE TABLE officers (
  officer_id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL,
  admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
  password_verifier TEXT NOT NULL
) STRICT""",
    "CREATE TABLE log_in_tries (login TEXT NOT NULL COLLATE NOCASE, at TEXT NOT NULL) STRICT",
    "CREATE INDEX tries_by_login ON log_in_tries (login, at)",
    """CREATE TABLE log_in_locks (
  login TEXT PRIMARY KEY COLLATE NOCASE,
  locked_at TEXT NOT NULL
) STRICT""",
    """CREATE TABLE visitors (
  visitor_id TEXT PRIMARY KEY,
  full_name TEXT NOT NULL,
  born_on TEXT NOT NULL,
  address TEXT NOT NULL,
  email TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '{}'
) STRICT""",
    """CREATE TABLE access_requests (
  request_id TEXT PRIMARY KEY,
  visitor_id TEXT NOT NULL REFERENCES visitors,
  full_name TEXT NOT NULL,
  born_on TEXT NOT NULL,
  address TEXT NOT NULL,
  email TEXT NOT NULL,
  inmate_number TEXT NOT NULL,
  inmate_last_name TEXT NOT NULL,
  inmate_id TEXT REFERENCES inmates,
  relationship TEXT NOT NULL,
  kind TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  document TEXT,
  companions TEXT NOT NULL DEFAULT '[]',
  status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'approved', 'refused')),
  decided_at TEXT,
  decided_by TEXT REFERENCES officers,
  reason TEXT NOT NULL DEFAULT '',
  CHECK ((status = 'waiting') = (decided_at IS NULL))
) STRICT""",
    "CREATE INDEX requests_by_status ON access_requests (status, asked_at)",
    """CREATE TABLE approvals (
  approval_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  visitor_id TEXT NOT NULL REFERENCES visitors,
  inmate_id TEXT NOT NULL REFERENCES inmates,
  kinds TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  reason TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  relationship TEXT NOT NULL DEFAULT '',
  UNIQUE (visitor_id, inmate_id)
) STRICT""",
    "CREATE INDEX approvals_by_inmate ON approvals (inmate_id)",
    """CREATE TABLE companions (
  person_id TEXT PRIMARY KEY,
  approval_id TEXT NOT NULL REFERENCES approvals,
  full_name TEXT NOT NULL,
  born_on TEXT NOT NULL,
  relationship TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  about TEXT NOT NULL DEFAULT '{}'
) STRICT""",
    "CREATE INDEX companions_by_approval ON companions (approval_id)",
)

# Before there were custodians, every officer could play recordings: nobody is locked out by that.
CUSTODIANS = (
    """ALTER TABLE officers ADD COLUMN custodian INTEGER NOT NULL DEFAULT 0
CHECK (custodian IN (0, 1))""",
    "UPDATE officers SET custodian = 1",
)
