/**
 * Camera and microphone: asks for them, says in one word what is wrong, keeps what works.
 *
 * Faults: insecure-page, old-browser, denied, none-found, in-use, other.
 */

import { remembered } from "./device_memory.js";

/** 640x480 at 30 is what a terminal shows; an old phone may give less. */
const PICTURE = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30, max: 30 },
  facingMode: "user",
};
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

const FAULT_OF = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none-found",
  DevicesNotFoundError: "none-found",
  NotReadableError: "in-use",
  TrackStartError: "in-use",
  AbortError: "in-use",
};

/** Why this browser cannot hold a visit at all: a list of fault words, empty when it can. */
export function browserFaults(scope = globalThis) {
  const faults = [];
  if (scope.isSecureContext === false) faults.push("insecure-page");
  else if (!scope.navigator?.mediaDevices?.getUserMedia) faults.push("no-capture");
  if (!scope.RTCPeerConnection) faults.push("no-call");
  else if (!speaksVp8(scope)) faults.push("no-vp8");
  return faults;
}

function speaksVp8(scope) {
  const codecs = scope.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  return codecs === undefined || codecs.some(({ mimeType }) => mimeType === "video/VP8");
}

export function faultWord(error) {
  return FAULT_OF[error?.name] ?? "other";
}

/**
 * Asks once for both; when that fails, for each alone, so that a missing camera never costs
 * the voice. Answers `{ camera, microphone, faults: { camera, microphone } }` with tracks or
 * null. `except` leaves one kind out on the visitor's wish.
 */
export async function openDevices(capture = captureFrom(navigator.mediaDevices)) {
  const faults = { camera: null, microphone: null };
  try {
    const stream = await capture({ video: pictureWish(), audio: soundWish() });
    return found(stream, stream, faults);
  } catch (error) {
    if (error?.name === "NoCapture") return nothing(error.fault);
  }
  const sound = await alone(capture, { audio: soundWish() }, { audio: SOUND });
  const picture = await alone(capture, { video: pictureWish() }, { video: PICTURE });
  faults.camera = picture.fault;
  faults.microphone = sound.fault;
  return found(picture.stream, sound.stream, faults);
}

function captureFrom(mediaDevices) {
  if (mediaDevices?.getUserMedia) return (wish) => mediaDevices.getUserMedia(wish);
  const fault = globalThis.isSecureContext === false ? "insecure-page" : "no-capture";
  return () => Promise.reject(Object.assign(new Error(fault), { name: "NoCapture", fault }));
}

/** The remembered device, then any. */
async function alone(capture, wish, anyWish) {
  try {
    return { stream: await capture(wish), fault: null };
  } catch (first) {
    if (faultWord(first) === "denied") return { stream: null, fault: "denied" };
  }
  try {
    return { stream: await capture(anyWish), fault: null };
  } catch (error) {
    return { stream: null, fault: faultWord(error) };
  }
}

function found(picture, sound, faults) {
  return {
    camera: picture?.getVideoTracks()[0] ?? null,
    microphone: sound?.getAudioTracks()[0] ?? null,
    faults,
  };
}

function nothing(fault) {
  return { camera: null, microphone: null, faults: { camera: fault, microphone: fault } };
}

function pictureWish() {
  return chosen(PICTURE, remembered("camera"));
}

function soundWish() {
  return chosen(SOUND, remembered("microphone"));
}

function chosen(wish, deviceId) {
  if (deviceId === "") return wish;
  const { facingMode: _, ...rest } = wish;
  return { ...rest, deviceId: { exact: deviceId } };
}

/** Every camera, microphone and speaker that the browser is willing to name. */
export async function listDevices() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const of = (kind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
  return { camera: of("videoinput"), microphone: of("audioinput"), speaker: of("audiooutput") };
}

export function stopTracks(...tracks) {
  for (const track of tracks) track?.stop();
}
