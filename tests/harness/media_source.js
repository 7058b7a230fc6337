// Appends a recording's parts to one SourceBuffer, as a player does, and plays what is asked for.
async (parts) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.replaceChildren(video);
  const told = { errors: [], stalls: 0, shown: 0 };
  video.addEventListener("error", () => told.errors.push(`video: ${video.error.message}`));
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
  const buffer = source.addSourceBuffer(parts[0].mime);
  buffer.addEventListener("error", () => told.errors.push("buffer"));
  for (const part of parts) {
    if (video.error) break;
    const bytes = Uint8Array.from(atob(part.data), (letter) => letter.charCodeAt(0));
    await new Promise((done) => {
      buffer.addEventListener("updateend", done, { once: true });
      buffer.appendBuffer(bytes);
    });
  }
  if (source.readyState === "open") source.endOfStream();
  const ranges = (buffered) =>
    Array.from({ length: buffered.length }, (_, at) => [buffered.start(at), buffered.end(at)]);
  told.buffered = ranges(video.buffered);
  window.player = {
    // Plays from `from` on until `to`, the end, an error or `within` seconds; where it came to.
    async play(from, to, within) {
      const ticks = new Promise((done) => {
        video.addEventListener("ended", done, { once: true });
        video.addEventListener("error", done, { once: true });
        setTimeout(done, within * 1000);
        video.addEventListener("timeupdate", () => video.currentTime >= to && done());
      });
      const sized = new Set();
      video.requestVideoFrameCallback(function next(_, frame) {
        told.shown += 1;
        sized.add(`${frame.width}x${frame.height}`);
        video.requestVideoFrameCallback(next);
      });
      video.currentTime = from;
      video.play().catch((refused) => told.errors.push(`play: ${refused.message}`));
      await ticks;
      video.pause();
      return { ...told, at: video.currentTime, ended: video.ended, sizes: [...sized],
        dropped: video.getVideoPlaybackQuality().droppedVideoFrames,
        loud: video.webkitAudioDecodedByteCount };
    },
  };
  return told;
}
