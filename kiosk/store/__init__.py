"""What the kiosk must not forget. `Store` is the front door."""

from __future__ import annotations

from kiosk.store.store import KeptAgenda, KeptCheckIn, Store

__all__ = ["KeptAgenda", "KeptCheckIn", "Store"]
