// Keyboard steps through the board, and the print button; both work without any of it.
const steps = () => [...document.querySelectorAll("[data-step]")];

function step(by) {
  const links = steps();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const start = at < 0 ? (by > 0 ? -1 : links.length) : at;
  links[Math.min(links.length - 1, Math.max(0, start + by))].focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
});

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
document.querySelector("[data-keys]").hidden = steps().length === 0;
