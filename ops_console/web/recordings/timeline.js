// One line of time for all parts of a visit: the wall clock from the first part's beginning.
// A chunk is what is asked for at once: media pieces in a row under one container's head.
const MOST_PIECES = 40;

export function timelineOf(recordings) {
  const whole = recordings.filter((one) => one.began_at).sort((a, b) => Date.parse(a.began_at) - Date.parse(b.began_at));
  if (!whole.length) return { began: 0, length: 0, chunks: {}, gaps: [] };
  const began = Date.parse(whole[0].began_at);
  const chunks = { terminal: [], visitor: [] };
  for (const one of whole) {
    const offset = (Date.parse(one.began_at) - began) / 1000;
    for (const party of Object.keys(chunks)) {
      chunks[party].push(...chunksOf(one, offset, one.pieces.filter((piece) => piece.party === party)));
    }
  }
  const all = [...chunks.terminal, ...chunks.visitor].sort((a, b) => a.from - b.from);
  return { began, length: Math.max(0, ...all.map((it) => it.to)), chunks, gaps: gapsIn(all) };
}

function chunksOf(recording, offset, pieces) {
  const found = [];
  let head = null;
  let last = null;
  for (const piece of pieces) {
    if (piece.kind === "init") { head = piece; last = null; continue; }
    if (!head) continue;
    const from = offset + piece.starts_ms / 1000;
    const to = offset + (piece.starts_ms + piece.lasts_ms) / 1000;
    if (!last || last.count >= MOST_PIECES || (piece.keyframe && last.count >= MOST_PIECES / 4)) {
      last = { recording: recording.recording_id, offset, head: head.index, mime: head.mime, first: piece.index, key: piece.keyframe, from, to, count: 0 };
      found.push(last);
    }
    Object.assign(last, { last: piece.index, to: Math.max(last.to, to), count: last.count + 1 });
  }
  return found;
}

// Where nothing of either side was recorded.
function gapsIn(chunks) {
  const gaps = [];
  let until = 0;
  for (const one of chunks) {
    if (one.from - until > 1) gaps.push([until, one.from]);
    until = Math.max(until, one.to);
  }
  return gaps;
}

export const chunkAt = (chunks, at) => chunks.findIndex((one) => one.from - 0.05 <= at && at < one.to);
