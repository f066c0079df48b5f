/** The static twin of a card: hidden while the card is seen, and said to be old where it is. */

import { element } from "../dom.js";

/**
 * Style that hides a static twin; Jupyter leaves no gap for an output with nothing to show.
 * @param {string} uid @returns {string}
 */
const hiding = (uid) =>
  /^\w+$/.test(uid) ? `[data-mj-static="${uid}"] { display: none !important; }` : "";

/**
 * @param {any} model @param {HTMLElement} el @param {() => void} speak what is said has changed
 */
export function makeTwin(model, el, speak) {
  const hider = document.createElement("style");
  const stale = element("p", "stale", {
    dir: "auto",
    hidden: true,
    textContent:
      "The copy kept in this notebook is out of date: run the cell again " +
      "(nothing is submitted, unless it says new).",
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let checking;

  const hide = () => {
    hider.textContent = hiding(model.get("twin") ?? "");
  };
  // A page that was loaded again gets no update of the twin that it has from the file.
  const check = () => {
    const place = el.closest(".jp-OutputArea") ?? document;
    const twins = [...place.querySelectorAll("[data-mj-static]")].filter(
      (twin) => twin instanceof HTMLElement && twin.dataset.mjStatic === model.get("twin"),
    );
    const isOld = (/** @type {HTMLElement} */ twin) =>
      Number(twin.dataset.mjRev ?? 0) < model.get("twin_revision");
    stale.hidden = !twins.some(isOld);
    speak();
  };
  const checkSoon = () => {
    clearTimeout(checking);
    checking = model.get("twin") ? setTimeout(check, 3000) : undefined;
  };
  const words = () => (stale.hidden ? "" : (stale.textContent ?? ""));
  return { hider, stale, words, hide, checkSoon, stop: () => clearTimeout(checking) };
}
