/**
 * What the room page knows, and what follows when something happens. Pure: no clock, no
 * page, no network. `next(state, event)` answers `{ state, effects }`; `room.js` carries the
 * effects out and `room_view.js` draws the state.
 *
 * Phases: connecting, asked, early, joining, waiting, calling, live, reconnecting, and the
 * five that only the visitor leaves again: ended, refused, displaced, dismissed, unsafe.
 */

/** Phases in which media flows or is being made to flow. */
export const IN_CALL = new Set(["calling", "live", "reconnecting"]);
/** Phases that nothing but the visitor's own press changes. */
export const FINAL = new Set(["ended", "refused", "displaced", "dismissed", "unsafe"]);

export const WARNINGS_S = [300, 60];
/** How long after the booked end the page waits for the terminal to say so itself. */
const GRACE_MS = 10_000;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** A page that was just loaded. Instants are milliseconds of the facility's clock. */
export function start({ opensAt, startsAt, endsAt }) {
  return {
    phase: "connecting",
    lineUp: false,
    facilityUp: true,
    failures: 0,
    opensAt,
    startsAt,
    endsAt,
    attempt: null,
    code: null,
    terminal: null,
    inmateMuted: false,
    recorded: null,
    recording: null,
    blurred: false,
    watched: false,
    paused: null,
    silenced: null,
    officerSays: "",
    pictureStopped: false,
    metBefore: false,
    lostAttempts: 0,
    hangUpAsked: false,
    warned: [],
    cause: null,
    refusals: [],
  };
}

/** The one word for what the page shows, also the value of `data-room-state`. */
export function word(state) {
  const beforeCall = !IN_CALL.has(state.phase) && !FINAL.has(state.phase);
  if (beforeCall && !state.lineUp && state.failures > 1) return "offline";
  if (beforeCall && !state.facilityUp) return "unreachable";
  return state.phase;
}

/** Whether something on the way keeps refusing the call, and another network may help. */
export function isHard(state) {
  return state.lostAttempts >= 2;
}

/** Whole seconds until the booked end, never below zero. */
export function secondsLeft(state, now) {
  return Math.max(0, Math.ceil((state.endsAt - now) / 1000));
}

export function next(state, event) {
  const rule = RULES[event.type];
  if (rule === undefined) return same(state);
  if (FINAL.has(state.phase) && !LEAVES_FINAL.has(event.type)) return same(state);
  return rule(state, event);
}

const LEAVES_FINAL = new Set(["use-this-window", "try-again"]);

const RULES = {
  "socket-opened": (state) => go(state, { lineUp: true, failures: 0 }),
  "socket-lost": socketLost,
  asked: (state) => beforeCall(state, "asked"),
  early: (state) => beforeCall(state, "early"),
  joining: (state) => beforeCall(state, "joining"),
  "recording-policy": (state, { recorded }) => go(state, { recorded }),
  blurred: (state) => go(state, { blurred: true }),
  waiting: (state) =>
    beforeCall({ ...state, recorded: state.recorded ?? false }, "waiting", { do: "warm" }),
  unreachable: (state) => go(state, { facilityUp: false }),
  refused: (state, { refusals }) =>
    go(state, { phase: "refused", refusals }, { do: "close-call" }, { do: "close-socket" }),
  "kiosk-ready": kioskReady,
  answer: (state, { attempt, sdp }) =>
    attempt === state.attempt ? go(state, {}, { do: "take-answer", attempt, sdp }) : same(state),
  terminal: terminalSaid,
  bye: byeSaid,
  displaced: (state) =>
    go(state, { phase: "displaced" }, { do: "close-call" }, { do: "close-socket" }),
  over: (state, { cause, status }) => end(state, cause ?? status),
  "first-frame": firstFrame,
  secured: (state, { attempt, code }) =>
    attempt === state.attempt ? go(state, { code }) : same(state),
  "not-private": (state, { attempt }) =>
    attempt === state.attempt
      ? go(state, { phase: "unsafe" }, { do: "close-call" }, { do: "close-socket" })
      : same(state),
  "line-lost": lineLost,
  picture: (state, { attempt, stopped }) =>
    attempt === state.attempt ? go(state, { pictureStopped: stopped }) : same(state),
  tick,
  "hang-up-pressed": (state) =>
    canHangUp(state) ? go(state, { hangUpAsked: true }) : same(state),
  "hang-up-kept": (state) => go(state, { hangUpAsked: false }),
  "hang-up-confirmed": (state) =>
    state.hangUpAsked
      ? go(
          state,
          { phase: "ended", cause: "visitor-hung-up", hangUpAsked: false },
          { do: "send-last", message: { type: "bye" } },
          { do: "close-call" },
        )
      : same(state),
  "use-this-window": againFromTheStart,
  "try-again": againFromTheStart,
};

