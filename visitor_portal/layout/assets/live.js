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
  changes.addEventListener("changed", () => refresh().catch(() => {}));
  // A line that opens may have missed something: since it broke, or since the page was made.
  changes.addEventListener("open", () => refresh().catch(() => {}));
}
