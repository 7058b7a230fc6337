"""Which use case takes which parcel: everything that others may ask of the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ops_console.usecases._change import takes
from ops_console.usecases._console import Console
from ops_console.usecases.account import account
from ops_console.usecases.admit_visitor import admit_visitor
from ops_console.usecases.cancel_visit import take_cancellation
from ops_console.usecases.decide_booking import decide_booking
from ops_console.usecases.hear_face import hear_face
from ops_console.usecases.hear_quality import hear_quality, hear_sighting
from ops_console.usecases.hear_recording import hear_recording, hear_trouble
from ops_console.usecases.hold_time import hold_time
from ops_console.usecases.issue_receipt import issue_receipt
from ops_console.usecases.keep_waiting_list import leave_waiting_list, wait_for_time
from ops_console.usecases.note_check_in_refused import note_check_in_refused
from ops_console.usecases.note_seen import note_seen
from ops_console.usecases.receive_access_request import receive_access_request
from visits.messages import (
    AccessRequested,
    BookingRequested,
    CallStated,
    CancelRequested,
    CheckInRefused,
    FaceTold,
    HoldRequested,
    JoinRequested,
    PageWitnessed,
    QualityTold,
    RecordingStated,
    RecordingTroubled,
    VisitReported,
    VisitSeen,
    WaitingLeft,
    WaitingRequested,
)


class TakesParcels(Protocol):
    """A courier, before it starts."""

    def takes(self, parcel_type: type[Any], handler: Callable[[Any, Any, Any], None]) -> None: ...


def register(console: Console, courier: TakesParcels) -> None:
    """Tells `courier` which function takes each type of parcel."""
    courier.takes(AccessRequested, takes(console, receive_access_request))
    courier.takes(HoldRequested, takes(console, hold_time))
    courier.takes(WaitingRequested, takes(console, wait_for_time))
    courier.takes(WaitingLeft, takes(console, leave_waiting_list))
    courier.takes(BookingRequested, takes(console, decide_booking))
    courier.takes(CancelRequested, takes(console, take_cancellation))
    courier.takes(JoinRequested, takes(console, admit_visitor))
    courier.takes(VisitReported, takes(console, account))
    courier.takes(VisitSeen, takes(console, note_seen))
    courier.takes(CallStated, takes(console, issue_receipt))
    courier.takes(QualityTold, takes(console, hear_quality))
    courier.takes(PageWitnessed, takes(console, hear_sighting))
    courier.takes(FaceTold, takes(console, hear_face))
    courier.takes(RecordingStated, takes(console, hear_recording))
    courier.takes(RecordingTroubled, takes(console, hear_trouble))
    courier.takes(CheckInRefused, takes(console, note_check_in_refused))
