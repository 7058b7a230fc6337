/**
 * The visitor's own side: camera and microphone, what is switched off, and the small mirror.
 * Tracks live as long as the page; attempts come and go.
 */

import { openDevices, stopTracks } from "./devices.js";
import { cardTrack } from "./placeholder.js";

export class OwnMedia {
  /** `changed()` is called whenever `facts` may read differently. */
  constructor(mirror, changed) {
    this.mirror = mirror;
    this.changed = changed;
    this.tracks = { camera: null, microphone: null };
    this.card = null;
    this.facts = {
      hasCamera: false,
      hasMicrophone: false,
      muted: false,
      cameraOff: false,
      tapToHear: false,
      fault: null,
    };
  }

  async open() {
    const { camera, microphone, faults } = await openDevices();
    stopTracks(this.tracks.camera, this.tracks.microphone);
    this.tracks = { camera, microphone };
    this.mirror.srcObject = camera === null ? null : new MediaStream([camera]);
    this.apply();
    this.tell({
      hasCamera: camera !== null,
      hasMicrophone: microphone !== null,
      fault: faultOf(faults),
    });
    return this.tracks;
  }

  /** What a call sends: without a camera a card that says so, and that keeps the line alive. */
  get outgoing() {
    if (this.tracks.camera === null) this.card ??= cardTrack();
    return { camera: this.tracks.camera ?? this.card, microphone: this.tracks.microphone };
  }

  /** Calls `lost(kind)` when a device is pulled out or taken away. */
  onLost(lost) {
    for (const [kind, track] of Object.entries(this.tracks)) {
      track?.addEventListener("ended", () => lost(kind), { once: true });
    }
  }

  toggleMute() {
    this.tell({ muted: !this.facts.muted });
    this.apply();
  }

  toggleCamera() {
    this.tell({ cameraOff: !this.facts.cameraOff });
    this.apply();
  }

  apply() {
    if (this.tracks.microphone) this.tracks.microphone.enabled = !this.facts.muted;
    if (this.tracks.camera) this.tracks.camera.enabled = !this.facts.cameraOff;
  }

  tell(facts) {
    Object.assign(this.facts, facts);
    this.changed();
  }

  close() {
    stopTracks(this.tracks.camera, this.tracks.microphone, this.card);
    this.card = null;
    this.mirror.srcObject = null;
  }
}

function faultOf({ camera, microphone }) {
  if (camera === null && microphone === null) return null;
  if (camera !== null && microphone !== null) return `both.${camera}`;
  return camera === null ? `microphone.${microphone}` : `camera.${camera}`;
}
