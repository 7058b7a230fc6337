/**
 * The room page: hears the server, the call, the visitor and the time, asks `room_state.js`
 * what follows, and carries it out.
 */

import { followLevel, wakeSound } from "./sound_level.js";
import { OwnMedia } from "./own_media.js";
import { QualityDiary } from "./quality.js";
import { FINAL, next, start, word } from "./room_state.js";
import { Attempt } from "./rtc.js";
import { shortCode } from "./short_code.js";
import { SignalLine } from "./signal_line.js";
import { RoomView } from "./room_view.js";
import { keepAwake } from "./wake_lock.js";
import { readSettings, readWords } from "./room_words.js";

/** A prepared offer older than this may name a network that the phone has left. */
const WARM_FOR_MS = 120_000;
/** Closes the line of a page that goes away: not to be taken for a line that broke. */
const PAGE_LEFT = 4001;
const AWAKE_IN = new Set(["joining", "waiting", "calling", "live", "reconnecting"]);

class Room {
  constructor() {
    this.settings = readSettings();
    this.view = new RoomView(document, readWords());
    this.remote = document.getElementById("remote");
    this.own = new OwnMedia(document.getElementById("self-view"), () => this.draw());
    this.line = new SignalLine(socketAddress(this.settings), (message) => this.hear(message));
    this.clockAhead = Date.parse(this.settings.now) - Date.now();
    this.state = start({
      opensAt: Date.parse(this.settings.opens_at),
      startsAt: Date.parse(this.settings.starts_at),
      endsAt: Date.parse(this.settings.ends_at),
    });
    this.diary = new QualityDiary({
      now: () => this.now,
      send: (message) => this.line.send(message),
      video: this.remote,
    });
    this.relay = null;
    this.warm = null;
    this.current = null;
    this.released = false;
    this.stopLevel = () => {};
  }

