// One visit that is watched: leave from the console, one line to the evidence process, two pictures.
import { LivePicture } from "./live_picture.js";

const PARTIES = ["terminal", "visitor"];
const HEAD_BYTES = 18;
const RETRY_MS = [500, 1000, 2000, 5000];

export class Sight {
  // `ask(path, fields)` posts to the console and answers its JSON, or throws with the reason.
  constructor(tile, url, ask, now) {
    this.visit = tile.dataset.visit;
    this.url = url;
    this.ask = ask;
    this.watch = "";
    this.tries = 0;
    this.closed = false;
    const pictures = tile.querySelector("[data-pictures]");
    pictures.hidden = false;
    this.pictures = Object.fromEntries(PARTIES.map((party) => [
      party, new LivePicture(pictures.querySelector(`[data-party="${party}"]`), now, () => this.again()),
    ]));
    this.open();
  }

  async open() {
    try {
      const leave = this.watch
        ? await this.ask("/watch/again", { watch: this.watch }).catch(() => this.ask(`/watch/visits/${this.visit}/open`))
        : await this.ask(`/watch/visits/${this.visit}/open`);
      this.watch = leave.watch;
      if (!this.closed) this.connect(leave.ticket);
    } catch (why) { this.covers(why.message); this.retry(); }
  }

  connect(ticket) {
    const line = new WebSocket(`${this.url}/watch`);
    this.line = line;
    line.binaryType = "arraybuffer";
    line.onopen = () => line.send(JSON.stringify({ ticket }));
    line.onmessage = ({ data }) => (typeof data === "string" ? this.told(JSON.parse(data)) : this.take(data));
    line.onclose = () => { if (this.line === line && !this.closed) this.retry(); };
  }

  renew(ticket) {
    if (this.line?.readyState === WebSocket.OPEN) this.line.send(JSON.stringify({ ticket }));
  }

  told(said) {
    if (said.type === "init-info") { this.tries = 0; this.pictures[said.party]?.info(said.mime); }
    if (said.type === "late") this.pictures[said.party]?.late(said.seconds);
    if (said.type === "refused" || said.type === "over") this.covers(said.why);
  }

  take(data) {
    const head = new DataView(data, 0, HEAD_BYTES);
    const picture = this.pictures[PARTIES[head.getUint8(0)]];
    picture?.take(head.getUint8(1), Number(head.getBigUint64(2)), Number(head.getBigUint64(10)), new Uint8Array(data, HEAD_BYTES));
  }

  // What was seen last stays, dimmed, until something new has come.
  retry() {
    if (this.closed || this.timer) return;
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
    this.timer = setTimeout(() => { this.timer = 0; if (!this.closed) this.open(); }, wait);
  }

  // The console says that this watch is over; if the visit still runs, a new one begins.
  ended() {
    this.watch = "";
    this.again();
  }

  again() {
    this.line?.close();
    this.retry();
  }

  covers(words) { for (const picture of Object.values(this.pictures)) picture.why = words; }

  hear(on) { for (const picture of Object.values(this.pictures)) picture.hear(on); }

  tick() { for (const picture of Object.values(this.pictures)) picture.tick(); }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.line?.close();
    for (const picture of Object.values(this.pictures)) picture.close();
  }
}
