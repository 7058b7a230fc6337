// Keeps the #live part of a page true: the server says "changed", the page fetches that part again.

async function refresh() {
  const answer = await fetch(location.href, {
    headers: { "X-Fragment": "live" },
    redirect: "error",
  });
  if (!answer.ok) return;
  const live = document.getElementById("live");
  const html = await answer.text();
  if (live.dataset.shown === html) return;
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  live.innerHTML = html;
  live.dataset.shown = html;
  if (focused) document.getElementById(focused)?.focus();
}

export function followChanges(address) {
  const changes = new EventSource(address);
  let first = true;
  changes.addEventListener("changed", () => refresh().catch(() => {}));
  // A line that comes back may have missed something; so may the time between page and stream.
  changes.addEventListener("open", () => {
    if (!first || performance.now() > 1500) refresh().catch(() => {});
    first = false;
  });
}
