"""Opens the calls of visits that are not privileged, with the camera helpers that are turned on.

A privileged visit is opened by the call service itself, which knows none of this: nothing of
`kiosk.media` can reach it (tests/kiosk/test_private_path.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.faces.helper import FaceHelper, Told
from kiosk.faces.looker import Looker
from kiosk.media.attempt import Attempt, Surroundings
from kiosk.media.contracts import IceSettings
from kiosk.media.room import AttemptMaker
from visits.faces import FaceHelp
from visits.relaying import Relay

Changed = Callable[[str, Told], None]
"""Of which attempt, and what."""


class Call(Protocol):
    """The part of `kiosk.media.CallService` that is ordered about."""

    def open(
        self, attempt: str, relay: Relay | None, *, relay_only: bool, make: AttemptMaker
    ) -> None: ...


class HelpedCall:
    """`follow` and `open` are called on one thread."""

    def __init__(self, call: Call, looker: Looker, changed: Changed) -> None:
        """`changed` is called on the camera's or the looker's thread."""
        self._call = call
        self._looker = looker
        self._changed = changed
        self._help = FaceHelp()

    def follow(self, wanted: FaceHelp) -> None:
        """What the facility turned on, for every call from the next one on."""
        self._help = wanted

    def open(
        self,
        attempt: str,
        relay: Relay | None,
        *,
        relay_only: bool,
        make: AttemptMaker = Attempt,
    ) -> None:
        """As `CallService.open`. Only for a visit that is not privileged and never was.

        Where faces cannot be found on this terminal there are no alarms; what is to be blurred is
        blurred all the same, as a whole.
        """
        looks = self._help.wanted and self._looker.start()
        if looks or self._help.blur:
            make = self._helped(make, attempt, self._help)
        self._call.open(attempt, relay, relay_only=relay_only, make=make)

    def stop(self) -> None:
        """Once no call is open any more."""
        self._looker.stop()

    def _helped(self, make: AttemptMaker, attempt: str, wanted: FaceHelp) -> AttemptMaker:
        def made(name: str, ice: IceSettings, around: Surroundings) -> Attempt:
            one = make(name, ice, around)
            helper = FaceHelper(wanted, self._looker, lambda told: self._changed(attempt, told))
            one.prepare_picture = helper.take
            return one

        return made
