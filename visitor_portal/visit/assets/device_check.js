/**
 * The page that tries camera, microphone and speaker. Each part says in words whether it
 * works and, if not, what to do. Nothing leaves the browser.
 */

import { remember, remembered } from "./device_memory.js";
import { browserFaults, listDevices, openDevices, stopTracks } from "./devices.js";
import { readWords } from "./room_words.js";
import { followLevel, playTestTone, wakeSound } from "./sound_level.js";

/** A level above this is a voice and not the room. */
const HEARD_LEVEL = 0.25;

const say = readWords("check-words");
const at = (id) => document.getElementById(id);

class DeviceCheck {
  constructor() {
    this.tracks = { camera: null, microphone: null };
    this.stopLevel = () => {};
    this.heard = false;
  }

  begin() {
    this.checkBrowser();
    at("start").addEventListener("click", () => this.tryDevices());
    at("again").addEventListener("click", () => this.tryDevices());
    at("play").addEventListener("click", () => this.tryTone());
    at("heard-yes").addEventListener("click", () => this.verdict("speaker", "good", "speaker.good"));
    at("heard-no").addEventListener("click", () => this.verdict("speaker", "bad", "speaker.bad"));
    for (const kind of ["camera", "microphone"]) {
      at(`choose-${kind}`).addEventListener("change", ({ target }) => {
        remember(kind, target.value);
        this.tryDevices();
      });
    }
    addEventListener("pagehide", () => this.letGo());
    addEventListener("pointerdown", () => wakeSound());
    addEventListener("keydown", () => wakeSound());
    this.startIfAllowed();
  }

  checkBrowser() {
    const [fault] = browserFaults();
    if (fault === undefined) this.verdict("browser", "good", "browser.good");
    else this.verdict("browser", "bad", `fault.browser.${fault}`);
  }

  /** Somebody who allowed it before need not press again. */
  async startIfAllowed() {
    try {
      const asked = ["camera", "microphone"].map((name) => navigator.permissions.query({ name }));
      const answers = await Promise.all(asked);
      if (answers.every(({ state }) => state === "granted")) await this.tryDevices();
    } catch {
      // Some browsers do not tell; then the press decides.
    }
  }

  async tryDevices() {
    this.letGo();
    document.documentElement.dataset.check = "trying";
    at("start").hidden = true;
    at("again").hidden = false;
    for (const kind of ["camera", "microphone"]) this.verdict(kind, "trying", "trying");
    // Not awaited: before the first press a browser leaves this open.
    wakeSound();
    const { camera, microphone, faults } = await openDevices();
    this.tracks = { camera, microphone };
    this.showCamera(camera, faults.camera);
    this.showMicrophone(microphone, faults.microphone);
    await this.showChoices();
    document.documentElement.dataset.check = "done";
  }

  showCamera(track, fault) {
    at("preview").srcObject = track === null ? null : new MediaStream([track]);
    at("preview-empty").hidden = track !== null;
    if (track !== null) this.verdict("camera", "good", "camera.good");
    else this.verdict("camera", "bad", faultKey("camera", fault));
  }

  showMicrophone(track, fault) {
    this.heard = false;
    if (track === null) {
      this.verdict("microphone", "bad", faultKey("microphone", fault));
      return;
    }
    this.verdict("microphone", "trying", "microphone.speak");
    this.stopLevel = followLevel(track, (level) => this.hear(level));
  }

  hear(level) {
    at("meter").style.setProperty("--level", level.toFixed(2));
    at("meter").setAttribute("aria-valuenow", Math.round(level * 100));
    if (this.heard || level < HEARD_LEVEL) return;
    this.heard = true;
    this.verdict("microphone", "good", "microphone.good");
  }

  async showChoices() {
    const devices = await listDevices();
    for (const kind of ["camera", "microphone"]) {
      const used = this.tracks[kind]?.getSettings().deviceId ?? remembered(kind);
      const options = devices[kind].map(({ deviceId, label }, n) => {
        const text = label || say("device-number", { number: n + 1 });
        return new Option(text, deviceId, false, deviceId === used);
      });
      at(`choose-${kind}`).replaceChildren(...options);
      at(`choice-${kind}`).hidden = options.length < 2;
    }
  }

  async tryTone() {
    at("play").disabled = true;
    this.verdict("speaker", "trying", "speaker.playing");
    await playTestTone();
    at("play").disabled = false;
    this.verdict("speaker", "trying", "speaker.question");
    at("heard").hidden = false;
  }

  verdict(part, standing, key) {
    at(part).dataset.standing = standing;
    at(`${part}-words`).textContent = say(key);
  }

  letGo() {
    this.stopLevel();
    this.stopLevel = () => {};
    stopTracks(this.tracks.camera, this.tracks.microphone);
    this.tracks = { camera: null, microphone: null };
  }
}

function faultKey(kind, fault) {
  const ofBoth = ["insecure-page", "no-capture"].includes(fault);
  return ofBoth ? `fault.both.${fault}` : `fault.${kind}.${fault}`;
}

new DeviceCheck().begin();
