"""How two people meet."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """By which way a visit takes place; hours, limits and notice may differ between them."""

    REMOTE = "remote"
    ONSITE_VIDEO = "onsite-video"
    IN_PERSON = "in-person"
