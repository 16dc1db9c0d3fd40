// j and k go to the next and the former headline. They work while the focus is within the page's content, so that they
// never take a letter from a field, from the browser or from a screen reader elsewhere (WCAG 2.1.4).

const main = document.getElementById("main");
const steps = { j: 1, k: -1 };

main.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select, textarea")) return;
  const headlines = [...main.querySelectorAll(".story h3 a")];
  const at = headlines.findIndex((headline) => headline.closest(".story").contains(document.activeElement));
  const next = headlines[at === -1 ? 0 : at + step];
  if (next) next.focus();
});
