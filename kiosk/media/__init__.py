"""The call: its thread, its tracks, and what may be sent where."""

from kiosk.media.contracts import (
    CallListener,
    CallSettings,
    IceSettings,
    MediaStats,
    OfferRefused,
)
from kiosk.media.latest import LatestFrame
from kiosk.media.service import CallService

__all__ = [
    "CallListener",
    "CallService",
    "CallSettings",
    "IceSettings",
    "LatestFrame",
    "MediaStats",
    "OfferRefused",
]
