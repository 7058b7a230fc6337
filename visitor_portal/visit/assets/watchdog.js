/**
 * Whether anything arrives. The browser itself needs half a minute to notice a dead line;
 * this needs two seconds.
 */

const POLL_MS = 250;
const SILENT_MS = 2_000;
const NO_PICTURE_MS = 3_000;
const FIRST_FRAME_WITHIN_MS = 8_000;

/** A watch that has seen nothing yet. */
export function newWatch() {
  return { frames: 0, packets: 0, silentMs: 0, framelessMs: 0, started: false, stopped: false };
}

/**
 * Pure: the watch after `seen` ({ frames, packets } so far) and `elapsedMs`, with the events
 * to tell. A page that slept is not told that the line did: a poll counts one second at most.
 */
export function observe(watch, seen, elapsedMs) {
  const step = Math.min(elapsedMs, 1_000);
  const newFrames = seen.frames > watch.frames;
  const newPackets = seen.packets > watch.packets || newFrames;
  const after = {
    ...watch,
    ...seen,
    silentMs: newPackets ? 0 : watch.silentMs + step,
    framelessMs: newFrames ? 0 : watch.framelessMs + step,
  };
  return judge(watch, after, newFrames);
}

function judge(before, after, newFrames) {
  const allowedSilence = before.started ? SILENT_MS : FIRST_FRAME_WITHIN_MS;
  if (after.silentMs >= allowedSilence) return { watch: after, events: [{ type: "line-lost" }] };
  const events = [];
  const soundOnly = after.framelessMs >= NO_PICTURE_MS && after.packets > 0;
  if (!before.started && (newFrames || soundOnly)) {
    after.started = true;
    events.push({ type: "first-frame" });
  }
  if (after.started && soundOnly !== before.stopped) {
    after.stopped = soundOnly;
    events.push({ type: "picture", stopped: soundOnly });
  }
  return { watch: after, events };
}

/** Polls `pc` until the answered function is called, or until the line is lost. */
export function watchArrivals(pc, tell) {
  let watch = newWatch();
  let at = performance.now();
  let running = true;
  const stop = () => {
    running = false;
  };
  const poll = async () => {
    if (!running) return;
    const seen = arrived(await pc.getStats());
    if (!running) return;
    const now = performance.now();
    const verdict = observe(watch, seen, now - at);
    watch = verdict.watch;
    at = now;
    for (const event of verdict.events) {
      if (event.type === "line-lost") stop();
      tell(event);
    }
    if (running) setTimeout(poll, watch.started ? POLL_MS : POLL_MS / 5);
  };
  poll();
  return stop;
}

function arrived(stats) {
  let frames = 0;
  let packets = 0;
  for (const entry of stats.values()) {
    if (entry.type !== "inbound-rtp") continue;
    packets += entry.packetsReceived ?? 0;
    if (entry.kind === "video") frames += entry.framesDecoded ?? 0;
  }
  return { frames, packets };
}
