"""The console's memory: one SQLite file, one file of functions for each family of tables.

Readers take a `Database` from `visits.sync.database.Readers`; functions whose names begin with
`save`, `note`, `delete` and the like belong inside a `Writer`'s work and are for use cases only.
"""

from ops_console.store import (
    approvals,
    audit,
    audit_tree,
    booked,
    charges,
    devices,
    face_alarms,
    facility,
    facts,
    finding,
    grants,
    keeping,
    people,
    publishing,
    quality,
    receipts,
    recordings,
    reports,
    rules,
    supervision,
    unfinished,
    visits,
    waiting,
)

__all__ = [
    "approvals",
    "audit",
    "audit_tree",
    "booked",
    "charges",
    "devices",
    "face_alarms",
    "facility",
    "facts",
    "finding",
    "grants",
    "keeping",
    "people",
    "publishing",
    "quality",
    "receipts",
    "recordings",
    "reports",
    "rules",
    "supervision",
    "unfinished",
    "visits",
    "waiting",
]