/** Before the two have met there is nothing to end: who leaves then may come back. */
export function canHangUp(state) {
  return IN_CALL.has(state.phase) && state.metBefore;
}

function same(state) {
  return { state, effects: [] };
}

function go(state, changes, ...effects) {
  return { state: { ...state, ...changes }, effects };
}

function end(state, cause) {
  return go(
    state,
    { phase: "ended", cause, hangUpAsked: false },
    { do: "close-call" },
    { do: "close-socket" },
  );
}

/** The server tells where the joining stands; a call that runs is not disturbed by it. */
function beforeCall(state, phase, ...effects) {
  if (IN_CALL.has(state.phase)) return go(state, { facilityUp: true }, ...effects);
  return go(state, { phase, facilityUp: true }, ...effects);
}

function socketLost(state) {
  const afterMs = RETRY_MS[Math.min(state.failures, RETRY_MS.length - 1)];
  const changes = { lineUp: false, failures: state.failures + 1 };
  return go(state, changes, { do: "open-socket", afterMs });
}

/** Said once for each connection, and again until the offer has arrived. */
function kioskReady(state, { attempt, endsAt, commitment = null }) {
  if (attempt === state.attempt) return go(state, {}, { do: "repeat-offer", attempt });
  const changes = {
    phase: state.metBefore ? "reconnecting" : "calling",
    attempt,
    endsAt,
    code: null,
    terminal: null,
    facilityUp: true,
    pictureStopped: false,
    paused: null,
    silenced: null,
    watched: false,
    officerSays: "",
  };
  return go(
    state,
    changes,
    { do: "mark", name: "visit:kiosk-ready" },
    { do: "close-call" },
    { do: "offer", attempt, commitment },
  );
}

function firstFrame(state, { attempt }) {
  if (attempt !== state.attempt || state.phase === "live") return same(state);
  return go(
    state,
    { phase: "live", metBefore: true, lostAttempts: 0, terminal: null },
    { do: "mark", name: "visit:first-frame" },
  );
}

/** Our own watchdog: nothing arrives any more. The terminal starts the next attempt. */
function lineLost(state, { attempt }) {
  if (attempt !== state.attempt) return same(state);
  const phase = state.metBefore ? "reconnecting" : "calling";
  return go(
    state,
    { phase, attempt: null, code: null, lostAttempts: state.lostAttempts + 1 },
    { do: "close-call" },
    { do: "send", message: { type: "line-lost", attempt } },
    { do: "warm" },
  );
}

const TERMINAL_RULES = {
  recording: (state) => go(state, { recording: true }),
  "not-recording": (state) => go(state, { recording: false }),
  "recording-failed": (state) => go(state, { recording: false }),
  "officer-paused": (state, text) => go(state, { paused: text }),
  "officer-resumed": (state) => go(state, { paused: null }),
  "officer-muted": (state, text) => go(state, { silenced: text }),
  "officer-unmuted": (state) => go(state, { silenced: null }),
  "officer-says": (state, text) => go(state, { officerSays: text }),
  "officer-watches": (state) => go(state, { watched: true }),
  "nobody-watches": (state) => go(state, { watched: false }),
  "inmate-muted": (state) => go(state, { inmateMuted: true }),
  "inmate-unmuted": (state) => go(state, { inmateMuted: false }),
  reconnecting: (state) =>
    go(state, { terminal: "reconnecting", phase: state.metBefore ? "reconnecting" : state.phase }),
  "inmate-not-here": (state) => {
    if (!IN_CALL.has(state.phase)) return go(state, { terminal: "inmate-not-here" });
    const changes = { phase: "waiting", terminal: "inmate-not-here", attempt: null, code: null };
    return go(state, { ...changes, hangUpAsked: false }, { do: "close-call" }, { do: "warm" });
  },
};

function terminalSaid(state, { word: said, text = "" }) {
  const rule = TERMINAL_RULES[said];
  return rule === undefined ? same(state) : rule(state, text);
}

/** With a cause the visit is over; without one, the terminal does not know this window. */
function byeSaid(state, { cause }) {
  if (cause) return end(state, cause);
  return go(state, { phase: "dismissed" }, { do: "close-call" }, { do: "close-socket" });
}

function tick(state, { now }) {
  if (IN_CALL.has(state.phase) && now > state.endsAt + GRACE_MS) return end(state, "time-up");
  if (!IN_CALL.has(state.phase)) return same(state);
  const left = secondsLeft(state, now);
  const due = WARNINGS_S.filter((at) => left <= at && !state.warned.includes(at));
  if (due.length === 0) return same(state);
  const minutes = Math.min(...due) / 60;
  const warned = [...state.warned, ...due];
  return go(state, { warned }, { do: "announce-left", minutes });
}

function againFromTheStart(state) {
  return go(start(state), {}, { do: "open-socket", afterMs: 0 });
}
