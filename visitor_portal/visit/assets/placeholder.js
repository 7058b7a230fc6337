/**
 * A picture for calls without a camera: a quiet card with the sign of a crossed-out camera, so
 * that the other side sees a reason and not a black hole. It is drawn again and again because
 * the far end takes silence on the line for a lost line.
 */

const EVERY_MS = 250;

/** A video track, or null where the browser cannot make one. */
export function cardTrack() {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const paint = canvas.getContext("2d");
  if (paint === null || !canvas.captureStream) return null;
  draw(paint);
  const [track] = canvas.captureStream(1000 / EVERY_MS).getVideoTracks();
  const timer = setInterval(() => {
    if (track.readyState === "ended") clearInterval(timer);
    else draw(paint);
  }, EVERY_MS);
  return track;
}

function draw(paint) {
  paint.fillStyle = "#1b2a34";
  paint.fillRect(0, 0, 640, 480);
  paint.strokeStyle = "#b7c5ce";
  paint.lineWidth = 12;
  paint.lineJoin = "round";
  paint.lineCap = "round";
  paint.strokeRect(230, 185, 120, 110);
  paint.stroke(new Path2D("M350 225l60-35v100l-60-35M215 160l210 160"));
}
