/** What keys do to the pictures: arrows move, Enter opens, u and v press, e, a and s open a panel, and the rest is the host's. */

import { watchHowFocusComes } from "./by_keyboard.js";

/** @param {any} model @param {HTMLElement} el @param {import("./gallery.js").Gallery} gallery @returns {() => void} ends it */
export function listenToTileKeys(model, el, gallery) {
  const focus = watchHowFocusComes(el, () => gallery.isZoomed);
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key === "Enter") return; // runs the cell
    event.stopPropagation();
    const { at } = gallery;
    const deed = focus.mayPress() && { u: "upscale", v: "vary" }[event.key];
    const panel = { e: "edit", a: "animate", s: "style" }[event.key];
    if ((deed || panel) && at >= 0 && !event.repeat) {
      if (model.get("unfinished")) gallery.sayWait();
      else if (deed) gallery.tell({ type: deed, index: at });
      else if (panel) gallery.do(panel); // it asks before anything is sent
      return;
    }
    const next = at < 0 ? at : gallery.next(event.key, at);
    if (next === at) return;
    event.preventDefault();
    if (!gallery.isZoomed) focus.hasMovedByArrow();
    gallery.goTo(next);
  };
  el.addEventListener("keydown", onKey);
  return () => {
    el.removeEventListener("keydown", onKey);
    focus.stop();
  };
}
