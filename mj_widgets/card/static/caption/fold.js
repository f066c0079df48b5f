/** The button that folds and unfolds a card which others follow. */

import { button } from "../dom.js";

/** @param {any} model @param {HTMLElement} el what tells the style sheet that it is folded */
export function makeFold(model, el) {
  const fold = button("fold", "");
  const paint = () => {
    const folds = model.get("folds");
    fold.hidden = !folds;
    fold.textContent = folds === "folded" ? "▸" : "▾";
    fold.title = folds === "folded" ? "Unfold this card" : "Fold this card";
    fold.setAttribute("aria-label", fold.title);
    fold.setAttribute("aria-expanded", String(folds !== "folded"));
    el.dataset.folds = folds; // the style sheet folds the card that has this
  };
  fold.addEventListener("click", () => {
    model.set("folds", model.get("folds") === "folded" ? "open" : "folded");
    model.save_changes();
  });
  return { fold, paint };
}
