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
