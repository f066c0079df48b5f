/**
 * The static twin of a card: hidden while the card is seen, said to be old where it is, and folded
 * by the kernel where it is in another page.
 */

import { element } from "../dom.js";

/**
 * Style that hides a static twin; Jupyter leaves no gap for an output with nothing to show.
 * @param {string} uid @returns {string}
 */
const hiding = (uid) =>
  /^\w+$/.test(uid) ? `[data-mj-static="${uid}"] { display: none !important; }` : "";

/** A notebook that is live: in an exported page, and in Voilà, it is the body that is called so. */
export const NOTEBOOK = ".jp-Notebook:not(body)";

/**
 * @param {any} model @param {HTMLElement} el @param {() => void} speak what is said has changed
 * @param {(message: object) => unknown} reach sends a message to the kernel
 */
export function makeTwin(model, el, speak, reach) {
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
  let isApart = false;

  const hide = () => {
    const style = hiding(model.get("twin") ?? "");
    if (hider.textContent !== style) hider.textContent = style;
  };
  const twinsIn = (/** @type {ParentNode | null | undefined} */ place) =>
    /** @type {HTMLElement[]} */ ([...(place?.querySelectorAll("[data-mj-static]") ?? [])]).filter(
      (twin) => twin.dataset.mjStatic === model.get("twin"),
    );
  const isOld = (/** @type {HTMLElement} */ twin) =>
    Number(twin.dataset.mjRev ?? 0) < model.get("twin_revision");
  const check = () => {
    // A page that was loaded again gets no update of the twin that it has from the file. Other
    // hosts update what they keep, not what they show.
    const cell = el.closest(NOTEBOOK) && el.closest(".jp-Cell");
    stale.hidden = !twinsIn(cell).some(isOld);
    // It may only be late, on a page that is busy.
    if (!stale.hidden) checkSoon();
    speak();
    // Each output may have a page of its own, and then it is seen below the card. A notebook takes
    // off its page what is far from the screen.
    const isSent = model.get("twin_revision") > 0;
    if (!isApart && isSent && !document.querySelector(NOTEBOOK) && !twinsIn(document).length) {
      isApart = true;
      reach({ type: "apart" });
    }
  };
  const checkSoon = () => {
    clearTimeout(checking);
    checking = model.get("twin") ? setTimeout(check, 3000) : undefined;
  };
  const words = () => (stale.hidden ? "" : (stale.textContent ?? ""));
  return { hider, stale, words, hide, checkSoon, stop: () => clearTimeout(checking) };
}
