// A chosen reason fills in its standard words, unless the officer has written their own.
const words = document.getElementById("words");
let offered = "";

for (const choice of document.querySelectorAll("input[data-words]")) {
  choice.addEventListener("change", () => {
    if (words.value.trim() !== "" && words.value !== offered) return;
    offered = choice.dataset.words;
    words.value = offered;
  });
}

const photo = document.querySelector("[data-photo]");

function sayThereIsNone() {
  photo.closest("a").hidden = true;
  document.querySelector("[data-no-photo]").hidden = false;
}

if (photo?.complete && photo.naturalWidth === 0) sayThereIsNone();
photo?.addEventListener("error", sayThereIsNone);