  begin() {
    this.listenToPresses();
    this.draw();
    this.line.open();
    this.devices = this.openDevices();
    setInterval(() => this.tick(), 500);
    navigator.connection?.addEventListener?.("change", () => this.coolDown());
    addEventListener("online", () => this.coolDown());
    addEventListener("pagehide", () => {
      this.diary.end();
      this.line.close(PAGE_LEFT);
    });
    document.addEventListener("visibilitychange", () =>
      this.line.send({ type: document.visibilityState }),
    );
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) location.reload();
    });
  }

  get now() {
    return Date.now() + this.clockAhead;
  }

  // --- what happens ---------------------------------------------------------------------

  hear(message) {
    if (message.type === "beat") {
      this.clockAhead = Date.parse(message.now) - Date.now();
      return;
    }
    if (message.type === "relay") {
      this.relay = message.relay;
      return;
    }
    if (message.type === "socket-opened") this.diary.flush();
    if (message.ends_at) message.endsAt = Date.parse(message.ends_at);
    this.happen(message);
  }

  happen(event) {
    const { state, effects } = next(this.state, event);
    this.state = state;
    for (const effect of effects) this.effects[effect.do](effect);
    this.draw();
  }

  tick() {
    this.happen({ type: "tick", now: this.now });
  }

  draw() {
    this.view.draw(this.state, this.own.facts, this.now);
    const shown = word(this.state);
    keepAwake(AWAKE_IN.has(shown));
    if (FINAL.has(shown)) this.letGo();
  }

  // --- what follows ---------------------------------------------------------------------

  effects = {
    send: ({ message }) => this.line.send(message),
    "send-last": ({ message }) => this.line.sendLast(message),
    "open-socket": ({ afterMs }) => this.line.openAfter(afterMs),
    "close-socket": () => this.line.close(),
    "close-call": () => this.closeCall(),
    warm: () => this.warmUp(),
    offer: ({ attempt, commitment }) => this.offer(attempt, commitment),
    "repeat-offer": ({ attempt }) => this.sendOffer(attempt),
    "take-answer": ({ attempt, sdp }) => this.takeAnswer(attempt, sdp),
    mark: ({ name }) => performance.mark(name),
    "announce-left": ({ minutes }) => this.view.announceLeft(minutes),
  };

  async warmUp() {
    await this.devices;
    if (this.warm === null && this.current === null) this.warm = this.newAttempt();
  }

  newAttempt() {
    const way = { relay: this.relay, relayOnly: this.settings.relay_only };
    return new Attempt(this.own.outgoing, way);
  }

  coolDown() {
    if (this.warm === null) return;
    this.warm.close();
    this.warm = null;
    this.warmUp();
  }

  async offer(attempt, commitment) {
    const stale = this.warm !== null && performance.now() - this.warm.madeAt > WARM_FOR_MS;
    if (stale) {
      this.warm.close();
      this.warm = null;
    }
    if (this.warm === null) await this.devices;
    if (this.state.attempt !== attempt) return;
    const call = this.warm ?? this.newAttempt();
    this.warm = null;
    this.current = { attempt, call, answered: false, commitment };
    this.diary.begin(attempt, call);
    await this.sendOffer(attempt);
    setTimeout(() => this.giveUpUnanswered(attempt), 8_000);
  }

  async sendOffer(attempt) {
    if (this.current?.attempt !== attempt || this.current.answered) return;
    const sdp = await this.current.call.offer();
    if (this.current?.attempt !== attempt) return;
    this.line.send({ type: "offer", attempt, sdp });
  }

  giveUpUnanswered(attempt) {
    if (this.current?.attempt !== attempt || this.current.answered) return;
    this.happen({ type: "line-lost", attempt });
  }

  async takeAnswer(attempt, sdp) {
    if (this.current?.attempt !== attempt || this.current.answered) return;
    this.current.answered = true;
    const { call, commitment } = this.current;
    if (this.settings.privileged && !commitment) {
      this.happen({ type: "not-private", attempt });
      return;
    }
    this.show(call.arriving, attempt);
    try {
      await call.take(sdp, (event) => this.hearCall({ ...event, attempt }), commitment);
    } catch {
      this.happen({ type: "line-lost", attempt });
    }
  }

  async hearCall(event) {
    if (event.type === "line-lost") this.diary.lost();
    if (event.type !== "secured") return this.happen(event);
    const code = await shortCode(event.kiosk, event.visitor);
    this.happen({ type: "secured", attempt: event.attempt, code });
  }

  closeCall() {
    this.diary.end();
    this.current?.call.close();
    this.current = null;
  }

  // --- picture and sound ----------------------------------------------------------------

  show(stream, attempt) {
    this.remote.srcObject = stream;
    this.remote.requestVideoFrameCallback?.(() => this.happen({ type: "first-frame", attempt }));
    this.play();
  }

  async play() {
    try {
      await this.remote.play();
    } catch (error) {
      if (error?.name !== "NotAllowedError") return;
      this.remote.muted = true;
      this.own.tell({ tapToHear: true });
      this.remote.play().catch(() => {});
    }
  }

  hearNow() {
    this.remote.muted = false;
    this.own.tell({ tapToHear: false });
    this.remote.play().catch(() => {});
  }

  async openDevices() {
    await this.own.open();
    this.own.onLost(() => this.reopenDevices());
    const { camera, microphone } = this.own.outgoing;
    this.stopLevel();
    this.stopLevel = followLevel(microphone, (level) => this.view.drawLevel(level));
    const attempts = [this.warm, this.current?.call].filter(Boolean);
    for (const attempt of attempts) {
      await attempt.replace("camera", camera);
      await attempt.replace("microphone", microphone);
    }
  }

  reopenDevices() {
    this.devices = this.openDevices();
  }

  /** The visit is over: the camera's light goes out. */
  letGo() {
    if (this.released) return;
    this.released = true;
    this.warm?.close();
    this.warm = null;
    this.stopLevel();
    this.own.close();
  }

  // --- presses --------------------------------------------------------------------------

  listenToPresses() {
    const on = (id, press) => document.getElementById(id).addEventListener("click", press);
    on("mute", () => this.own.toggleMute());
    on("camera", () => this.own.toggleCamera());
    on("hang-up", () => this.happen({ type: "hang-up-pressed" }));
    on("hang-up-confirm", () => this.happen({ type: "hang-up-confirmed" }));
    on("hang-up-keep", () => this.happen({ type: "hang-up-kept" }));
    on("use-this-window", () => this.comeBack("use-this-window"));
    on("try-again", () => this.comeBack("try-again"));
    on("tap-to-hear", () => this.hearNow());
    on("full-screen", () => toggleFullScreen());
    on("device-again", () => this.reopenDevices());
    document
      .getElementById("hang-up-question")
      .addEventListener("cancel", () => this.happen({ type: "hang-up-kept" }));
    document.addEventListener("pointerdown", () => wakeSound(), { once: true });
  }

  comeBack(how) {
    this.released = false;
    this.happen({ type: how });
    this.reopenDevices();
  }
}

function socketAddress({ signal_path: path }) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const page = crypto.randomUUID?.() ?? randomId();
  return `${scheme}//${location.host}${path}?page=${page}`;
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toggleFullScreen() {
  const room = document.documentElement;
  if (document.fullscreenElement) document.exitFullscreen();
  else if (room.requestFullscreen) room.requestFullscreen().catch(() => {});
  else document.getElementById("remote").webkitEnterFullscreen?.();
}

const room = new Room();
room.begin();
