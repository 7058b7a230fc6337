// Keeps marked regions of the open page current: [data-live="topic topic"] regions with an id
// are fetched anew, as part of this same page, when the server says that a topic changed.
import { morph } from "./morph.js";

const TOLD_ON = new Set();
const regions = () => [...document.querySelectorAll("[data-live][id]")];

let fetching = false;
let again = false;

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-Visitline-Live": "1" }, cache: "no-store" });
    if (answer.status === 401 || answer.redirected) { location.assign("/session-ended"); return; }
    if (answer.ok) place(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the line is down; the next event or minute tries again */ } finally {
    fetching = false;
    if (again) { again = false; refresh(); }
  }
}

function place(page) {
  for (const region of regions()) {
    const fresh = page.getElementById(region.id);
    if (fresh) morph(region, fresh);
  }
}

function say(state, words) {
  const place = document.querySelector("[data-live-state]");
  if (!place) return;
  place.hidden = false;
  place.dataset.state = state;
  place.querySelector("[data-live-words]").textContent = words;
}

function listen() {
  for (const region of regions()) region.dataset.live.split(" ").forEach((topic) => TOLD_ON.add(topic));
  const events = new EventSource("/live");
  // A line that opens may have missed something: since it broke, or since the page was made.
  events.addEventListener("hello", () => {
    say("live", "Live");
    refresh();
  });
  events.addEventListener("changed", (event) => { if (TOLD_ON.has(event.data)) refresh(); });
  events.addEventListener("ended", () => { events.close(); location.assign("/session-ended"); });
  events.onerror = () => {
    say("lost", "Not live. Trying again");
    if (events.readyState === EventSource.CLOSED) setTimeout(refresh, 5000);
  };
}

function everyMinute() {
  setTimeout(() => { refresh(); everyMinute(); }, 60_000 - (Date.now() % 60_000) + 250);
}

function tick() {
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  const ahead = Date.parse(clock.dataset.clock) - Date.now();
  const show = new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit" });
  const face = clock.querySelector("[data-clock-face]");
  setInterval(() => { face.textContent = show.format(Date.now() + ahead); }, 1000);
}

tick();
if (regions().some((region) => region.tagName !== "NAV")) everyMinute();
listen();
