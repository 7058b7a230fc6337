// What script adds to pages that work without it: the visitor's zone, focus on what went wrong,
// one press per form, a look at the chosen photo, and live state.

import { followChanges, followChoices } from "./live.js";

document.documentElement.classList.add("has-script");

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `visitline-zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

document.querySelector("[data-focus]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("button[data-shows]")) {
  const show = button.textContent;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.shows);
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.textContent = hidden ? button.dataset.hide : show;
    button.setAttribute("aria-pressed", String(hidden));
  });
}

for (const input of document.querySelectorAll("input[type=file][data-preview]")) {
  const picture = document.getElementById(input.dataset.preview);
  input.addEventListener("change", () => {
    const [file] = input.files;
    const fits = file && file.size <= Number(input.dataset.most);
    input.setCustomValidity(file && !fits ? input.dataset.tooLarge : "");
    if (file && !fits) {
      input.form.noValidate = false;
      input.reportValidity();
    }
    picture.hidden = !fits;
    picture.onerror = () => (picture.hidden = true);
    if (fits) picture.src = URL.createObjectURL(file);
  });
}

followChoices();
if (document.body.dataset.live) followChanges(document.body.dataset.live);
