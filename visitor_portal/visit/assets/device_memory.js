/**
 * What this browser remembers from one page to the next: the chosen devices. Storage may be
 * forbidden or full; then nothing is remembered and nothing breaks.
 */

const PREFIX = "visitline:";

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows and strict settings forbid storage; the page works without.
  }
}

export function remembered(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}
