/**
 * How loud the microphone is, ten times a second, and the test tone for the speaker.
 * Browsers start sound only after a press, so both wait for one.
 */

let context = null;

function soundContext() {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (Context === undefined) return null;
  context ??= new Context();
  return context;
}

/** Wakes the sound system; call it from a press. */
export async function wakeSound() {
  const sound = soundContext();
  if (sound?.state === "suspended") await sound.resume().catch(() => {});
}

/** Calls `tell(level)` with 0 to 1 until the answered function is called. */
export function followLevel(track, tell, everyMs = 100) {
  const sound = soundContext();
  if (sound === null || track === null) return () => {};
  const source = sound.createMediaStreamSource(new MediaStream([track]));
  const analyser = sound.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    tell(levelOf(samples));
  }, everyMs);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

/** Loudness of 8-bit samples on a scale the eye likes: -50 dB is 0, full scale is 1. */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 50) / 50));
}

/** Three soft notes. Resolves when they are over. */
export async function playTestTone() {
  await wakeSound();
  const sound = soundContext();
  if (sound === null) return;
  const begin = sound.currentTime + 0.05;
  const notes = [523, 659, 784].map((hz, n) => note(sound, hz, begin + n * 0.35));
  await Promise.all(notes);
}

function note(sound, hz, at) {
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.3, at + 0.03);
  volume.gain.linearRampToValueAtTime(0, at + 0.33);
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + 0.34);
  return new Promise((done) => tone.addEventListener("ended", done));
}
