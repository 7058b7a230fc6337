"""The made states of the room that are worth a photograph."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from visitor_portal.booking.reasons import refusal_texts
from visitor_portal.words import Tongue
from visits.model import Refusal, RefusalCode

STARTED: dict[str, Any] = {"lineUp": True, "startsInS": -60, "endsInS": 1_497}
LIVE = {**STARTED, "phase": "live", "metBefore": True, "seen": True}
OWN: dict[str, Any] = {
    "hasCamera": True,
    "hasMicrophone": True,
    "muted": False,
    "cameraOff": False,
    "tapToHear": False,
    "fault": None,
}
NO_CAMERA = {**OWN, "hasCamera": False, "fault": "camera.denied"}

RECORDED: dict[str, Any] = {"recorded": True, "recording": True}
WHY = "Please keep the conversation to family matters. "
CODE = {"digits": "628318", "places": [495, 182]}


@dataclass(frozen=True)
class Made:
    """Changes to a fresh state, the visitor's own side, and which visit's page shows it."""

    changes: dict[str, Any]
    own: dict[str, Any] = field(default_factory=lambda: OWN)
    kind: str = "family"


def made_state(name: str, tongue: Tongue) -> Made:
    """Refusals as the portal would word them in that language."""
    made = STATES[name]
    if "refusals" not in made.changes:
        return made
    refusals = tuple(Refusal(code=code, text="") for code in made.changes["refusals"])
    texts = [{"text": text} for text in refusal_texts(tongue, refusals)]
    return replace(made, changes={**made.changes, "refusals": texts})


def _ended(cause: str) -> Made:
    return Made({**STARTED, "phase": "ended", "cause": cause, "metBefore": True})


STATES: dict[str, Made] = {
    "connecting": Made({**STARTED, "phase": "connecting"}),
    "early": Made({"lineUp": True, "phase": "early", "startsInS": 1_334, "endsInS": 3_134}),
    "early-by-days": Made(
        {"lineUp": True, "phase": "early", "startsInS": 190_000, "endsInS": 191_800}
    ),
    "asked": Made({"lineUp": True, "phase": "asked", "startsInS": 1_334, "endsInS": 3_134}),
    "waiting-before": Made(
        {"lineUp": True, "phase": "waiting", "startsInS": 272, "endsInS": 2_072}
    ),
    "waiting": Made({**STARTED, "phase": "waiting", "terminal": "inmate-not-here"}),
    "waiting-no-camera": Made({**STARTED, "phase": "waiting"}, NO_CAMERA),
    "unreachable": Made({**STARTED, "phase": "joining", "facilityUp": False}),
    "offline": Made({**STARTED, "phase": "waiting", "lineUp": False, "failures": 3}),
    "calling": Made({**STARTED, "phase": "calling"}),
    "live": Made(LIVE),
    "live-legal": Made({**LIVE, "code": CODE}, kind="legal"),
    "unsafe": Made({**STARTED, "phase": "unsafe"}, kind="legal"),
    "live-muted": Made({**LIVE, "inmateMuted": True}, {**OWN, "muted": True, "cameraOff": True}),
    "live-five-minutes": Made({**LIVE, "endsInS": 300, "minutes": 5}),
    "live-one-minute": Made({**LIVE, "endsInS": 59, "minutes": 1}),
    "live-tap-to-hear": Made(LIVE, {**OWN, "tapToHear": True}),
    "waiting-recorded": Made({**STARTED, "phase": "waiting", "recorded": True}),
    "live-recorded": Made({**LIVE, **RECORDED}),
    "live-watched": Made({**LIVE, **RECORDED, "watched": True}),
    "live-paused": Made({**LIVE, **RECORDED, "paused": WHY}),
    "live-silenced": Made({**LIVE, **RECORDED, "silenced": WHY}),
    "live-officer-says": Made({**LIVE, **RECORDED, "officerSays": WHY * 3}),
    "hang-up": Made({**LIVE, "hangUpAsked": True}),
    "reconnecting": Made({**LIVE, "phase": "reconnecting"}),
    "ended-time-up": _ended("time-up"),
    "ended-inmate-hung-up": _ended("inmate-hung-up"),
    "ended-visitor-hung-up": _ended("visitor-hung-up"),
    "ended-officer": _ended("officer-ended"),
    "displaced": Made({**STARTED, "phase": "displaced"}),
    "dismissed": Made({**STARTED, "phase": "dismissed"}),
    "refused": Made(
        {
            **STARTED,
            "phase": "refused",
            "refusals": [RefusalCode.NOT_APPROVED, RefusalCode.CANCELLED],
        }
    ),
}
