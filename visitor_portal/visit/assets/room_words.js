/**
 * The page's sentences, rendered by the server in the reader's language into a JSON block.
 * `{name}` in a sentence is filled in; an unknown key shows as itself so that it is noticed.
 */

export function readWords(id = "room-words") {
  const words = JSON.parse(document.getElementById(id).textContent);
  return (key, values = {}) => fill(words[key] ?? key, values);
}

export function readSettings(id = "room-settings") {
  return JSON.parse(document.getElementById(id).textContent);
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** 65 -> "1:05", 3725 -> "1:02:05". */
export function clockFace(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
