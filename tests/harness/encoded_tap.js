// Runs before a page's own scripts: keeps a copy of every encoded picture and packet that the
// page sends and receives, as its encoder made them and before anything is encrypted.
(() => {
  const Plain = window.RTCPeerConnection;
  const MOST_BYTES = 24e6;
  const kept = [];
  let bytes = 0;

  function keep(frame) {
    if (bytes > MOST_BYTES) return;
    bytes += frame.data.byteLength;
    kept.push(new Uint8Array(frame.data.slice(0)));
  }

  function tap(end) {
    const { readable, writable } = end.createEncodedStreams();
    const copying = new TransformStream({
      transform(frame, next) {
        keep(frame);
        next.enqueue(frame);
      },
    });
    readable.pipeThrough(copying).pipeTo(writable).catch(() => {});
  }

  window.RTCPeerConnection = class extends Plain {
    constructor(settings) {
      super({ ...settings, encodedInsertableStreams: true });
    }

    addTransceiver(...given) {
      const way = super.addTransceiver(...given);
      tap(way.sender);
      tap(way.receiver);
      return way;
    }
  };

  /** Everything since the last time, in base64. */
  window.takeEncoded = async () => {
    const taken = kept.splice(0);
    bytes = 0;
    const readOne = (frame) =>
      new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1] ?? "");
        reader.readAsDataURL(new Blob([frame]));
      });
    return Promise.all(taken.map(readOne));
  };
})();
