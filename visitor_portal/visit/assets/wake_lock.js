/** Keeps the screen on while it matters. Browsers drop the lock when the page is hidden. */

let lock = null;
let wanted = false;

export function keepAwake(on) {
  if (on === wanted) return;
  wanted = on;
  if (on) take();
  else release();
}

async function take() {
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    // Low battery or an old browser: the screen may dim, nothing else is lost.
    lock = null;
  }
}

async function release() {
  await lock?.release().catch(() => {});
  lock = null;
}

document.addEventListener("visibilitychange", () => {
  if (wanted && document.visibilityState === "visible") take();
});
