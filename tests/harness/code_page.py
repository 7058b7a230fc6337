"""A page that makes calls with the portal's own modules and tells the code of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.media import CallService
from tests.harness.call import Heard
from visits.short_code import ShortCode, short_code

ASSETS = Path(__file__).parents[2] / "visitor_portal" / "visit" / "assets"
PAGE = """
<title>calls</title><script type="module">
import { Attempt } from "/rtc.js";
import { shortCode } from "/short_code.js";
let attempt, told;
window.offer = async () => {
  attempt?.close();
  told = new Promise((tell) => { window.tell = tell; });
  attempt = new Attempt({ camera: null, microphone: null }, { relay: null, relayOnly: false });
  return attempt.offer();
};
window.take = async (sdp, promised) => {
  await attempt.take(sdp, (event) => {
    if (["secured", "not-private", "line-lost"].includes(event.type)) window.tell(event);
  }, promised);
  const event = await told;
  if (event.type !== "secured") return event;
  return { ...event, code: await shortCode(event.kiosk, event.visitor) };
};
</script>"""


def served(name: str) -> tuple[str, str]:
    """Text and media type of what the page asks for; "" is the page itself."""
    return ((ASSETS / name).read_text(), "text/javascript") if name else (PAGE, "text/html")


def answer_of(service: CallService, heard: Heard, attempt: str, offer: str) -> tuple[str, str]:
    """The certificate that the terminal promised, and its answer."""
    service.open(attempt)
    own = heard.wait_for("opened")[2]
    service.take_offer(attempt, offer)
    return own, heard.wait_for("answer_ready")[2]


def code_at(heard: Heard) -> ShortCode:
    own, remote = heard.wait_for("secured")[2].split()
    return short_code(own, remote)


def same(code: ShortCode, told: dict[str, Any]) -> bool:
    return (code.digits, list(code.places)) == (told["code"]["digits"], told["code"]["places"])
