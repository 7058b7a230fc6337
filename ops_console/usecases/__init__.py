"""What the console does, one verb per file. Pages, jobs and parcels all come in by this door.

Officers' use cases take the console, the officer's id and plain values; they raise an
`OfficerMustAct` whose text is meant for the page. They return after the change is durable.
"""

from ops_console.usecases._announcer import Announcer
from ops_console.usecases._console import (
    Console,
    Facility,
    Policy,
)
from ops_console.usecases._front import Broadcaster, Courier
from ops_console.usecases.add_officer import add_officer
from ops_console.usecases.cancel_visit import cancel_visit
from ops_console.usecases.decide_access import approve_access, refuse_access
from ops_console.usecases.end_visit import end_visit
from ops_console.usecases.log_in import log_in, log_out, release_log_in
from ops_console.usecases.set_hours import HoursPreview, preview_hours, set_hours
from ops_console.usecases.show_document import ShownDocument, show_document
from ops_console.usecases.withdraw_approval import Withdrawn, withdraw_approval

__all__ = [
    "Announcer",
    "Broadcaster",
    "Console",
    "Courier",
    "Facility",
    "HoursPreview",
    "Policy",
    "ShownDocument",
    "Withdrawn",
    "add_officer",
    "approve_access",
    "cancel_visit",
    "end_visit",
    "log_in",
    "log_out",
    "preview_hours",
    "refuse_access",
    "release_log_in",
    "set_hours",
    "show_document",
    "withdraw_approval",
]
