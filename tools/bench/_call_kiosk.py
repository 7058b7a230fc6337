"""A process with a `CallService` and nothing else, told what to do by lines of JSON.

In: {"open": attempt}, {"offer": sdp, "attempt": attempt}, {"close": attempt}; end of input ends
it. Out: {"said": name, "attempt": ..., "text": ..., "ms": since the offer}.
"""

from __future__ import annotations

import json
import sys
import time

from kiosk.devices import open_camera, open_sound
from kiosk.media import CallService, IceSettings
from visits.clock import SystemClock

ICE = IceSettings.model_validate({"allowed_networks": ["0.0.0.0/0", "::/0"]})


class Reporter:
    """A `CallListener` that writes lines."""

    def __init__(self) -> None:
        self.offered_at = 0.0

    def answer_ready(self, attempt: str, sdp: str) -> None:
        self._say("answer", attempt, sdp)

    def connected(self, attempt: str) -> None:
        self._say("connected", attempt)

    def first_frame(self, attempt: str) -> None:
        self._say("first_frame", attempt)

    def opened(self, attempt: str, own: str) -> None: ...

    def secured(self, attempt: str, own: str, remote: str) -> None: ...

    def pictures_changed(self, attempt: str, theirs: bool, own: bool) -> None: ...

    def lost(self, attempt: str, why: str) -> None:
        self._say("lost", attempt, why)

    def failed(self, attempt: str, why: str) -> None:
        self._say("failed", attempt, why)

    def camera_changed(self, working: bool, why: str) -> None:
        self._say("camera", str(working), why)

    def sound_changed(self, working: bool, why: str) -> None:
        self._say("sound", str(working), why)

    def _say(self, name: str, attempt: str, text: str = "") -> None:
        since = (time.perf_counter() - self.offered_at) * 1_000
        line = {"said": name, "attempt": attempt, "text": text, "ms": since}
        print(json.dumps(line), flush=True)


def main() -> None:
    reporter = Reporter()
    service = CallService(
        open_camera("bench:testcard?marker=37&width=640&height=480&fps=30"),
        open_sound("bench:tone?hz=880"),
        reporter,
        ICE,
        SystemClock(),
    )
    service.start()
    service.warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        if "open" in order:
            service.open(order["open"])
        elif "offer" in order:
            reporter.offered_at = time.perf_counter()
            service.take_offer(order["attempt"], order["offer"])
        elif "close" in order:
            service.close(order["close"])
    service.stop()


if __name__ == "__main__":
    main()
