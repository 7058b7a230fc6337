"""Hears the card reader and tells the session."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.devices import DeviceState
from kiosk.session.events import CardRead, Event

_logger = logging.getLogger(__name__)


class CardEvents:
    """A `kiosk.devices.CardUser`. A broken reader closes nothing: the keypad is still there."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        self._post = post

    def card_read(self, card_id: str) -> None:
        self._post(CardRead(card_id))

    def reader_changed(self, state: DeviceState, why: str) -> None:
        _logger.warning("the card reader is %s: %s", state, why)
