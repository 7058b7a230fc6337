"""A call with Firefox, which encodes VP8: Debian's has no H.264 to send."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.media.line import picture_codec_of
from kiosk.media.sending import START_BITS
from tests.harness.call import KIOSK_MARKER, Heard, running_service, wait_until
from tests.harness.firefox import Firefox, shown

HARNESS = Path(__file__).parents[2] / "harness"

SOUND_COMES = """async () => {
  const found = [...(await peer.getStats()).values()];
  const sound = found.find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
  return sound.packetsReceived > 20;
}"""

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Firefox]:
    html = (HARNESS / "visitor_page.html").read_text()
    marker = (HARNESS / "marker.js").read_text()
    with shown(tmp_path, lambda _: (f"{html}<script>{marker}</script>", "text/html")) as window:
        yield window


def eventually(page: Firefox, script: str, awaited: Any, within: float = 15.0) -> None:
    until = time.monotonic() + within
    while (got := page.evaluate(script)) != awaited:
        assert time.monotonic() < until, f"{script} gave {got}, awaited {awaited}"
        time.sleep(0.1)


def test_kiosk_and_firefox_see_and_hear_each_other(page: Firefox) -> None:
    heard = Heard()
    with running_service(heard) as service:
        service.open("one")
        service.take_offer("one", page.evaluate("() => makeOffer()"))
        answer = heard.wait_for("answer_ready")[2]
        assert picture_codec_of(answer) in {"VP8", "H264"}
        page.evaluate("(sdp) => takeAnswer(sdp)", answer)
        heard.wait_for("first_frame")
        eventually(page, "() => readMarker(remoteVideo())", KIOSK_MARKER)
        # Without a sound card Firefox plays nothing: what arrives is counted instead.
        eventually(page, SOUND_COMES, awaited=True)
        wait_until(service, lambda s: s.remote_frames > 30 and bool(s.remote_tone_hz), within=20)
        # Only what Firefox tells of arrivals moves the estimate from where it started.
        wait_until(service, lambda s: s.line_bits != START_BITS)
        page.evaluate("() => hangUp()")
