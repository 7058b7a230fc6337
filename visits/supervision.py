"""What officers do to a visit that runs: both sides' screens say it, the kiosk carries it out."""

from __future__ import annotations

from visits.model import Id, Line, Words


class Supervision(Words):
    """As it stands now; the kiosk brings the call to it, whatever was before."""

    paused: bool = False
    """Neither side sees or hears the other."""
    muted: bool = False
    """Neither side hears the other; pictures go on."""
    why: Line = ""
    """Of the pause or the silence, for both."""
    notice_id: Id | None = None
    """Changes with each new word to both."""
    notice: Line = ""
    watched: bool = False
    """Somebody watches now, and policy tells the parties."""
