"""Where the lines of a facility meet the switchboard."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from visitor_portal.portal import Facility
from visitor_portal.visit.room.switchboard import Switchboard
from visits.errors import MessageRefused
from visits.messages import Envelope, JoinDecided, Notice

log = logging.getLogger(__name__)


def listen_to(facility: Facility, board: Switchboard) -> None:
    """From now on, joins decided and terminals' signals reach the page they concern."""

    def decided(_connection: Connection, _envelope: Envelope, decision: JoinDecided) -> None:
        board.decided(facility.id, decision)

    def signalled(_topic: str, envelope: Envelope, notice: Notice) -> None:
        try:
            board.from_terminal(facility.id, envelope, notice)
        except MessageRefused as refused:
            log.warning("A signal of %s was dropped: %s", facility.id, refused)

    facility.post.takes(JoinDecided, decided)
    facility.line.listen(facility.topics.signal_to_portal("+"), signalled)
