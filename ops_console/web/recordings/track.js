// One side of a recording: fetches what is needed around the place that is played and keeps its
// video there. It never decides where that is.
import { chunkAt } from "./timeline.js";

const AHEAD_S = 15;
const NEAR_S = 0.25;
const LAST_S = 0.3;
const isSound = (mime) => mime.startsWith("audio/");

export class Track {
  // `fetchPieces(recording, first, last, party)` answers plain bytes.
  constructor(figure, chunks, fetchPieces) {
    this.figure = figure;
    this.party = figure.dataset.party;
    this.video = figure.querySelector("video");
    this.cover = figure.querySelector("[data-cover]");
    this.chunks = chunks;
    this.fetchPieces = fetchPieces;
    this.busy = false;
    this.trouble = "";
  }

  has(at) { return chunkAt(this.chunks, at) >= 0; }

  // The last moment before nothing was recorded is all that there will be.
  ready(at) {
    if (!this.has(at) || this.trouble) return true;
    const until = this.bufferedUntil(at);
    return until > at + 0.05 || (until > at && chunkAt(this.chunks, until + 0.1) < 0);
  }

  bufferedUntil(at) {
    const { buffered } = this.video;
    for (let n = 0; n < buffered.length; n += 1) {
      const end = this.statedEnd(buffered.end(n));
      if (buffered.start(n) - 0.1 <= at && at <= end) return end;
    }
    return at;
  }

  // The last picture or sound of a chunk may end a little before what was stated of it: nothing
  // more comes of that chunk, so nobody waits for it.
  statedEnd(end) {
    const chunk = this.chunks.find((one) => one.from < end && end < one.to && one.to - end <= LAST_S);
    return chunk ? chunk.to : end;
  }

  // Shows the place `at`, going on by itself at `rate` (0: standing).
  show(at, rate) {
    const here = this.has(at) && this.trouble === "";
    this.figure.classList.toggle("nothing", !here);
    this.cover.textContent = here ? (this.ready(at) ? "" : "Loading") : this.trouble || "Nothing was recorded here";
    if (!here || !this.ready(at)) { this.video.pause(); } else { this.follow(at, rate); }
    this.load(at);
  }

  follow(at, rate) {
    const off = this.video.currentTime - at;
    if (Math.abs(off) > NEAR_S || (rate === 0 && Math.abs(off) > 0.02)) this.video.currentTime = at;
    if (rate === 0) { this.video.pause(); return; }
    this.video.playbackRate = Math.abs(off) > 0.04 ? rate * (off > 0 ? 0.95 : 1.05) : rate;
    if (this.video.paused) this.video.play().catch(() => {});
  }

  async load(at) {
    if (this.busy || this.trouble) return;
    const until = this.bufferedUntil(at);
    if (until - at > AHEAD_S) return;
    let next = chunkAt(this.chunks, until === at ? at : until + 0.02);
    if (next < 0) return;
    // Media can be entered at a keyframe only.
    if (until === at) while (next > 0 && !this.chunks[next].key && this.chunks[next - 1].head === this.chunks[next].head) next -= 1;
    this.busy = true;
    try {
      do { await this.put(this.chunks[next]); next += 1; } while (this.chunks[next]?.from <= at && this.bufferedUntil(at) <= at);
    } catch (why) { this.trouble = why.message || "This part does not play"; } finally { this.busy = false; }
  }

  async put(chunk) {
    const head = `${chunk.recording}/${chunk.head}`;
    if (!this.buffer || isSound(this.mime) !== isSound(chunk.mime)) await this.begin(chunk.mime);
    else if (this.mime !== chunk.mime) this.buffer.changeType(chunk.mime);
    this.mime = chunk.mime;
    if (this.head !== head) {
      this.buffer.timestampOffset = chunk.offset;
      await this.append(await this.fetchPieces(chunk.recording, chunk.head, chunk.head, this.party));
      this.head = head;
    }
    await this.append(await this.fetchPieces(chunk.recording, chunk.first, chunk.last, this.party));
  }

  // A new source: one that began with sound alone takes no pictures later.
  begin(mime) {
    if (!MediaSource.isTypeSupported(mime)) throw new Error("This browser cannot show it");
    const media = new MediaSource();
    this.head = "";
    return new Promise((begun) => {
      media.addEventListener("sourceopen", () => {
        URL.revokeObjectURL(this.video.src);
        this.buffer = media.addSourceBuffer(mime);
        begun();
      }, { once: true });
      this.video.src = URL.createObjectURL(media);
    });
  }

  append(bytes) {
    const settled = new AbortController();
    const { signal } = settled;
    return new Promise((done, fail) => {
      this.buffer.addEventListener("updateend", done, { signal });
      this.video.addEventListener("error", () => fail(new Error("This part does not play")), { signal });
      this.buffer.appendBuffer(bytes);
    }).finally(() => settled.abort());
  }
}
