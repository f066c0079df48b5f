/**
 * The numbered texts of a describe or shorten. Its own element has no box (CSS
 * `display: contents`), so that each text is a cell of the card's list, beside its button.
 */

/** @param {string} text @param {number} index @returns {HTMLElement} */
function item(text, index) {
  const made = document.createElement("li");
  made.className = "mj-text";
  made.dir = "auto";
  made.dataset.index = String(index + 1);
  made.textContent = text;
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
