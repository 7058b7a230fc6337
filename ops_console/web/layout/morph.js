// Makes one element like another while touching only what differs, so that focus, typing,
// selection and scroll of everything unchanged stay as they are.
// Children with an id or data-key are matched by it; others by position and tag.

const keyOf = (node) => (node.nodeType === 1 ? node.id || node.dataset.key || "" : "");

export function morph(old, fresh) {
  sameAttributes(old, fresh);
  if (old.matches("input, select, textarea") || old === document.activeElement?.closest("form")) return;
  const keyed = new Map([...old.children].filter(keyOf).map((child) => [keyOf(child), child]));
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const match = partner(place, wanted, keyed);
    if (!match) {
      const added = document.importNode(wanted, true);
      old.insertBefore(added, place);
      mark(added);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else old.insertBefore(match, place);
    become(match, wanted);
  }
  while (place) { const next = place.nextSibling; place.remove(); place = next; }
}

function partner(place, wanted, keyed) {
  const key = keyOf(wanted);
  if (key) return keyed.get(key);
  const fits = place && place.nodeName === wanted.nodeName && !keyOf(place);
  return fits ? place : undefined;
}

function become(node, wanted) {
  if (node.isEqualNode(wanted)) return;
  if (node.nodeType !== 1) { node.nodeValue = wanted.nodeValue; return; }
  const marked = node.dataset.state !== wanted.dataset.state;
  morph(node, wanted);
  if (marked) mark(node);
}

function sameAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function mark(node) {
  if (node.nodeType !== 1 || !node.dataset.key) return;
  node.classList.add("changed");
  setTimeout(() => node.classList.remove("changed"), 2500);
}
