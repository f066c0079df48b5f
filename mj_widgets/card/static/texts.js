/**
 * The numbered texts of a describe or shorten. Its own element has no box (CSS
 * `display: contents`), so that each text is a cell of the card's list, beside its button.
 */

/** @param {string} text @param {HTMLElement} near where the focus goes back to */
async function copy(text, near) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Pages that are not served over https have only the old way.
  const field = document.createElement("textarea");
  field.value = text;
  near.after(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  near.focus();
  if (!copied) throw new Error("not allowed");
}

/** @param {string} text @param {number} index @returns {HTMLElement} */
function item(text, index) {
  const made = document.createElement("li");
  made.className = "mj-text";
  made.dataset.index = String(index + 1);
  const words = document.createElement("span");
  words.className = "mj-words";
  words.dir = "auto";
  words.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mj-copy";
  button.textContent = "copy";
  button.setAttribute("aria-label", `copy text ${index + 1}`);
  const said = document.createElement("span");
  said.className = "mj-spoken";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await copy(text, button);
      button.textContent = "copied";
    } catch {
      button.textContent = "select it and press Ctrl+C";
    }
    said.textContent = `text ${index + 1} ${button.textContent}`;
    setTimeout(() => {
      button.textContent = "copy";
      said.textContent = "";
    }, 1500);
  });
  made.append(words, " ", button, said);
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
