/**
 * The short code of a line, and what the page learns of the certificates that it is made from.
 * `visits/short_code.py` makes the same code at the terminal and says why it is made so; a test
 * holds the two together. Fingerprints are lower-case hexadecimal SHA-256 of a certificate's DER.
 */

const CODE = "visitline/1/short-code\0";
const COMMITMENT = "visitline/1/commitment\0";
const DIGITS = 6;
const WORD_BITS = 9;
const SHA_256 = /^a=fingerprint:sha-256 +((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i;

/** `{ digits, places }`: six digits, and where the two words stand in the list of words. */
export async function shortCode(kiosk, visitor) {
  const digest = await sha256(CODE, fromHex(kiosk), fromHex(visitor));
  const view = new DataView(digest);
  const words = view.getUint32(0);
  const mask = 2 ** WORD_BITS - 1;
  const digits = view.getBigUint64(4) % 10n ** BigInt(DIGITS);
  return {
    digits: String(digits).padStart(DIGITS, "0"),
    places: [(words >>> WORD_BITS) & mask, words & mask],
  };
}

/** What a terminal says of its certificate before it shows it. */
export async function commitment(kiosk) {
  return toHex(await sha256(COMMITMENT, fromHex(kiosk)));
}

/** The fingerprint of a certificate in DER. */
export async function fingerprintOf(der) {
  return toHex(await crypto.subtle.digest("SHA-256", der));
}

/** The one SHA-256 fingerprint of a description. Throws where there is none, or more. */
export function fingerprintIn(sdp) {
  const found = new Set(lines(sdp).map((line) => SHA_256.exec(line)?.[1]).filter(Boolean));
  if (found.size !== 1) throw new Error(`A description with ${found.size} fingerprints.`);
  return [...found][0].replaceAll(":", "").toLowerCase();
}

/** `sdp` without fingerprints of other kinds, so that the browser holds the line to SHA-256. */
export function withOneFingerprint(sdp) {
  const kept = lines(sdp).filter((line) => !/^\s*a\s*=\s*fingerprint/i.test(line) || SHA_256.test(line));
  return kept.join("\r\n");
}

function lines(sdp) {
  return sdp.split(/\r\n|\r|\n/);
}

function sha256(label, ...parts) {
  const whole = [new TextEncoder().encode(label), ...parts].flatMap((part) => [...part]);
  return crypto.subtle.digest("SHA-256", new Uint8Array(whole));
}

function fromHex(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error("Not a SHA-256 in hexadecimal.");
  return Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16));
}

function toHex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
