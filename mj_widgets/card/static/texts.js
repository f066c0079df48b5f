/**
 * The numbered texts of a describe or shorten. Its own element has no box (CSS
 * `display: contents`), so that each text is a cell of the card's list, beside its button.
 */

import { copyOnPress } from "./copy.js";
import { button, element, spokenText } from "./dom.js";

/** @param {string} text @param {number} index @returns {HTMLElement} */
function item(text, index) {
  const made = element("li", "text");
  made.dataset.index = String(index + 1);
  const words = element("span", "words", { dir: "auto", textContent: text });
  const copier = button("copy", "copy");
  copier.setAttribute("aria-label", `copy text ${index + 1}`);
  const said = spokenText("spoken");
  copyOnPress(copier, {
    text: () => text,
    say: (outcome) => (said.textContent = `text ${index + 1} ${outcome}`),
    end: () => (said.textContent = ""),
  });
  made.append(words, " ", copier, said);
  return made;
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("mj-texts");
  el.setAttribute("role", "list");
  const paint = () => el.replaceChildren(...model.get("texts").map(item));
  model.on("change:texts", paint);
  paint();
  return () => model.off("change:texts", paint);
}

export default { render };
