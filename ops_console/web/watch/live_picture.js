// One party's picture and sound, as near to the end of what has come as the pieces' coming allows.
// Whatever is older than it looks, or comes no more, is dimmed and says so: a frozen face never
// looks live.
const BEHIND_S = 0.35;
const TOO_FAR_S = 3;
const KEEP_S = 30;
const SILENT_MS = 1200;
const OLD_S = 3;
const SPARE_S = 0.15;
const SPARES = 8;

export class LivePicture {
  // `broke` is called when the browser gave up on what it was sent: only a new beginning helps.
  constructor(figure, now, broke) {
    this.figure = figure;
    this.now = now;
    this.broke = broke;
    this.cover = figure.querySelector("[data-cover]");
    this.delay = figure.querySelector("[data-delay]");
    this.sound = false;
    this.begin();
  }

  begin() {
    this.waiting = [];
    this.buffer = null;
    this.base = null;
    this.spares = [];
    this.heard = 0;
    this.told = null;
    this.why = "";
    this.unable = "";
    this.video?.remove();
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: !this.sound, playsInline: true, autoplay: true });
    this.figure.prepend(this.video);
    this.media = null;
  }

  hear(on) {
    this.sound = on;
    this.video.muted = !on;
  }

  info(mime) {
    if (!MediaSource.isTypeSupported(mime)) { this.unable = mime; return; }
    this.unable = "";
    if (this.media) { this.waiting.push({ change: mime }); this.next(); return; }
    this.type = mime;
    const media = new MediaSource();
    this.media = media;
    this.video.src = URL.createObjectURL(media);
    this.video.addEventListener("error", () => { if (this.media === media) this.fail(); });
    media.addEventListener("sourceopen", () => {
      URL.revokeObjectURL(this.video.src);
      if (this.media !== media) return;
      this.buffer = media.addSourceBuffer(mime);
      this.buffer.addEventListener("updateend", () => this.next());
      this.next();
    }, { once: true });
  }

  // `kind` 0 is a container's head, 1 media; instants in milliseconds.
  take(kind, startsMs, wallMs, bytes) {
    if (kind === 1) this.heard = performance.now();
    this.told = null;
    this.why = "";
    this.base ??= wallMs - startsMs;
    this.waiting.push({ bytes, offset: kind === 0 ? (wallMs - startsMs - this.base) / 1000 : null });
    this.next();
  }

  late(seconds) { this.told = { seconds, at: performance.now() }; }

  next() {
    const buffer = this.buffer;
    if (!buffer || buffer.updating || this.media?.readyState !== "open" || !this.waiting.length) return;
    try {
      if (this.trim(buffer)) return;
      const one = this.waiting[0];
      if (one.change && one.change !== this.type) { buffer.changeType(one.change); this.type = one.change; }
      if (Number.isFinite(one.offset)) buffer.timestampOffset = one.offset;
      if (one.bytes && one.offset === null) this.spare();
      if (one.bytes) buffer.appendBuffer(one.bytes);
      this.waiting.shift();
      if (!one.bytes) this.next();
    } catch { this.fail(); }
  }

  // What was still to be played when the next piece came.
  spare() {
    const { buffered, currentTime } = this.video;
    if (!buffered.length) return;
    this.spares.push(buffered.end(buffered.length - 1) - currentTime);
    if (this.spares.length > SPARES) this.spares.shift();
  }

  // A little faster where it is far behind, or where every piece came early.
  pace(behind) {
    if (behind > 1) return 1.15;
    const early = this.spares.length === SPARES && Math.min(...this.spares) > SPARE_S;
    return behind > 0.5 || early ? 1.05 : 1;
  }

  // Whether old media is being dropped.
  trim(buffer) {
    const old = this.video.currentTime - KEEP_S;
    if (!buffer.buffered.length || old - buffer.buffered.start(0) < KEEP_S) return false;
    buffer.remove(0, old);
    return true;
  }

  fail() {
    this.begin();
    this.broke();
  }

  // A few times a second: keep near the end, and say how far from now that is.
  tick() {
    const { video } = this;
    const ranges = video.buffered;
    if (ranges.length) {
      const end = ranges.end(ranges.length - 1);
      const start = ranges.start(ranges.length - 1);
      if (video.currentTime < start || end - video.currentTime > TOO_FAR_S) {
        video.currentTime = Math.max(start, end - BEHIND_S);
        this.spares = [];
      }
      video.playbackRate = this.pace(end - video.currentTime);
      if (video.paused) video.play().catch(() => {});
    }
    this.say(ranges.length > 0);
  }

  say(seen) {
    const age = seen && this.base !== null ? (this.now() - this.base) / 1000 - this.video.currentTime : 0;
    const silent = this.heard ? performance.now() - this.heard : 0;
    const told = this.told ? this.told.seconds + (performance.now() - this.told.at) / 1000 : 0;
    const late = Math.max(told, silent > SILENT_MS ? silent / 1000 : 0, age > OLD_S ? age : 0);
    this.figure.classList.toggle("late", seen && late > 0);
    this.figure.classList.toggle("seen", seen);
    if (this.unable) this.cover.textContent = "This browser cannot show it";
    else if (!seen) this.cover.textContent = this.why || "No picture yet";
    else this.cover.textContent = late > 0 ? `${Math.max(1, Math.round(late))} s late` : "";
    this.delay.textContent = seen && late === 0 && age > 0 ? `${age.toFixed(1)} s` : "";
  }

  close() {
    this.media = null;
    this.video.removeAttribute("src");
    this.video.load();
  }
}
