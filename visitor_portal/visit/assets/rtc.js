/**
 * One attempt at a call: a fresh RTCPeerConnection that offers, takes the answer, and watches
 * whether anything arrives. A lost attempt is never repaired; the next one starts anew.
 */

import { admitDescription, iceSettings } from "./relay.js";
import { commitment, fingerprintIn, fingerprintOf, withOneFingerprint } from "./short_code.js";
import { watchArrivals } from "./watchdog.js";

/** Candidates of other interfaces rarely come later than this after the first one. */
const GATHER_AFTER_FIRST_MS = 300;
/** A relay takes a round trip or two more. */
const GATHER_WITH_RELAY_MS = 1_500;
const GATHER_AT_MOST_MS = 3_000;
const VIDEO_BITS_PER_S = 800_000;

export class Attempt {
  /**
   * `tracks` is `{ camera, microphone }`, each a track or null. Gathering starts at once, so
   * an attempt made while waiting has its offer ready when the terminal is. `way` is
   * `{ relay, relayOnly }`.
   */
  constructor(tracks, way) {
    this.madeAt = performance.now();
    this.way = way;
    this.pc = new RTCPeerConnection({ ...iceSettings(way), bundlePolicy: "max-bundle" });
    this.arriving = new MediaStream();
    this.senders = { camera: null, microphone: null };
    this.stopWatching = () => {};
    this.closed = false;
    this.pc.addEventListener("track", ({ track }) => this.arriving.addTrack(track));
    this.ready = this.prepare(tracks);
    this.ready.catch(() => {});
  }

  async prepare({ camera, microphone }) {
    const sound = this.pc.addTransceiver(microphone ?? "audio", { direction: "sendrecv" });
    const picture = this.pc.addTransceiver(camera ?? "video", { direction: "sendrecv" });
    preferCheapPictures(picture);
    this.senders = { camera: picture.sender, microphone: sound.sender };
    const gathered = enoughCandidates(this.pc, this.way);
    await this.pc.setLocalDescription(await this.pc.createOffer());
    await gathered;
  }

  /** The offer's SDP with every candidate gathered by now. */
  async offer() {
    await this.ready;
    return this.pc.localDescription.sdp;
  }

  /**
   * `tell` hears first-frame, secured, not-private, line-lost and picture events (without the
   * attempt's id). `promised` is what the terminal committed itself to before it saw our offer;
   * an answer with another certificate is not taken.
   */
  async take(sdp, tell, promised) {
    if (this.closed || this.pc.signalingState !== "have-local-offer") return;
    const admitted = withOneFingerprint(admitDescription(sdp, this.way));
    const named = fingerprintIn(admitted);
    if (promised && (await commitment(named)) !== promised) {
      tell({ type: "not-private" });
      return;
    }
    await this.pc.setRemoteDescription({ type: "answer", sdp: admitted });
    await limitBitrate(this.senders.camera);
    this.pc.addEventListener("connectionstatechange", () => {
      if (!this.closed && this.pc.connectionState === "failed") tell({ type: "line-lost" });
    });
    this.whenConnected(() => this.tellSecured(named, tell));
    this.stopWatching = watchArrivals(this.pc, tell);
  }

  whenConnected(then) {
    const look = () => {
      if (this.pc.connectionState !== "connected") return;
      this.pc.removeEventListener("connectionstatechange", look);
      then();
    };
    this.pc.addEventListener("connectionstatechange", look);
    look();
  }

  /**
   * The certificates of the line that stands. Firefox does not tell the other side's, but held
   * the line to the only fingerprint that the answer was left with.
   */
  async tellSecured(named, tell) {
    const [der] = this.pc.getSenders()[0]?.transport?.getRemoteCertificates?.() ?? [];
    const kiosk = der ? await fingerprintOf(der) : named;
    if (this.closed) return;
    if (kiosk !== named) tell({ type: "not-private" });
    else tell({ type: "secured", kiosk, visitor: fingerprintIn(this.pc.localDescription.sdp) });
  }

  /** Another camera or microphone, or none, without a new offer. */
  async replace(kind, track) {
    if (!this.closed) await this.senders[kind]?.replaceTrack(track);
  }

  close() {
    this.closed = true;
    this.stopWatching();
    this.pc.close();
  }
}

/** H.264 first (most phones encode it in hardware), VP8 where there is none; with their
 * retransmission, and nothing else: the terminal speaks no other. */
function preferCheapPictures(transceiver) {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs ?? [];
  const rank = ({ mimeType, sdpFmtpLine = "" }) => {
    if (/H264/i.test(mimeType)) return /packetization-mode=1/.test(sdpFmtpLine) ? 0 : 9;
    return { "video/vp8": 1, "video/rtx": 2 }[mimeType.toLowerCase()] ?? 9;
  };
  const wanted = codecs.filter((codec) => rank(codec) < 9);
  if (wanted.some((codec) => rank(codec) < 2)) {
    transceiver.setCodecPreferences?.(wanted.sort((one, other) => rank(one) - rank(other)));
  }
}

/** Where all is relayed the first candidate is the relay's, and the others come right after. */
function enoughCandidates(pc, { relay, relayOnly }) {
  return new Promise((done) => {
    const patience = relay && !relayOnly ? GATHER_WITH_RELAY_MS : GATHER_AFTER_FIRST_MS;
    let afterFirst = null;
    const atMost = setTimeout(done, GATHER_AT_MOST_MS);
    const finish = () => {
      clearTimeout(atMost);
      clearTimeout(afterFirst);
      done();
    };
    pc.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null) finish();
      else afterFirst ??= setTimeout(finish, patience);
    });
    pc.addEventListener("icegatheringstatechange", () => {
      if (pc.iceGatheringState === "complete") finish();
    });
  });
}

async function limitBitrate(sender) {
  const parameters = sender?.getParameters?.();
  if (!parameters?.encodings?.length) return;
  parameters.encodings[0].maxBitrate = VIDEO_BITS_PER_S;
  parameters.degradationPreference = "maintain-framerate";
  // Older Safari refuses the preference; the call works without the limit.
  await sender.setParameters(parameters).catch(() => {});
}
