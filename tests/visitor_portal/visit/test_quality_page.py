"""The page's diary: what it reads, counts and keeps; its modules in a browser without a call."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def loaded(modules: Page) -> None:
    modules.evaluate("import('/quality.js').then((m) => { window.m = m; })")


def read(page: Page, *entries: dict[str, Any]) -> dict[str, Any]:
    pairs = [[entry["id"], entry] for entry in entries]
    seen: dict[str, Any] = page.evaluate("(pairs) => m.read(new Map(pairs))", pairs)
    return seen


PICTURES = {
    "id": "v",
    "type": "inbound-rtp",
    "kind": "video",
    "packetsReceived": 90,
    "bytesReceived": 9_000,
    "framesDecoded": 30,
    "freezeCount": 1,
    "totalFreezesDuration": 0.5,
}
SOUND = {
    "id": "s",
    "type": "inbound-rtp",
    "kind": "audio",
    "packetsReceived": 10,
    "bytesReceived": 1_000,
}


def pair(local: str, remote: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": "p",
            "type": "candidate-pair",
            "localCandidateId": "l",
            "remoteCandidateId": "r",
            "currentRoundTripTime": 0.048,
            "availableOutgoingBitrate": 912_000.4,
            **more,
        },
        {"id": "l", "type": "local-candidate", "candidateType": local},
        {"id": "r", "type": "remote-candidate", "candidateType": remote},
    ]


def test_everything_that_arrives_is_added_up(modules: Page) -> None:
    seen = read(modules, PICTURES, SOUND)
    assert (seen["packets"], seen["bytes"], seen["frames"]) == (100, 10_000, 30)
    assert (seen["freezes"], seen["frozenMs"]) == (1, 500)
    assert (seen["roundTripMs"], seen["lineBits"], seen["way"]) == (None, None, "unknown")


@pytest.mark.parametrize(
    ("local", "remote", "way"),
    [("host", "srflx", "direct"), ("relay", "host", "relay"), ("host", "relay", "relay")],
)
@pytest.mark.parametrize(
    "how",
    ["as Chromium names it", "as Firefox marks it", "as Safari nominates it"],
)
def test_the_way_is_read_from_the_pair_that_is_used(
    modules: Page, local: str, remote: str, way: str, how: str
) -> None:
    named = [{"id": "t", "type": "transport", "selectedCandidatePairId": "p"}]
    marks: dict[str, dict[str, Any]] = {
        "as Chromium names it": {},
        "as Firefox marks it": {"selected": True},
        "as Safari nominates it": {"nominated": True, "state": "succeeded"},
    }
    transport = named if "Chromium" in how else []
    seen = read(modules, *pair(local, remote, **marks[how]), *transport)
    assert (seen["way"], seen["roundTripMs"], seen["lineBits"]) == (way, 48, 912_000)


def test_a_gap_of_more_than_300_ms_is_a_freeze_and_looking_away_is_none(modules: Page) -> None:
    counted = modules.evaluate(
        """() => {
          const gaps = new m.Gaps();
          for (const at of [0, 40, 340, 700, 740]) gaps.picture(at);
          const first = gaps.take();
          gaps.lookAway();
          gaps.picture(9000);
          return [first, gaps.take()];
        }"""
    )
    assert counted == [{"freezes": 1, "longestMs": 360}, {"freezes": 0, "longestMs": 0}]


DIARY = """async ({ connected, lost, online }) => {
  const sent = [];
  let up = online, now = Date.parse("2026-12-07T12:00:00Z");
  const diary = new m.QualityDiary({
    now: () => now,
    send: (message) => up && sent.push(message) > 0,
    video: {},
  });
  const entry = { type: "inbound-rtp", kind: "video", packetsReceived: 9, framesDecoded: 3 };
  const pc = {
    connectionState: connected ? "connected" : "checking",
    localDescription: { sdp: "a=candidate:1 1 udp 1 203.0.113.9 1 typ relay" },
    getStats: async () => new Map(connected ? [["v", entry]] : []),
  };
  diary.begin("a-1", { pc, way: { relay: {} } });
  await new Promise((done) => setTimeout(done, 50));
  now += 4_000;
  if (lost) diary.lost();
  diary.end();
  const before = sent.length;
  up = true;
  diary.flush();
  return { before, samples: sent.map((one) => one.sample) };
}"""


@pytest.mark.parametrize(
    ("connected", "lost", "over"),
    [(True, True, "silent"), (True, False, "closed-here"), (False, True, "never-connected")],
)
def test_the_last_sample_says_how_the_attempt_ended(
    modules: Page, connected: bool, lost: bool, over: str
) -> None:
    told = modules.evaluate(DIARY, {"connected": connected, "lost": lost, "online": True})
    (sample,) = told["samples"]
    assert (sample["over"], sample["attempt"], sample["relay_reached"]) == (over, "a-1", True)
    assert (sample["since"], sample["until"]) == (
        "2026-12-07T12:00:00.000Z",
        "2026-12-07T12:00:04.000Z",
    )
    assert (sample["connected_at"] is not None) == connected
    assert sample["frames"] == (3 if connected else 0)


def test_what_cannot_be_sent_now_is_sent_when_the_line_is_back(modules: Page) -> None:
    told = modules.evaluate(DIARY, {"connected": True, "lost": True, "online": False})
    assert told["before"] == 0
    assert [one["over"] for one in told["samples"]] == ["silent"]
