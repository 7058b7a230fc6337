"""What the kiosk must not forget. `Store` is the front door."""

from __future__ import annotations

from kiosk.store.call_lines import CallLines, KeptLine
from kiosk.store.store import KeptAgenda, KeptCheckIn, Store

__all__ = ["CallLines", "KeptAgenda", "KeptCheckIn", "KeptLine", "Store"]
