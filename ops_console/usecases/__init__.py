"""What the console does, one verb per file. Pages, jobs and parcels all come in by this door.

Officers' use cases take the console, the officer's id and plain values; they raise an
`OfficerMustAct` whose text is meant for the page. They return after the change is durable.
"""

from ops_console.usecases._advice import Advice, advise
from ops_console.usecases._announcer import Announcer
from ops_console.usecases._carrying_out import Applied
from ops_console.usecases._console import (
    Console,
    Facility,
    Policy,
    RecordingPolicy,
)
from ops_console.usecases._front import Broadcaster, Courier
from ops_console.usecases._impact import Affected, Cancel, Choice, Impact, Keep, Move, Offer, Spared
from ops_console.usecases._ready import Ready
from ops_console.usecases._relay import RelayDesk
from ops_console.usecases._supervising import FOR_CUSTODIANS
from ops_console.usecases._world_changes import (
    ApprovalEnds,
    BanPerson,
    InmateElsewhere,
    InmateFacts,
    InmateMoves,
    InmateReleased,
    KeepApart,
    Lockdown,
    LockdownLifted,
    NoContact,
    PersonFacts,
    RulesChange,
    TerminalBack,
    TerminalOut,
    WorldChange,
)
from ops_console.usecases.account import take_waiting_reports
from ops_console.usecases.add_officer import add_officer
from ops_console.usecases.answer_waiting_visit import (
    approve_waiting_visit,
    refuse_waiting_visit,
)
from ops_console.usecases.cancel_visit import cancel_visit
from ops_console.usecases.change_rules import RulesRefused, change_rules, read_rules
from ops_console.usecases.change_world import apply_change, change_now
from ops_console.usecases.close_overdue import close_overdue
from ops_console.usecases.decide_access import approve_access, refuse_access
from ops_console.usecases.delete_documents import delete_documents
from ops_console.usecases.end_visit import end_visit
from ops_console.usecases.export_recording import ExportLeave, export_recording
from ops_console.usecases.follow_settings import follow_settings
from ops_console.usecases.grant_recordings import grant_recordings
from ops_console.usecases.hear_presence import hear_presence
from ops_console.usecases.hold_recording import lift_hold, place_hold
from ops_console.usecases.issue_receipt import grow_audit_tree
from ops_console.usecases.judge_alarm import judge_alarm
from ops_console.usecases.judge_failures import forget_quality, judge_failures
from ops_console.usecases.keep_waiting_list import offer_free_times
from ops_console.usecases.log_in import log_in, log_out, release_at_console, release_log_in
from ops_console.usecases.mute_visit import mute_visit, unmute_visit
from ops_console.usecases.note_on_visit import note_on_visit
from ops_console.usecases.parcels import register
from ops_console.usecases.pause_visit import pause_visit, resume_visit
from ops_console.usecases.play_recording import play_recording
from ops_console.usecases.preview_change import preview_change
from ops_console.usecases.publish import (
    Made,
    Publisher,
    make_some,
    publish_due,
    publish_stale,
)
from ops_console.usecases.purge_recording import (
    ask_purge,
    carry_out_purges,
    confirm_purge,
    purge_expired,
    withdraw_purge,
)
from ops_console.usecases.seed import read_seed, seed
from ops_console.usecases.show_document import ShownDocument, show_document
from ops_console.usecases.tell_times import tell_times
from ops_console.usecases.verify_audit import mirror_head, verify_audit
from ops_console.usecases.warn_both import warn_both
from ops_console.usecases.watch_visit import (
    Watching,
    end_unheard_watches,
    keep_watching,
    look_again,
    stop_watching,
    watch_visit,
)
from ops_console.usecases.withdraw_approval import Withdrawn, withdraw_approval

__all__ = [
    "FOR_CUSTODIANS",
    "Advice",
    "Affected",
    "Announcer",
    "Applied",
    "ApprovalEnds",
    "BanPerson",
    "Broadcaster",
    "Cancel",
    "Choice",
    "Console",
    "Courier",
    "ExportLeave",
    "Facility",
    "Impact",
    "InmateElsewhere",
    "InmateFacts",
    "InmateMoves",
    "InmateReleased",
    "Keep",
    "KeepApart",
    "Lockdown",
    "LockdownLifted",
    "Made",
    "Move",
    "NoContact",
    "Offer",
    "PersonFacts",
    "Policy",
    "Publisher",
    "Ready",
    "RecordingPolicy",
    "RelayDesk",
    "RulesChange",
    "RulesRefused",
    "ShownDocument",
    "Spared",
    "TerminalBack",
    "TerminalOut",
    "Watching",
    "Withdrawn",
    "WorldChange",
    "add_officer",
    "advise",
    "apply_change",
    "approve_access",
    "approve_waiting_visit",
    "ask_purge",
    "cancel_visit",
    "carry_out_purges",
    "change_now",
    "change_rules",
    "close_overdue",
    "confirm_purge",
    "delete_documents",
    "end_unheard_watches",
    "end_visit",
    "export_recording",
    "follow_settings",
    "forget_quality",
    "grant_recordings",
    "grow_audit_tree",
    "hear_presence",
    "judge_alarm",
    "judge_failures",
    "keep_watching",
    "lift_hold",
    "log_in",
    "log_out",
    "look_again",
    "make_some",
    "mirror_head",
    "mute_visit",
    "note_on_visit",
    "offer_free_times",
    "pause_visit",
    "place_hold",
    "play_recording",
    "preview_change",
    "publish_due",
    "publish_stale",
    "purge_expired",
    "read_rules",
    "read_seed",
    "refuse_access",
    "refuse_waiting_visit",
    "register",
    "release_at_console",
    "release_log_in",
    "resume_visit",
    "seed",
    "show_document",
    "stop_watching",
    "take_waiting_reports",
    "tell_times",
    "unmute_visit",
    "verify_audit",
    "warn_both",
    "watch_visit",
    "withdraw_approval",
    "withdraw_purge",
]
