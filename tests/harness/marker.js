/* Reads in a browser what the other side of a call shows and sounds like.
 *
 * Layout of the marker: see kiosk/devices/testcard.py. Both functions may be injected into any
 * page (playwright: page.add_script_tag or page.evaluate); they touch nothing of the page.
 *
 *   readMarker(video)          -> number from 0 to 255, or null where there is no whole marker
 *   await readTone(stream, ms) -> loudest tone in hertz (to about 6 Hz), or null in silence
 */

function readMarker(video) {
  const width = video.videoWidth, height = video.videoHeight;
  const band = Math.floor(height / 8);
  if (band < 4 || width < 64) return null;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = band;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, width, band, 0, 0, width, band);
  const top = Math.floor(band / 4), rows = band - 2 * top;
  const levels = [];
  for (let cell = 0; cell < 16; cell++) {
    const left = Math.floor((cell + 0.25) * width / 16);
    const columns = Math.max(1, Math.floor((cell + 0.75) * width / 16) - left);
    const pixels = context.getImageData(left, top, columns, rows).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) sum += pixels[i + 1];
    levels.push(sum / (pixels.length / 4));
  }
  const white = (levels[0] + levels[15]) / 2, black = (levels[1] + levels[14]) / 2;
  if (white - black < 60) return null;
  const bits = levels.map((level) => (level > (white + black) / 2 ? 1 : 0));
  if (!(bits[0] && !bits[1] && !bits[14] && bits[15])) return null;
  const middle = parseInt(bits.slice(2, 14).join(""), 2);
  const value = middle >> 4;
  return (middle & 15) === ((value >> 4) ^ (value & 15) ^ 10) ? value : null;
}

async function readTone(stream, ms = 500) {
  const context = new AudioContext();
  try {
    await context.resume();
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(analyser);
    await new Promise((done) => setTimeout(done, ms));
    const loudness = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(loudness);
    let best = 0;
    for (let i = 1; i < loudness.length; i++) if (loudness[i] > loudness[best]) best = i;
    if (loudness[best] < -60) return null;
    return Math.round(best * context.sampleRate / analyser.fftSize);
  } finally {
    await context.close();
  }
}
