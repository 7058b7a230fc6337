"""A visit as an entry for the visitor's own calendar (RFC 5545)."""

from __future__ import annotations

from datetime import datetime

from visitor_portal.store.visits import PortalVisit


def calendar_entry(
    visit: PortalVisit, summary: str, place: str, address: str, made: datetime
) -> str:
    """The file's text: one event, times in UTC, lines folded at 75 bytes, CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Visitline//Visitor portal//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{visit.visit_id}@visitline",
        f"SEQUENCE:{visit.revision}",
        f"DTSTAMP:{_utc(made)}",
        f"DTSTART:{_utc(visit.slot.starts_at)}",
        f"DTEND:{_utc(visit.slot.ends_at)}",
        f"SUMMARY:{_escaped(summary)}",
        f"LOCATION:{_escaped(place)}",
        f"URL:{address}",
        "STATUS:CONFIRMED",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(summary)}",
        "TRIGGER:-PT30M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for plain, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, safe)
    return "".join(char for char in text if char.isprintable())


def _folded(line: str) -> str:
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > 73:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])
