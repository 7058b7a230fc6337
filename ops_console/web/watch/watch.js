// The wall: each tile's pictures, the chosen visit's sound and panel, and the word every ten
// seconds that somebody still looks. Without any of it the page is a list with forms.
import { morph } from "./morph.js";
import { Sight } from "./sight.js";

const STILL_EVERY_MS = 10_000;
const TICK_MS = 250;
const wall = document.getElementById("wall");
const sights = new Map();
const clock = document.querySelector("[data-clock]");
// The page told its hour when its answer began, not when this script came.
const [arrived] = performance.getEntriesByType("navigation");
const ahead = clock ? Date.parse(clock.dataset.clock) - performance.timeOrigin - arrived.responseStart : 0;
const now = () => Date.now() + ahead;

let hears = "";
let usedAt = performance.now();

// --- the console

async function ask(path, fields = {}, quietly = false) {
  const body = new URLSearchParams({ csrf_token: wall.dataset.token, ...fields });
  const headers = quietly ? { "X-Visitline-Live": "1" } : {};
  const answer = await fetch(path, { method: "POST", body, headers });
  if (answer.status === 401 || answer.redirected) { location.assign("/session-ended"); throw new Error("Signed out"); }
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.why ?? "The console does not answer");
  return said;
}

const watches = () => [...sights.values()].map((sight) => sight.watch).filter(Boolean);

// An officer who does nothing for long is signed out; pictures that move do not count as doing.
async function still() {
  const mine = watches();
  if (!mine.length) return;
  const quietly = performance.now() - usedAt > STILL_EVERY_MS;
  try {
    const { open } = await ask("/watch/still", { watches: mine.join(" ") }, quietly);
    for (const sight of sights.values()) {
      if (!sight.watch || !mine.includes(sight.watch)) continue;
      if (open[sight.watch]) sight.renew(open[sight.watch]);
      else sight.ended();
    }
  } catch { /* the line is down; the next word tries again */ }
}

function leave(left) {
  if (!left.length) return;
  navigator.sendBeacon("/watch/left", new URLSearchParams({ csrf_token: wall.dataset.token, watches: left.join(" ") }));
}

// --- tiles

function attend() {
  for (const tile of wall.querySelectorAll("[data-visit]")) {
    const { visit } = tile.dataset;
    if (!sights.has(visit)) sights.set(visit, new Sight(tile, wall.dataset.watchUrl, ask, now));
  }
  for (const [visit, sight] of sights) {
    if (document.getElementById(`tile-${visit}`)) continue;
    sights.delete(visit);
    sight.close();
    leave([sight.watch].filter(Boolean));
  }
}

async function pageAt(address) {
  const answer = await fetch(address, { headers: { "X-Visitline-Live": "1" }, cache: "no-store" });
  return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// Tiles that stay are not touched: a video that is moved stops.
function place(page) {
  const wanted = [...page.querySelectorAll("#wall [data-visit]")];
  const ids = new Set(wanted.map((tile) => tile.id));
  for (const tile of wall.querySelectorAll("[data-visit]")) if (!ids.has(tile.id)) tile.remove();
  let before = wall.firstElementChild;
  for (const tile of wanted) {
    if (before?.id === tile.id) before = before.nextElementSibling;
    else if (!document.getElementById(tile.id)) wall.insertBefore(document.importNode(tile, true), before);
  }
  attend();
}

new MutationObserver(async () => {
  const page = await pageAt(location.href);
  if (page) place(page);
}).observe(document.getElementById("running"), { childList: true, characterData: true, subtree: true });

// --- the chosen one

function panelOf(page) {
  const fresh = page.getElementById("panel");
  const old = document.getElementById("panel");
  if (!fresh) return;
  old.replaceWith(document.importNode(fresh, true));
  for (const region of document.querySelectorAll(".tile-facts")) {
    const it = page.getElementById(region.id);
    if (it) morph(region, it);
  }
  mark();
}

function mark() {
  const { chosen } = document.getElementById("panel").dataset;
  for (const tile of wall.querySelectorAll("[data-visit]")) tile.classList.toggle("chosen", tile.dataset.visit === chosen);
  for (const [visit, sight] of sights) sight.hear(visit === hears);
  const button = document.querySelector("[data-sound]");
  if (!button) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", String(hears === chosen));
  button.querySelector("[data-sound-words]").textContent = hears === chosen ? "Sound is on" : "Sound is off";
}

function say(words, wrong) {
  const line = document.createElement("p");
  line.className = wrong ? "told wrong" : "told";
  line.textContent = words;
  document.getElementById("panel-told").replaceChildren(line);
}

async function choose(link) {
  hears = link.dataset.choose;
  mark();
  const address = link.href.split("#")[0];
  const page = await pageAt(address);
  if (!page) return;
  history.replaceState(null, "", address);
  panelOf(page);
}

async function send(form, button) {
  const path = button?.getAttribute("formaction") ?? form.action;
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const answer = await fetch(path, { method: "POST", body });
  if (answer.url.includes("/session-ended") || answer.url.includes("/sign-in")) { location.assign("/session-ended"); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) { say(page.querySelector(".lead")?.textContent ?? "This could not be done. Try again.", true); return; }
  history.replaceState(null, "", answer.url);
  panelOf(page);
  place(page);
  const told = page.querySelector("#main > .notice .strong");
  if (told) say(told.textContent, false);
}

// How long a camera has seen no face: the console says since when, the page counts on.
function grow() {
  for (const it of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now() - Date.parse(it.dataset.since)) / 1_000));
    it.textContent = seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-choose]");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); choose(link); }
  if (event.target.closest("[data-sound]")) {
    const { chosen } = document.getElementById("panel").dataset;
    hears = hears === chosen ? "" : chosen;
    mark();
  }
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-stays]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
for (const used of ["pointermove", "keydown"]) document.addEventListener(used, () => { usedAt = performance.now(); });
window.addEventListener("pagehide", () => leave(watches()));
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

attend();
mark();
setInterval(still, STILL_EVERY_MS);
setInterval(grow, 1_000);
setInterval(() => { for (const sight of sights.values()) sight.tick(); }, TICK_MS);
