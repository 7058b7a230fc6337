// Counts down, quietly, how long a time is still kept; then the page looks again by itself.
// Both instants are the server's, so a wrong clock on the device shortens nothing.

import { refresh } from "./live.js";

const ahead = Date.parse(document.body.dataset.now) - Date.now();
let over = false;

function show() {
  const place = document.querySelector("[data-kept-until]");
  if (!place) return;
  const left = Date.parse(place.dataset.keptUntil) - (Date.now() + ahead);
  const minutes = Math.ceil(left / 60000);
  place.textContent =
    minutes > 1 ? place.dataset.many.replace("{minutes}", minutes) : place.dataset.one;
  if (left > 0) over = false;
  else if (!over) {
    over = true;
    refresh().catch(() => {});
  }
}

show();
new MutationObserver(show).observe(document.getElementById("live"), { childList: true });
setInterval(show, 1000);
