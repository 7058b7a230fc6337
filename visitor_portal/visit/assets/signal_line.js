/**
 * The page's WebSocket to the portal. Says what arrives, answers the portal's beat, and
 * notices a line that is silent although it looks open.
 */

const SILENCE_MS = 10_000;
const LAST_WORD_TRIES = 20;

export class SignalLine {
  /** `hears(event)` gets every message, and `socket-opened` and `socket-lost`. */
  constructor(address, hears) {
    this.address = address;
    this.hears = hears;
    this.socket = null;
    this.timer = null;
    this.silence = null;
  }

  openAfter(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), ms);
  }

  open() {
    this.close();
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.listenForSilence(socket);
    socket.addEventListener("open", () => this.ifCurrent(socket, { type: "socket-opened" }));
    socket.addEventListener("message", ({ data }) => this.receive(socket, data));
    socket.addEventListener("close", () => {
      clearTimeout(this.silence);
      this.ifCurrent(socket, { type: "socket-lost" });
    });
  }

  ifCurrent(socket, event) {
    if (this.socket === socket) this.hears(event);
  }

  receive(socket, data) {
    if (this.socket !== socket) return;
    this.listenForSilence(socket);
    const message = JSON.parse(data);
    if (message.type === "beat") this.send({ type: "beat" });
    this.hears(message);
  }

  listenForSilence(socket) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (this.socket !== socket) return;
      this.close();
      this.hears({ type: "socket-lost" });
    }, SILENCE_MS);
  }

  /** Sends now, or not at all: a signal that is late is worthless. */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** The one message that must not be lost: tries for some seconds, then closes. */
  sendLast(message, tries = LAST_WORD_TRIES) {
    if (this.send(message)) {
      setTimeout(() => this.close(), 500);
      return;
    }
    if (tries === 0) return;
    const state = this.socket?.readyState;
    if (state !== WebSocket.CONNECTING && state !== WebSocket.OPEN) this.open();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sendLast(message, tries - 1), 1_000);
  }

  close(code) {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close(...(code ? [code] : []));
  }
}
