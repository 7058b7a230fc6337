// Keeps the #live part of a page true: the server says "changed", the page fetches that part again.

const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60000;
let asked = 0;
let retry = FIRST_RETRY_MS;
let next;

export async function refresh() {
  const mine = ++asked;
  clearTimeout(next);
  const answer = await fetch(location.href, {
    headers: { "X-Fragment": "live" },
    redirect: "manual",
  });
  // What the page was about may have gone on elsewhere: follow, as a reload would.
  if (answer.type === "opaqueredirect") return location.reload();
  if (!answer.ok) return;
  if (answer.headers.has("x-try-again")) tryAgain();
  else retry = FIRST_RETRY_MS;
  const live = document.getElementById("live");
  const html = await answer.text();
  if (mine !== asked || live.dataset.shown === html) return;
  const active = live.contains(document.activeElement) ? document.activeElement : null;
  if (active?.tagName === "SELECT") {
    // An open list must not vanish under a finger.
    active.addEventListener("blur", () => refresh().catch(() => {}), { once: true });
    return;
  }
  const chosen = [...live.querySelectorAll("select")].map((list) => [list.id, list.value]);
  live.innerHTML = html;
  live.dataset.shown = html;
  for (const [id, value] of chosen) {
    const list = document.getElementById(id);
    if (list?.querySelector(`option[value="${value}"]`)) list.value = value;
  }
  if (active?.id) document.getElementById(active.id)?.focus();
}

// The answer lacked a facility's word: ask again by itself, less and less often, and not at the
// same moment as everybody else.
function tryAgain() {
  next = setTimeout(() => refresh().catch(() => {}), retry * (0.5 + Math.random()));
  retry = Math.min(2 * retry, LAST_RETRY_MS);
}

export function followChanges(address) {
  const changes = new EventSource(address);
  changes.addEventListener("changed", () => refresh().catch(() => {}));
  // A line that opens may have missed something: since it broke, or since the page was made.
  changes.addEventListener("open", () => refresh().catch(() => {}));
}

// A choice is part of the page's address; what hangs on it is fetched again.
export function followChoices() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-chooses]");
    if (!form) return;
    const choice = new URLSearchParams(new FormData(form));
    history.replaceState(null, "", `${form.getAttribute("action")}?${choice}`);
    refresh().catch(() => form.submit());
  });
}
