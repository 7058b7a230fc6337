"""The facility's rules: pure functions of facts and the hour.

Use cases gather the facts; nothing here reads a store, a clock or a wire.
"""

from ops_console.rules.booking import (
    ApprovalFact,
    Booked,
    BookingFacts,
    Refused,
    UnitFact,
    decide,
    free_in,
    offers,
    open_slots,
)
from ops_console.rules.occupancy import HeldTime
from ops_console.rules.reasons import Reason, told_to_visitor

__all__ = [
    "ApprovalFact",
    "Booked",
    "BookingFacts",
    "HeldTime",
    "Reason",
    "Refused",
    "UnitFact",
    "decide",
    "free_in",
    "offers",
    "open_slots",
    "told_to_visitor",
]
