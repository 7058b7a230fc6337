"""Everything that is drawn on the terminal. `KioskScreens` is the front door.

A page is a function of (state, language, now) and speaks only by posting the session's
intents. Nothing here decides, remembers a person, or opens a device.
"""

from __future__ import annotations

from kiosk.screens.screens import KioskScreens

__all__ = ["KioskScreens"]
