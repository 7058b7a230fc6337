"""The account of a privileged visit: the terminal's statement, the visitor's receipt."""

from __future__ import annotations

from datetime import timedelta

from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import VisitId, VisitorId
from visits.signing import Signed


class CallStated(Parcel):
    """A privileged visit is over; a `CallStatement` under `Purpose.STATEMENT`."""

    senders = frozenset({Role.KIOSK})
    lives_for = timedelta(days=90)

    visit_id: VisitId
    statement: Signed


class ReceiptIssued(Parcel):
    """For the visitor of a privileged visit: a `Receipt` under `Purpose.RECEIPT`.

    Of several for one visit the newest stands.
    """

    senders = frozenset({Role.CONSOLE})
    lives_for = timedelta(days=90)

    visit_id: VisitId
    visitor_id: VisitorId
    receipt: Signed
