"""What each device last said of itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, one_row
from ops_console.store.facility import Terminal, terminals
from visits.messages import Presence, PresenceState, kiosk_device
from visits.model import DeviceId


@dataclass(frozen=True, slots=True)
class Heard:
    """A device's last presence and when the console heard it."""

    presence: Presence
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class TerminalPresence:
    """A terminal beside what its kiosk last said; `heard` is None if it never spoke."""

    terminal: Terminal
    heard: Heard | None

    @property
    def online(self) -> bool:
        return self.heard is not None and self.heard.presence.state is PresenceState.ONLINE


def presence(db: Database, device: DeviceId) -> Heard | None:
    row = one_row(db, "SELECT * FROM presence WHERE device = :device", device=device)
    return None if row is None else _heard(row)


def terminal_board(db: Database) -> list[TerminalPresence]:
    """Every terminal with its presence, by unit and name."""
    heard = {row["device"]: _heard(row) for row in all_rows(db, "SELECT * FROM presence")}
    return [
        TerminalPresence(terminal, heard.get(kiosk_device(terminal.terminal_id)))
        for terminal in terminals(db)
    ]


def save_presence(db: Database, presence: Presence, heard_at: datetime) -> None:
    db.execute(
        "INSERT OR REPLACE INTO presence (device, boot_id, state, version, since, details,"
        " heard_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            presence.device,
            presence.boot_id,
            presence.state,
            presence.version,
            as_text(presence.since),
            json.dumps(presence.details),
            as_text(heard_at),
        ],
    )


def _heard(row: dict[str, Any]) -> Heard:
    return Heard(
        presence=Presence(
            device=row["device"],
            boot_id=row["boot_id"],
            state=PresenceState(row["state"]),
            version=row["version"],
            since=as_instant(row["since"]),
            details=json.loads(row["details"]),
        ),
        heard_at=as_instant(row["heard_at"]),
    )
