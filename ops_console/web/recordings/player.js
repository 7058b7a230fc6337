// Plays both sides of a recorded visit on one clock: the place, the speed and the marks are here;
// each side follows (track.js).
import { fillThumbnails } from "./thumbnails.js";
import { timelineOf } from "./timeline.js";
import { Track } from "./track.js";

const TICK_MS = 100;
const place = document.getElementById("player");
const { base, visit, purpose, token, zone } = place.dataset;
const part = (name) => place.querySelector(`[data-${name}]`);
const seek = part("seek");
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
let ticket = JSON.parse(place.dataset.ticket);
let line = { began: 0, length: 0, chunks: {}, gaps: [] };
let tracks = [];
const now = { at: 0, playing: false, rate: 1, since: performance.now() };

// --- the evidence process and the console

async function ask(path, fields, again = true) {
  const body = JSON.stringify({ ticket, ...fields });
  const answer = await fetch(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (answer.ok) return answer;
  if (answer.status === 403 && again && await renew()) return ask(path, fields, false);
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.refused ?? "The recording could not be read");
}

async function toConsole(path, fields) {
  return fetch(`/recordings/${visit}/${path}`, { method: "POST", body: new URLSearchParams({ csrf_token: token, ...fields }) });
}

async function renew() {
  const answer = await toConsole("ticket", { purpose });
  if (answer.redirected) location.assign("/session-ended");
  if (!answer.ok) return false;
  ({ ticket } = await answer.json());
  return true;
}

async function pieces(recording, first, last, party) {
  return (await ask("/pieces", { recording_id: recording, first, last, party })).arrayBuffer();
}

// --- one clock

function tick() {
  const passed = (performance.now() - now.since) / 1000;
  now.since = performance.now();
  const ready = tracks.every((track) => track.ready(now.at));
  if (now.playing && ready) now.at = over(now.at + passed * now.rate);
  if (now.at >= line.length) { now.at = line.length; play(false); }
  for (const track of tracks) track.show(Math.min(now.at, line.length - 0.05), now.playing && ready ? now.rate : 0);
  tell();
}

// What nobody recorded is not waited for.
function over(at) {
  const gap = line.gaps.find(([from, to]) => from <= at && at < to);
  return gap ? gap[1] : at;
}

function tell() {
  if (document.activeElement !== seek || !seek.matches(":active")) seek.value = now.at;
  seek.setAttribute("aria-valuetext", `${span(now.at)} of ${span(line.length)}`);
  part("wall").textContent = clock.format(line.began + now.at * 1000);
  part("place").textContent = `${span(now.at)} of ${span(line.length)}`;
}

function span(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function play(on) {
  now.playing = on && line.length > 0;
  part("play-words").textContent = now.playing ? "Pause" : "Play";
}

function go(at) { now.at = over(Math.min(Math.max(0, at), line.length)); }

// --- marks

function mark({ at, text, who }) {
  const seconds = (at - line.began) / 1000;
  if (seconds < 0 || seconds > line.length) return;
  const flag = document.createElement("button");
  flag.type = "button";
  flag.title = `${clock.format(at)} ${text} (${who})`;
  flag.setAttribute("aria-label", flag.title);
  flag.style.left = `${(seconds / line.length) * 100}%`;
  flag.addEventListener("click", () => go(seconds - 2));
  part("marks").append(flag);
}

// A small picture of both sides leads to its place.
function thumbnail(at) {
  const button = document.createElement("button");
  button.type = "button";
  const words = document.createElement("span");
  words.textContent = clock.format(line.began + at * 1000);
  button.setAttribute("aria-label", `Go to ${words.textContent}`);
  button.append(words);
  button.addEventListener("click", () => go(at));
  return button;
}

function shade([from, to]) {
  const gap = document.createElement("span");
  gap.className = "gap";
  gap.title = "Nothing was recorded";
  gap.style.left = `${(from / line.length) * 100}%`;
  gap.style.width = `${((to - from) / line.length) * 100}%`;
  part("marks").append(gap);
}

// What the terminal stated, what the audit has and what is kept have to be the same.
function judge(recordings) {
  const stated = JSON.parse(place.dataset.stated);
  const known = new Map(recordings.map((one) => [one.recording_id, one]));
  let good = true;
  for (const [id, [count, link]] of Object.entries(stated)) {
    const one = known.get(id);
    const same = one && !one.broken && one.verified && (one.last_link === undefined || (one.count === count && one.last_link === link));
    const words = !one ? "Missing" : one.broken ? `Broken: ${one.broken}` : same ? "Whole and unaltered" : "Not what the terminal stated";
    const verdict = document.querySelector(`[data-part="${CSS.escape(id)}"] [data-verdict]`);
    if (verdict) { verdict.textContent = words; verdict.className = same ? "good" : "bad"; }
    good = good && Boolean(same);
  }
  part("state").textContent = good ? "Every part is whole and is what the terminal stated." : "Not every part is whole: look at the list of parts.";
}

async function begin() {
  part("plain").remove();
  part("works").hidden = false;
  try {
    const { recordings } = await (await ask("/index", {})).json();
    line = timelineOf(recordings);
    tracks = [...place.querySelectorAll("[data-party]")].map((figure) => new Track(figure, line.chunks[figure.dataset.party] ?? [], pieces));
    seek.max = line.length;
    line.gaps.forEach(shade);
    JSON.parse(place.dataset.notes).forEach(mark);
    judge(recordings);
    setInterval(tick, TICK_MS);
    await fillThumbnails(part("thumbnails"), line, pieces, thumbnail);
  } catch (why) { part("state").textContent = `${why.message}. Nothing can be played now.`; }
}

part("play").addEventListener("click", () => play(!now.playing));
part("speed").addEventListener("change", (event) => { now.rate = Number(event.target.value); });
seek.addEventListener("input", () => go(Number(seek.value)));
for (const button of place.querySelectorAll("[data-step]")) button.addEventListener("click", () => go(now.at + Number(button.dataset.step)));
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([type=range]), select, textarea, button, a")) return;
  if (event.key === " ") { event.preventDefault(); play(!now.playing); }
});
part("note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = event.target.elements.text.value;
  const at = Math.round(line.began + now.at * 1000);
  const answer = await toConsole("note", { text, at });
  if (!answer.ok) { part("state").textContent = (await answer.json()).why; return; }
  event.target.reset();
  mark({ at, text, who: "you" });
});
begin();
