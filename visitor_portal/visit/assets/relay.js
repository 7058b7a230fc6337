/**
 * The relay: how the browser reaches it, and which candidates of a terminal it may follow.
 *
 * A candidate (RFC 8839) is an address that the browser would send packets to. Where every call
 * is relayed, only those that the relay itself relays from are followed, or that lie in the
 * facility's own networks; all else is taken out of a description before the browser sees it.
 */

const PRINTABLE = /^[\x20-\x7e\r\n]*$/;

/** For RTCPeerConnection. `relay` is what the server said of it, or null. */
export function iceSettings({ relay, relayOnly }) {
  const servers = relay
    ? [{ urls: relay.urls, username: relay.username, credential: relay.credential }]
    : [];
  return { iceServers: servers, iceTransportPolicy: relayOnly ? "relay" : "all" };
}

/** The description without the candidates that may not be followed. Throws for odd characters,
 * behind which another line could hide. */
export function admitDescription(sdp, { relay, relayOnly }) {
  if (!relayOnly) return sdp;
  if (!PRINTABLE.test(sdp)) throw new Error("a description must be printable ASCII");
  const lines = sdp.split(/\r\n|\r|\n/);
  return lines.filter((line) => !isCandidate(line) || admits(line, relay)).join("\r\n");
}

function isCandidate(line) {
  return /^\s*a\s*=\s*candidate/i.test(line);
}

/** Whether a candidate (`a=candidate:…`, or without `a=` as it is trickled) may be followed. */
export function admits(candidate, relay) {
  const parts = candidate.replace(/^a=/, "").split(" ");
  const [head, , , , host, port, typ, kind] = parts;
  if (!head.startsWith("candidate:") || typ !== "typ" || !(Number(port) > 0)) return false;
  const address = parseAddress(host ?? "");
  if (relay === null || address === null) return false;
  const own = relay.addresses.some((known) => same(address, parseAddress(known)));
  return (own && kind === "relay") || relay.networks.some((network) => within(address, network));
}

function same(one, other) {
  return other !== null && one.bits === other.bits && one.value === other.value;
}

function within(address, network) {
  const [text, length] = network.split("/");
  const base = parseAddress(text);
  if (base === null || base.bits !== address.bits) return false;
  const rest = BigInt(base.bits - Number(length));
  return address.value >> rest === base.value >> rest;
}

/** `{ bits, value }` of an address literal; null for a name or anything else. */
export function parseAddress(text) {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text) {
  const parts = text.split(".");
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  if (!valid || parts.some((part) => Number(part) > 255)) return null;
  return { bits: 32, value: joined(parts.map(BigInt), 8n) };
}

function parseV6(text) {
  const [before, after, ...more] = text.split("::").map((half) => (half ? half.split(":") : []));
  const missing = 8 - before.length - (after?.length ?? 0);
  if (more.length || (after ? missing < 1 : missing !== 0)) return null;
  const groups = after ? [...before, ...Array(missing).fill("0"), ...after] : before;
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { bits: 128, value: joined(groups.map((group) => BigInt(`0x${group}`)), 16n) };
}

function joined(parts, width) {
  return parts.reduce((value, part) => (value << width) | part, 0n);
}
