"""The kiosk's mind: (state, event, moment) to (state, effects). Pure; one table.

`states` says what each screen draws, `events` what can happen, `effects` what is asked for,
`table` which state answers which event. `docs/kiosk-session.md` is drawn from the table.
"""

from __future__ import annotations

from kiosk.session.board import board
from kiosk.session.effects import Effect
from kiosk.session.events import Event, Intent
from kiosk.session.facts import Facts, Moment
from kiosk.session.states import State
from kiosk.session.step import Step
from kiosk.session.table import TABLE, advance, needs_devices

__all__ = [
    "TABLE",
    "Effect",
    "Event",
    "Facts",
    "Intent",
    "Moment",
    "State",
    "Step",
    "advance",
    "board",
    "needs_devices",
]
