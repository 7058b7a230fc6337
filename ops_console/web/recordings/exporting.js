// Has the evidence process make the file of an export, and says how far it is until it was fetched.
const ASKS_MS = 500;
const WAITS_MS = 3000;
const place = document.getElementById("exporting");
const part = (name) => place.querySelector(`[data-${name}]`);
const ticket = JSON.parse(place.dataset.ticket);
const statement = JSON.parse(place.dataset.statement);

async function ask(path, fields) {
  const body = JSON.stringify({ ticket, ...fields });
  const answer = await fetch(place.dataset.base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const said = await answer.json();
  return answer.ok ? said : { state: "refused", percent: 0, words: said.refused };
}

function size(bytes) {
  const mega = bytes / 1e6;
  return mega < 1000 ? `(${mega.toFixed(mega < 10 ? 1 : 0)} MB)` : `(${(mega / 1000).toFixed(1)} GB)`;
}

const WORDS = {
  waiting: (it) => `${it.words}.`,
  working: (it) => `${it.words}.`,
  ready: (it) => `Ready. ${it.words}`,
  failed: (it) => `The file could not be made. ${it.words}.`,
  gone: (it) => `${it.words || "The file is gone"}. Nothing of it is kept any more.`,
  refused: (it) => it.words,
};

function show(it) {
  const over = ["failed", "gone", "refused"].includes(it.state);
  part("bar").parentElement.hidden = over;
  part("bar").value = it.percent;
  part("percent").textContent = `${it.percent} %`;
  const words = WORDS[it.state](it);
  if (part("words").textContent !== words) part("words").textContent = words;
  part("fetch").hidden = it.state !== "ready";
  if (it.state === "ready") {
    part("size").textContent = size(it.bytes);
    part("digest").textContent = it.sha256;
  }
  return !over;
}

async function follow() {
  let begun = false;
  for (;;) {
    let wait = ASKS_MS;
    try {
      const it = await ask(begun ? "/export/progress" : "/export", begun ? {} : { statement });
      begun = true;
      if (!show(it)) return;
      if (it.state === "ready") wait = WAITS_MS;
    } catch {
      part("words").textContent = "The evidence process does not answer. Trying again.";
      wait = WAITS_MS;
    }
    await new Promise((go) => { setTimeout(go, wait); });
  }
}

part("plain").remove();
part("works").hidden = false;
follow();
