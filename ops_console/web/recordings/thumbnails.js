// Small pictures of both sides along the recording, each from the keyframe before its place.
import { Track } from "./track.js";

const MOST = 8;
const WIDTH = 160;
const HEIGHT = 120;
const LOOKS = 40;
const LOOK_MS = 50;

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
    for (const [n, at] of places.entries()) cells[n].prepend(await pictureAt(track, at).catch(({ message }) => empty(message)));
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

function empty(why = "") {
  return Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT, title: why });
}

async function pictureAt(track, at) {
  const chunk = track.chunks.findLast((one) => one.key && one.from <= at && one.mime.startsWith("video/"));
  if (!chunk || !track.has(at)) return empty("Nothing was recorded here");
  await track.put({ ...chunk, last: chunk.first });
  await seekTo(track.video, chunk.from);
  return drawn(track.video);
}

// A video may say that it has a picture a moment before there is one to draw; a picture that was
// drawn, also a black one, is not transparent.
async function drawn(video) {
  const canvas = empty();
  const scale = Math.min(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  for (let look = 0; look < LOOKS; look += 1) {
    paper.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
    if (paper.getImageData(WIDTH / 2, HEIGHT / 2, 1, 1).data[3] > 0) return canvas;
    await new Promise((later) => { setTimeout(later, LOOK_MS); });
  }
  throw new Error("No picture came");
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
    video.addEventListener("error", () => fail(new Error("This part does not play")), { signal });
    video.currentTime = place + 0.01;
  }).finally(() => settled.abort());
}
