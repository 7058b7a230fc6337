// Small pictures of both sides along the recording, each from the keyframe before its place.
import { Track } from "./track.js";

const MOST = 8;
const WIDTH = 160;
const HEIGHT = 120;

// `press(at, words)` answers the button of one place, as long as `line` seconds are shown.
export async function fillThumbnails(strip, line, fetchPieces, press) {
  const places = Array.from({ length: MOST }, (_, n) => ((n + 0.5) * line.length) / MOST);
  const cells = places.map((at) => {
    const button = press(at);
    strip.append(button);
    return button;
  });
  for (const [party, chunks] of Object.entries(line.chunks)) {
    const track = new Track(unseen(party), chunks, fetchPieces);
    for (const [n, at] of places.entries()) cells[n].prepend(await pictureAt(track, at).catch(empty));
  }
}

function unseen(party) {
  const figure = document.createElement("figure");
  figure.dataset.party = party;
  const cover = document.createElement("span");
  cover.dataset.cover = "";
  figure.append(Object.assign(document.createElement("video"), { muted: true }), cover);
  return figure;
}

function empty() {
  return Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
}

async function pictureAt(track, at) {
  const chunk = track.chunks.findLast((one) => one.key && one.from <= at && one.mime.startsWith("video/"));
  const canvas = empty();
  if (!chunk || !track.has(at)) return canvas;
  await track.put({ ...chunk, last: chunk.first });
  await seekTo(track.video, chunk.from);
  const { videoWidth, videoHeight } = track.video;
  const scale = Math.min(WIDTH / videoWidth, HEIGHT / videoHeight);
  const [width, height] = [videoWidth * scale, videoHeight * scale];
  canvas.getContext("2d").drawImage(track.video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  return canvas;
}

function seekTo(video, from) {
  const { buffered } = video;
  let place = from;
  for (let n = 0; n < buffered.length; n += 1) {
    if (buffered.start(n) <= from + 0.2 && from <= buffered.end(n)) place = Math.max(from, buffered.start(n));
  }
  const settled = new AbortController();
  const { signal } = settled;
  return new Promise((done, fail) => {
    // The word of an earlier place may still be on its way, and a picture comes after its size.
    const there = () => !video.seeking && video.readyState >= video.HAVE_CURRENT_DATA && done();
    for (const word of ["seeked", "loadeddata", "canplay"]) video.addEventListener(word, there, { signal });
    video.addEventListener("error", () => fail(new Error("no picture")), { signal });
    video.currentTime = place + 0.01;
  }).finally(() => settled.abort());
}
