/**
 * A diary of how each attempt goes at this page: about every fifteen seconds, and at its end, one
 * sample for the facility. What cannot be sent now is kept for when the line is back.
 */

const LOOK_MS = 1_000;
const SAMPLE_MS = 15_000;
/** A longer gap between two pictures is a freeze. */
const FREEZE_MS = 300;
/** Of a page that has long been without a network, the newest count. */
const MOST_KEPT = 12;

const NOTHING = { frames: 0, packets: 0, bytes: 0, freezes: 0, frozenMs: 0 };

/** Pure: what a report of `getStats` (a map of entries) says of everything that arrives. */
export function read(stats) {
  const seen = { ...NOTHING, roundTripMs: null, lineBits: null, way: "unknown" };
  for (const entry of stats.values()) {
    if (entry.type !== "inbound-rtp") continue;
    seen.packets += entry.packetsReceived ?? 0;
    seen.bytes += entry.bytesReceived ?? 0;
    if (entry.kind !== "video") continue;
    seen.frames += entry.framesDecoded ?? 0;
    seen.freezes += entry.freezeCount ?? 0;
    seen.frozenMs += Math.round((entry.totalFreezesDuration ?? 0) * 1000);
  }
  const pair = selectedPair(stats);
  return pair ? { ...seen, ...readPair(stats, pair) } : seen;
}

function selectedPair(stats) {
  const entries = [...stats.values()];
  const named = entries.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  if (named) return stats.get(named);
  return entries.find(
    ({ type, selected, nominated, state }) =>
      type === "candidate-pair" && (selected ?? (nominated && state === "succeeded")),
  );
}

function readPair(stats, pair) {
  const kinds = [pair.localCandidateId, pair.remoteCandidateId].map(
    (id) => stats.get(id)?.candidateType,
  );
  const { currentRoundTripTime: trip, availableOutgoingBitrate: bits } = pair;
  return {
    roundTripMs: trip === undefined ? null : Math.round(trip * 1000),
    lineBits: bits === undefined ? null : Math.round(bits),
    way: kinds.includes("relay") ? "relay" : kinds.every(Boolean) ? "direct" : "unknown",
  };
}

/** Pure: the sample of one stretch, from what was seen at its two ends. */
export function sampleOf(attempt, stretch, before, seen, gaps) {
  const seconds = Math.max((stretch.until - stretch.since) / 1000, 0.001);
  const counted = gaps ?? {
    freezes: Math.max(0, seen.freezes - before.freezes),
    longestMs: Math.max(0, seen.frozenMs - before.frozenMs),
  };
  return {
    attempt,
    since: iso(stretch.since),
    until: iso(stretch.until),
    connected_at: iso(stretch.connectedAt),
    last_arrival_at: iso(stretch.lastArrivalAt),
    frames: Math.max(0, seen.frames - before.frames),
    freezes: counted.freezes,
    longest_freeze_ms: Math.round(counted.longestMs),
    round_trip_ms: seen.roundTripMs ?? null,
    line_bits: seen.lineBits ?? null,
    received_bits: Math.max(0, Math.round(((seen.bytes - before.bytes) * 8) / seconds)),
    way: seen.way ?? "unknown",
    relay_reached: stretch.relayReached,
    over: stretch.over,
  };
}

function iso(at) {
  return at === null ? null : new Date(at).toISOString();
}

/** Gaps between the pictures that are really shown; a page that is not looked at shows none. */
export class Gaps {
  constructor() {
    this.last = null;
    this.take();
  }

  picture(at) {
    const gap = this.last === null ? 0 : at - this.last;
    this.last = at;
    if (gap <= FREEZE_MS) return;
    this.freezes += 1;
    this.longestMs = Math.max(this.longestMs, gap);
  }

  lookAway() {
    this.last = null;
  }

  /** What was counted since the last time. */
  take() {
    const { freezes = 0, longestMs = 0 } = this;
    this.freezes = 0;
    this.longestMs = 0;
    return { freezes, longestMs };
  }
}

export class QualityDiary {
  /** `now()` is the facility's time in ms; `send(message)` answers whether it was sent. */
  constructor({ now, send, video }) {
    this.now = now;
    this.send = send;
    this.page = null;
    this.kept = [];
    this.gaps = video.requestVideoFrameCallback ? new Gaps() : null;
    if (this.gaps) this.followPictures(video);
  }

  followPictures(video) {
    const shown = (at) => {
      this.gaps.picture(at);
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
    document.addEventListener("visibilitychange", () => this.gaps.lookAway());
  }

  /** Of `call`, an `Attempt`, from now on. */
  begin(attempt, call) {
    this.end();
    const stretch = {
      since: this.now(),
      connectedAt: null,
      lastArrivalAt: null,
      relayReached: null,
      over: null,
    };
    this.gaps?.lookAway();
    this.gaps?.take();
    this.page = { attempt, call, stretch, before: NOTHING, seen: NOTHING, lost: false };
    this.look(this.page);
  }

  /** The watchdog says that nothing arrives any more. */
  lost() {
    if (this.page) this.page.lost = true;
  }

  /** The attempt is let go. */
  end() {
    const page = this.page;
    if (page === null) return;
    this.page = null;
    const met = page.stretch.connectedAt !== null;
    page.stretch.over = !met ? "never-connected" : page.lost ? "silent" : "closed-here";
    this.tell(page);
  }

  async look(page) {
    if (this.page !== page) return;
    const stats = await page.call.pc.getStats().catch(() => new Map());
    if (this.page !== page) return;
    const seen = read(stats);
    const { stretch } = page;
    if (page.call.pc.connectionState === "connected") stretch.connectedAt ??= this.now();
    if (seen.packets > page.seen.packets) stretch.lastArrivalAt = this.now();
    if (page.call.way.relay) stretch.relayReached = reachesRelay(page.call.pc);
    page.seen = seen.packets >= page.seen.packets ? seen : page.seen;
    if (this.now() - stretch.since >= SAMPLE_MS) this.tell(page);
    setTimeout(() => this.look(page), LOOK_MS);
  }

  tell(page) {
    const { attempt, stretch, before, seen } = page;
    stretch.until = this.now();
    // A clock that was set back meanwhile must not make a stretch end before it began.
    stretch.since = Math.min(stretch.since, stretch.until);
    const sample = sampleOf(attempt, stretch, before, seen, this.gaps?.take());
    page.before = seen;
    page.stretch = { ...stretch, since: stretch.until };
    this.kept = [...this.kept, { type: "quality", sample }].slice(-MOST_KEPT);
    this.flush();
  }

  /** The line to the portal is there: send what was kept, oldest first. */
  flush() {
    while (this.kept.length > 0 && this.send(this.kept[0])) this.kept.shift();
  }
}

function reachesRelay(pc) {
  return / typ relay/.test(pc.localDescription?.sdp ?? "");
}
