// Line numbers beside the text, a jump to the line of a fault, and a copy of what is typed in this
// browser tab until it is sent. All of it works without this module, but for these.
const text = document.getElementById("text");
const gutter = document.querySelector("[data-gutter]");
const where = document.querySelector("[data-where]");
const KEPT = "visitline-rules-typed";
let lines = 0;

function number() {
  const count = text.value.split("\n").length;
  if (count === lines) return;
  lines = count;
  gutter.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
}

function lineHeight() {
  return parseFloat(getComputedStyle(text).lineHeight);
}

function startOf(line) {
  return text.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
}

function goTo(line) {
  const start = startOf(line);
  const end = text.value.indexOf("\n", start);
  text.focus();
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  text.scrollTop = Math.max(0, (line - 6) * lineHeight());
  text.scrollIntoView({ block: "center" });
}

function tellWhere() {
  const before = text.value.slice(0, text.selectionStart).split("\n");
  where.textContent = `Line ${before.length}, letter ${before.at(-1).length + 1}`;
}

gutter.hidden = false;
number();
text.addEventListener("input", () => {
  number();
  sessionStorage.setItem(KEPT, text.value);
});
text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
document.addEventListener("selectionchange", () => { if (document.activeElement === text) tellWhere(); });

for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(Number(link.dataset.line));
  });
}

document.querySelector("[data-editor]").addEventListener("submit", () => sessionStorage.removeItem(KEPT));

const kept = sessionStorage.getItem(KEPT);
const offer = document.querySelector("[data-put-back]");
if (kept !== null && kept !== text.value) {
  offer.hidden = false;
  offer.querySelector("[data-put-back-now]").addEventListener("click", () => {
    text.value = kept;
    number();
    offer.hidden = true;
    text.focus();
  });
  offer.querySelector("[data-put-back-never]").addEventListener("click", () => {
    sessionStorage.removeItem(KEPT);
    offer.hidden = true;
    text.focus();
  });
}
